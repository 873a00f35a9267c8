import re

import pytest

from pgplumb.sqlc_plugin.arguments import with_nullable_arguments
from pgplumb.sqlc_plugin.request import RequestParameter, RequestQuery
from pgplumb.sqlc_plugin.unseen import with_unseen_arguments


def nullable(text: str, source: str) -> set[str]:
    """Which of the parameters `$1`, `$2`, ... may be NULL, when sqlc says that all may."""
    numbers = sorted({int(number) for number in re.findall(r"\$(\d+)", text)})
    parameters = tuple(
        RequestParameter(number, f"p{number}", "", None, not_null=False, is_slice=False)
        for number in numbers
    )
    query = RequestQuery("Q", ":exec", text, "q.sql", (), (), parameters, None)
    found = with_nullable_arguments(query, source)
    return {f"${each.number}" for each in found.parameters if not each.not_null}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1 from t where a = $1", set[str]()),
        ("insert into t (a, b) values ($1, lower($2))", {"$1"}),
        ("insert into t (a, b) values ($1, $2), ($3, 1 + $4) returning *", {"$1", "$2", "$3"}),
        ("update t set a = $1, b = coalesce($2, b) where c = $3", {"$1"}),
        ("update t set a = $1 from u where u.a = $2 returning $3::int", {"$1"}),
        (
            "insert into t (a) values ($1) on conflict (a) do update set b = $2 where t.c = $3",
            {"$1", "$2"},
        ),
        ("select 1 from (values ($1), ($2)) as v (a) where v.a = $3", set[str]()),
        ("insert into t select a from u where b = $1", set[str]()),
        ("update t set a = $1;", {"$1"}),
    ],
)
def test_only_what_is_written_may_be_null(text: str, expected: set[str]) -> None:
    assert nullable(text, text) == expected


@pytest.mark.parametrize("written", ["sqlc.narg('p1')", "sqlc.narg(p1)", "SQLC . NARG ( 'p1' )"])
def test_narg_may_be_null_everywhere(written: str) -> None:
    source = f"where a = {written} and b = sqlc.arg('p2') -- sqlc.narg('p2')"
    assert nullable("select 1 from t where a = $1 and b = $2", source) == {"$1"}


def test_without_the_source_sqlc_is_believed() -> None:
    parameter = RequestParameter(1, "a", "a", None, not_null=False, is_slice=False)
    query = RequestQuery("Q", ":exec", "select $1", "q.sql", (), (), (parameter,), None)
    assert with_nullable_arguments(query, None) == query


@pytest.mark.parametrize(
    ("text", "expected", "names"),
    [
        ("select $1", "select $1", ["seen"]),
        ("select @a::int, @seen, @a", "select $2::int, $1, $2", ["seen", "a"]),
        ("select sqlc.arg(a), SQLC.NARG('b')", "select $2, $3", ["seen", "a", "b"]),
        ("select id=@a, '@a', \"@a\" -- @b", "select id=$2, '@a', \"@a\" -- @b", ["seen", "a"]),
        ("select @ -1, a @> b, a @@ b", "select @ -1, a @> b, a @@ b", ["seen"]),
    ],
)
def test_arguments_that_are_left_are_numbered(text: str, expected: str, names: list[str]) -> None:
    parameter = RequestParameter(1, "seen", "", None, not_null=True, is_slice=False)
    query = RequestQuery("Q", ":one", text, "q.sql", (), (), (parameter,), None)
    found = with_unseen_arguments(query)
    assert found.text == expected
    assert [(each.number, each.name) for each in found.parameters] == list(enumerate(names, 1))
