import pytest

from pgplumb.postgres.locations import corresponding_position, location_of


@pytest.mark.parametrize(
    ("position", "expected"), [(1, "1:1"), (3, "1:3"), (4, "2:1"), (6, "3:1"), (7, "3:2")]
)
def test_lines_and_columns_count_from_one(position: int, expected: str) -> None:
    assert location_of("ab\nc\nde", position) == expected


@pytest.mark.parametrize(
    ("source", "expanded", "token"),
    [
        (
            "\nselect * from t where nosuch = @a",
            "select id, name from t where nosuch = $1",
            "nosuch",
        ),
        ("select a.*, x.bad from x", "select a.id, a.bad, x.bad from x", "bad from"),
        ("-- bad\nselect bad", "select bad", "bad"),
        ("select sqlc.embed(t), bad from t", "select t.id, t.n, bad from t", "bad"),
        ("select f(sqlc.narg('p')), bad", "select f($1), bad", "bad"),
    ],
)
def test_a_position_is_found_in_what_the_user_wrote(source: str, expanded: str, token: str) -> None:
    found = corresponding_position(expanded, source, expanded.index(token) + 1)
    assert source[found - 1 :].startswith(token)
    assert not source[: found - 1].endswith("-- ")


def test_a_token_of_the_expanded_star_is_the_star() -> None:
    assert corresponding_position("select id, name from t", "select * from t", 12) == 8
