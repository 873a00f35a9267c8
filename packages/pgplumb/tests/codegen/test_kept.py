"""A cursor that is kept reads and writes as a new one would."""

import asyncio
import gc
import json
import weakref
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import psycopg
import pytest
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads

from pgplumb.codegen.runtime import run_async, run_sync
from pgplumb.codegen.runtime.kept import MOST, Kept, keep, taken, unread
from pgplumb.codegen.runtime.query import Query, Statement

Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(server_url: str) -> Iterator[Connection]:
    with psycopg.connect(server_url, autocommit=True, options="-c timezone=UTC") as connection:
        yield connection


def query(sql: str, name: str = "Query") -> Query[Any]:
    return Query(name, cast("Any", sql), lambda row: row[0])


def is_kept(conn: Connection, of: Query[Any] | Statement) -> bool:
    kept = taken(conn, of)
    if kept is not None:
        vars(conn)["_pgplumb_kept"][of] = kept
    return kept is not None


def test_settings_of_the_session_count(conn: Connection) -> None:
    day, moment = query("select date '2026-11-02'"), query("select timestamptz '2026-11-02 12:00Z'")
    pause = query("select interval '1 day 2 hours'")
    for style in ("ISO, DMY", "SQL, DMY", "SQL, MDY", "German"):
        conn.execute(cast("Any", f"set datestyle to {style}"))
        assert run_sync.fetch_one(conn, day, ()) == date(2026, 11, 2)
    conn.execute("set datestyle to ISO")
    for zone, hours in (("UTC", 0), ("Asia/Tokyo", 9), ("UTC", 0)):
        conn.execute(cast("Any", f"set timezone to '{zone}'"))
        found = run_sync.fetch_row(conn, moment, ())
        assert found.utcoffset() == timedelta(hours=hours)
        assert str(found.tzinfo) == zone
        assert run_sync.fetch_one(conn, pause, ()) == timedelta(days=1, hours=2)
    conn.execute("set client_encoding to LATIN1")
    text = query("select 'é'")
    assert [run_sync.fetch_one(conn, text, ()) for _ in range(2)] == ["é", "é"]
    conn.execute("set client_encoding to UTF8")
    assert run_sync.fetch_one(conn, text, ()) == "é"


class Shouted(Loader):
    def load(self, data: Buffer) -> str:
        return bytes(data).decode().upper()


class Shouting(Dumper):
    oid = 25

    def dump(self, obj: str) -> bytes:
        return obj.upper().encode()


def test_what_is_registered_on_the_connection_counts(conn: Connection) -> None:
    one, many, given = query("select 'a'::text"), query("select '{a}'::text[]"), query("select $1")
    assert run_sync.fetch_one(conn, one, ()) == "a"
    assert run_sync.fetch_all(conn, many, ()) == [["a"]]
    assert run_sync.fetch_row(conn, given, ("a",)) == "a"
    assert is_kept(conn, one)
    assert is_kept(conn, many)

    conn.adapters.register_dumper(str, Shouting)
    assert run_sync.fetch_row(conn, given, ("a",)) == "A"
    conn.adapters.register_loader("text", Shouted)

    assert run_sync.fetch_one(conn, one, ()) == "A"
    assert run_sync.fetch_all(conn, many, ()) == [["A"]]


@pytest.mark.parametrize("binary", [False, True])
def test_how_json_is_loaded_and_dumped_counts(conn: Connection, *, binary: bool) -> None:
    found = Query("Found", "select '[1.5]'::jsonb", lambda row: row[0], binary=binary)
    sent = query("select $1::jsonb")
    assert run_sync.fetch_one(conn, found, ()) == [1.5]
    assert run_sync.fetch_one(conn, sent, (Jsonb(1),)) == 1
    try:
        set_json_loads(lambda text: json.loads(text, parse_float=Decimal))
        set_json_dumps(lambda _: '"dumped"')
        assert run_sync.fetch_one(conn, found, ()) == [Decimal("1.5")]
        assert run_sync.fetch_one(conn, sent, (Jsonb(1),)) == "dumped"
    finally:
        set_json_loads(json.loads)
        set_json_dumps(json.dumps)
    assert isinstance(run_sync.fetch_row(conn, found, ())[0], float)
    set_json_loads(lambda _: "loaded", conn)
    assert run_sync.fetch_one(conn, found, ()) == "loaded"


