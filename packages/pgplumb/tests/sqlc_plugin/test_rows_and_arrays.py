"""What PostgreSQL does not enforce inside a value reaches the caller all the same."""

import importlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from .conftest import Connect

Queries = Callable[[str], Any]


def sibling(query: Any, name: str) -> Any:
    """A module of the package that the query module is of."""
    return importlib.import_module(f"{query.__package__.removesuffix('.sync')}.{name}")


def test_a_value_of_a_row_type_may_lack_what_the_table_may_not(
    queries: Queries, connect: Connect
) -> None:
    query, conn = queries("whole_rows"), connect("whole_rows")
    models = sibling(query, "models")
    conn.execute("insert into singer values (1, 'Ada', 'high'), (2, 'Bo', null)")
    conn.execute("insert into choir values ('(,,)', array[null, '(7,,)']::singer[])")

    nobody = models.SingerValue(id=None, name=None, tone=None)
    [choir] = query.list_choirs(conn)
    assert choir.leader == nobody
    assert choir.members == [None, models.SingerValue(id=7, name=None, tone=None)]
    assert query.leaders(conn) == [nobody]

    ada = models.Singer(id=1, name="Ada", tone=sibling(query, "enums").Tone.HIGH)
    gathered = query.gather_singers(conn)
    assert gathered.singers[0] == ada
    [duet] = query.list_duets(conn)
    assert (duet.first, duet.second.name) == (ada, "Bo")
    row = query.all_singers(conn)
    assert [each.name for each in row.everybody] == ["Ada", "Bo", None]
    assert row.stored[0] == ada


def test_both_kinds_of_rows_can_be_sent(queries: Queries, connect: Connect) -> None:
    query, conn = queries("whole_rows"), connect("whole_rows")
    models = sibling(query, "models")
    ada = models.Singer(id=1, name="Ada", tone=None)
    value = models.SingerValue(id=None, name="", tone=sibling(query, "enums").Tone.LOW)

    query.add_choir(conn, leader=ada, members=[value, None, ada])

    [choir] = query.list_choirs(conn)
    same = models.SingerValue(**ada.model_dump())
    assert (choir.leader, choir.members) == (same, [value, None, same])
    free = models.Free(note=None)
    assert query.add_holder(conn, free=free, leaders=[]).free == free


@pytest.fixture
def singers(connect: Connect) -> psycopg.Connection:
    conn = connect("arrays")
    conn.execute(
        "insert into singer values"
        " (1, '{a,b}', '{calm}', '{{1,2},{3,4}}', '{1.5}'), (2, '{c,NULL}', '{wild}', '{}', '{}')"
    )
    return conn


def test_arrays_are_as_deep_as_they_are_said_to_be(
    queries: Queries, singers: psycopg.Connection
) -> None:
    query = queries("arrays")
    calm, wild = sibling(query, "enums").Mood

    first, second = query.list_singers(singers)
    assert (first.tags, first.grid) == (["a", "b"], [[1, 2], [3, 4]])
    assert (second.moods, second.grid, second.prices) == ([wild], [], [])
    assert query.list_tagged(singers)[0].nested == [["a", "b"]]
    row = query.gather(singers)
    assert (row.ids, row.pairs) == ([1, 2], [[1, 0], [2, 0]])
    assert (row.tags, row.moods) == ([["a", "b"], ["c", None]], [[calm], [wild]])
    assert query.paths(singers) == [[1], [1, 2], [1, 2, 3]]


