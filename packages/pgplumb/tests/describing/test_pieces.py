"""Cutting query files into statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.describing.configuration import QueryFile
from pgplumb.describing.pieces import Piece, cut
from pgplumb.errors import PlumbError


def pieces_of(text: str) -> list[Piece]:
    pieces, problems = cut(QueryFile("q.sql", text))
    assert problems == []
    return pieces


def test_a_piece_has_the_comments_in_front_of_it() -> None:
    first, second = pieces_of(
        "-- A file.\n-- name: A :one\nselect 1; -- of B\n-- name: B :many\n-- more\nselect 2;\n"
    )
    assert (first.name, first.line, second.name, second.line) == ("A", 2, "B", 4)
    assert first.source == "-- A file.\n-- name: A :one\nselect 1;"
    assert second.source == "-- of B\n-- name: B :many\n-- more\nselect 2;"


@pytest.mark.parametrize(
    "statement",
    [
        "select '\n-- name: Not :one\n;'",
        "select $$\n-- name: Not :one\n;$$",
        'select 1 as "\n-- name: Not :one"',
        "/* ;\n/* -- name: Not :one\n*/ */ select 1",
        "create function f() returns int begin atomic select 1; select 2; end",
    ],
)
def test_what_is_no_header_and_no_semicolon(statement: str) -> None:
    first, second = pieces_of(f"-- name: A :exec\n{statement};\n/* name: B :one */ select 2;")
    assert (first.name, second.name) == ("A", "B")


def test_statements_without_a_name() -> None:
    pieces = pieces_of("select 0;\n-- name: A :one\nselect 1; select 2;\n")
    assert [(piece.name, piece.line) for piece in pieces] == [(None, 1), ("A", 2), (None, 3)]


def test_a_missing_semicolon() -> None:
    text = "-- name: A :one\nselect 1 -- so\n\n-- name: B :one\nselect 2"
    pieces, problems = cut(QueryFile("q.sql", text))
    assert [piece.source for piece in pieces] == [
        "-- name: A :one\nselect 1;",
        "-- name: B :one\nselect 2;",
    ]
    assert [(each.query, each.line, each.column) for each in problems] == [("A", 2, 9), ("B", 5, 9)]
    assert all("semicolon" in each.message for each in problems)


@pytest.mark.parametrize("opening", ["'", "$$", "/*", '"', "E'"])
def test_what_is_never_closed_swallows_no_other_query(opening: str) -> None:
    text = f"-- name: A :one\nselect {opening};\n-- name: B :one\nselect 2;\n"
    first, second = pieces_of(text)
    assert first.source == f"-- name: A :one\nselect {opening};\n"
    assert (second.name, second.line) == ("B", 3)


def test_a_text_without_a_header_is_a_query_only_where_it_is_given() -> None:
    text = "\n-- non-null: total\nselect sum(a) as total from t\n"
    assert cut(QueryFile("q.sql", text)) == ([], [])
    (piece,), problems = cut(QueryFile("q.sql", text, is_given=True))
    assert problems == []
    assert piece.source.startswith("-- name: query :many\n\n-- non-null: total\nselect")
    assert piece.source.endswith(";")
    assert (piece.name, piece.line) == ("query", 3)
    problem = piece.problem("wrong", None, piece.source.index("from t"))
    assert (problem.line, problem.column) == (3, 24)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("insert into t values (1)", ":exec"),
        ("delete from t;", ":exec"),
        ("insert into t values (1) returning a", ":many"),
        ("with x as (delete from t) select 1", ":many"),
        ("values (1);", ":many"),
    ],
)
def test_the_command_of_a_text_without_a_header(text: str, command: str) -> None:
    (piece,), _ = cut(QueryFile("<stdin>", text, is_given=True))
    assert piece.source.startswith(f"-- name: query {command}\n")


def test_several_statements_without_a_header() -> None:
    pieces, (problem,) = cut(QueryFile("<stdin>", "select 1;\n  select 2;", is_given=True))
    assert pieces == []
    assert (problem.line, problem.column, problem.query) == (2, 3, None)
    assert problem.hint


def test_nothing_at_all() -> None:
    with pytest.raises(PlumbError, match="holds no query"):
        cut(QueryFile("<stdin>", "-- hello\n;", is_given=True))


SQL = st.lists(
    st.sampled_from(
        ["select", "'a;b'", "-- x\n", "$1", "$q$;$q$", "\n", "(é)", '"-- name: x"', "/* ; */"]
    ),
    min_size=1,
).map(lambda words: " ".join(["select", *words]))


@given(st.lists(SQL, max_size=6), st.sampled_from(["\n", "\n\n", "  -- so\n"]))
def test_every_query_is_found_where_it_is(statements: list[str], between: str) -> None:
    queries = [f"-- name: Q{n} :one\n{sql}\n;" for n, sql in enumerate(statements)]
    text = between.join(queries)
    pieces = pieces_of(text)
    assert [piece.name for piece in pieces] == [f"Q{n}" for n in range(len(queries))]
    lines = text.split("\n")
    for piece in pieces:
        assert lines[piece.line - 1].endswith(f"-- name: {piece.name} :one")
        assert text[piece.start : piece.end] == piece.source
        position = piece.source.index("\n;") + 1
        problem = piece.problem("wrong", None, position)
        assert problem.line is not None
        assert (lines[problem.line - 1][:1], problem.column) == (";", 1)