def test_an_error_leaves_nothing_behind(conn: Connection) -> None:
    divided, failing = query("select 1 / $1::int"), Statement("Fail", "select 1 / $1::int")
    assert run_sync.fetch_one(conn, divided, (1,)) == 1
    for number in (0, 0, 1):
        if number:
            assert run_sync.fetch_one(conn, divided, (number,)) == 1
            continue
        with pytest.raises(errors.DivisionByZero):
            run_sync.fetch_one(conn, divided, (number,))
        with pytest.raises(errors.DivisionByZero):
            run_sync.execute(conn, failing, (number,))
        assert not is_kept(conn, divided)
        assert not is_kept(conn, failing)


def test_arguments_of_other_types_and_columns_of_other_types(conn: Connection) -> None:
    kind, text = query("select pg_typeof($1)::text"), query("select $1::text")
    values = [1, 2**40, 1.5, True, 2]
    types = [run_sync.fetch_one(conn, kind, (value,)) for value in values]
    assert types == ["smallint", "bigint", "double precision", "boolean", "smallint"]
    texts = ["a", None, "b"]
    assert [run_sync.fetch_one(conn, text, (value,)) for value in texts] == texts
    conn.execute("create temp table changing (value int)")
    conn.execute("insert into changing values (7)")
    changing = query("select value from changing")
    assert run_sync.fetch_all(conn, changing, ()) == [7]
    conn.execute("alter table changing alter value type text")
    assert run_sync.fetch_all(conn, changing, ()) == ["7"]


def test_only_so_many_are_kept_and_no_rows(conn: Connection) -> None:
    queries = [query(f"select {number}", f"Query{number}") for number in range(MOST + 5)]
    for each in queries:
        run_sync.fetch_one(conn, each, ())
    assert len(vars(conn)["_pgplumb_kept"]) == MOST
    assert [is_kept(conn, each) for each in queries] == [False] * 5 + [True] * MOST
    kept = taken(conn, queries[-1])
    assert kept is not None
    with pytest.raises(psycopg.Error):
        kept.cursor.fetchone()


def test_a_connection_is_forgotten_with_its_cursors(server_url: str) -> None:
    connection = psycopg.connect(server_url)
    run_sync.fetch_one(connection, query("select 1"), ())
    reference = weakref.ref(connection)
    connection.close()
    del connection
    gc.collect()
    assert reference() is None


def test_what_has_run_nothing_is_not_kept(conn: Connection) -> None:
    one = query("select 1")
    keep(conn, one, Kept("One", psycopg.RawCursor(conn), unread), ())
    assert not is_kept(conn, one)


@pytest.mark.anyio
async def test_at_the_same_time_and_in_a_pipeline(server_url: str) -> None:
    number = query("select $1::int, pg_sleep(0.001)")
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as conn:
        for _ in range(3):
            found = await asyncio.gather(
                *(run_async.fetch_one(conn, number, (each,)) for each in range(20))
            )
            assert found == list(range(20))
        async with conn.pipeline():
            found = await asyncio.gather(
                *(run_async.fetch_one(conn, number, (each,)) for each in range(20))
            )
            assert found == list(range(20))
            assert await run_async.fetch_all(conn, number, (5,)) == [5]
        waiting = asyncio.create_task(run_async.fetch_one(conn, query("select pg_sleep(60)"), ()))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await run_async.fetch_row(conn, number, (1,)) == 1
