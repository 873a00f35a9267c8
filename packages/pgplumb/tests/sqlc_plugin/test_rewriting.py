"""What is put back into, or behind, the columns of a query's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sqlc_plugin.select_lists import with_columns
from pgplumb.sqlc_plugin.stars import with_stars

NAMES = st.sampled_from(["a", "b", "id", '"from"', '"x""y"', "größe"])


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("select  from current_date", "select * from current_date;", "select * from current_date"),
        ("select g from g()", "select * from g() -- *", "select * from g()"),
        (
            "select id, n, n from t where a = $1 and b in ($2) returning a.id, a.n",
            "select *, n from t where a = @x and b in (sqlc.slice('b')) returning a.*",
            "select *, n from t where a = $1 and b in ($2) returning a.*",
        ),
        (
            "select a * b, count(*), t.id, u.id, u.n from t, u",
            "select a * b, count(*), sqlc.embed(t), u.* from t, u",
            "select a * b, count(*), t.*, u.* from t, u",
        ),
        (
            'select "T".a,"T".b, n from "T"',
            'select sqlc.embed( "T" ), n from "T"',
            'select "T".*, n from "T"',
        ),
        (
            "select n from t where @ a > 1",
            "select * from t where @ a > 1",
            "select * from t where @ a > 1",
        ),
        (
            "insert into t values ($1) returning ",
            "insert into t values (@x) returning *",
            "insert into t values ($1) returning * ",
        ),
        (
            "select a from (select  from g()) s",
            "select a from (select * from g()) s",
            "select a from (select * from g()) s",
        ),
        ("select a * b from t", "select a * b from t", None),
        ("select count(*) from t", "select count(*) from t", None),
        ("select a from t", "select * from another", None),
    ],
)
def test_stars_are_put_back(text: str, source: str, expected: str | None) -> None:
    assert with_stars(text, source) == expected


@given(st.lists(NAMES, min_size=1), st.lists(NAMES), st.lists(NAMES))
def test_a_star_is_found_among_other_columns(
    starred: list[str], before: list[str], behind: list[str]
) -> None:
    def query(columns: list[str]) -> str:
        listed = ", ".join([*before, *columns, *behind])
        return f"select {listed} from t where a = b * 2"  # noqa: S608

    assert with_stars(query(starred), query(["*"])) == query(["*"])
    qualified = [f"t.{name}" for name in starred]
    assert with_stars(query(qualified), query(["t.*"])) == query(["t.*"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a from t", "select a, X from t"),
        ("select a -- b\nfrom t", "select a, X -- b\nfrom t"),
        (
            "with w as (select 1 from u) select a is distinct from 1, w.from, 2 as from from w",
            "with w as (select 1 from u) select a is distinct from 1, w.from, 2 as from, X from w",
        ),
        (
            "select extract(year from a), (select b from u) from t where a in (select 1 from v)",
            "select extract(year from a), (select b from u), X from t where a in (select 1 from v)",
        ),
        ("update t set a = 1 from u returning t.a;", "update t set a = 1 from u returning t.a, X;"),
        (
            "insert into t select a from u returning a -- all",
            "insert into t select a from u returning a, X -- all",
        ),
        ("(select a from t)", None),
        ("select 1", None),
        ("values (1)", None),
    ],
)
def test_columns_go_behind_the_others(text: str, expected: str | None) -> None:
    assert with_columns(text, ["X"]) == expected


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert with_stars(text, text) is None
    found = with_columns(text, ["X"])
    assert found is None or ", X" in found