def test_arrays_of_unknown_depth(queries: Queries, singers: psycopg.Connection) -> None:
    query = queries("arrays")
    calm = sibling(query, "enums").Mood.CALM

    singers.execute("update singer set prices = '{5,NULL}'")
    row = query.joined(singers, id=1)
    assert (row.moods, row.rest) == ([[calm], [calm]], [Decimal(5), None])
    assert row.both == [[1, 2], [3, 4], [5, None]]
    assert query.labels(singers, id=1) == [["a", "b"], ["c", "d"]]
    assert query.asserted_labels(singers, id=1) == [["a", "b"], ["c", "d"]]
    singers.execute(
        "insert into archive values (1, '{{{a},{NULL}}}', '{{calm}}', '{7}', '{{1.50,NaN}}')"
    )
    [archived] = query.list_archived(singers)
    assert (archived.tags, archived.moods, archived.grid) == ([[["a"], [None]]], [[calm]], [7])
    assert repr(archived.prices) == "[[Decimal('1.50'), Decimal('NaN')]]"
    added = {"id": 3, "tags": ["x"], "moods": None, "grid": [[1], [2]], "prices": []}
    assert query.add_singer(singers, **added).model_dump() == added
    query.archive(singers, **(added | {"grid": [1, None]}))
    assert query.list_archived(singers)[1].grid == [1, None]


def test_a_row_of_nothing_but_null_is_there(queries: Queries, connect: Connect) -> None:
    query, conn = queries("embeds"), connect("embeds")
    conn.execute("insert into author values (1, 'Ada', null)")
    conn.execute("insert into book values (1, 1, 1, 'One'), (2, 1, 1, 'Two'), (3, 1, 1, 'Three')")
    conn.execute("insert into remark values (null, null), (2, 'Good')")
    models = sibling(query, "models")
    empty = models.Remark(book_id=None, note=None)
    good = models.Remark(book_id=2, note="Good")

    rows = query.books_with_remarks(conn)
    assert [(row.remark, row.note) for row in rows] == [(empty, None), (good, "Good"), (None, None)]
    latest = [row.latest for row in query.books_with_latest_remark(conn)]
    assert latest == [None, models.Latest(book_id=2, from_="Good"), None]
    assert {row.id: row.remark for row in query.retitle_books(conn)} == {1: None, 2: good, 3: None}
    # SELECT DISTINCT can't be given a further column.
    assert sorted(str(row.remark.note) for row in query.distinct_remarks(conn)) == ["Good", "None"]
    assert [row.remark for row in query.remarks_of_books(conn)] == [good]


def test_stars_over_what_sqlc_does_not_know(queries: Queries, connect: Connect) -> None:
    query, conn = queries("stars"), connect("stars")
    conn.execute("insert into item values (1, 'one', '{t}'), (2, 'two', null)")

    assert query.today(conn) == query.today_with_items(conn)[0].today
    assert [(row.column1, row.column2) for row in query.values(conn)] == [(1, "a"), (2, None)]
    assert query.values_of_arguments(conn, one=5, other="x").column1 == 5
    assert [row.other for row in query.pairs(conn)] == ["a", None]
    [part] = query.parts(conn, ids=[2])
    assert (part.part, part.label, part.name) == (2, "x", "two")
    assert [row.ordinality for row in query.numbered(conn)] == [1, 2]
    [record] = query.records(conn, documents=[{"a": 1}])
    assert (record.a, record.b) == (1, None)
    assert [(row.a, row.b) for row in query.rows(conn)] == [(1, 1), (2, 2), (None, 3)]
    assert query.both(conn).model_dump() == {"one": 1, "other": "a", "number": 1}
    assert [row.label for row in query.inner(conn)] == ["x"]
    assert [row.twice for row in query.ordinary(conn)] == [4, 4]
    assert [row.tags for row in query.items(conn)] == [["t"], None]


def test_arguments_where_sqlc_sees_none(queries: Queries, connect: Connect) -> None:
    query, conn = queries("unseen_arguments"), connect("unseen_arguments")

    assert query.merge_item(conn, id=1, name="one", note=None) == 1
    assert query.merge_item(conn, id=1, name="uno", note="x") == 1
    assert query.merge_item(conn, id=1, name="uno", note="y") == 0
    assert conn.execute("select * from item").fetchall() == [(1, "uno", "x")]
    assert (query.has_item(conn, id=1), query.has_item(conn, id=2)) == (True, False)
    assert query.steps(conn, size=3) == [1, 4]
    assert query.rename_item(conn, argument_1=1, argument_2="due") == 1
    assert conn.execute("select name from item").fetchone() == ("DUE",)
