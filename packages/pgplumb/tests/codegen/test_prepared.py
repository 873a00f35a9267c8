"""What is prepared runs as it would on a cursor, and nothing that happens to it is noticed."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from psycopg import Notify, errors
from psycopg.types.numeric import Int4

from pgplumb.codegen.runtime import run_async, run_sync
from pgplumb.codegen.runtime.prepared import MOST
from pgplumb.codegen.runtime.query import (
    ExecResult,
    NoRowsError,
    Query,
    Statement,
    TooManyRowsError,
)

Connection = psycopg.Connection[Any]

# psycopg's own: it prepares what runs for the sixth time.
RUNS = 6


@pytest.fixture
def conn(server_url: str) -> Iterator[Connection]:
    with psycopg.connect(server_url, autocommit=True) as connection:
        yield connection


def query(sql: str, name: str = "Query") -> Query[Any]:
    return Query(name, cast("Any", sql), lambda row: row[0])


def prepared(conn: Connection) -> list[str]:
    found = conn.execute(
        "select name from pg_prepared_statements where statement not like '%prepared_statements%'"
        " order by prepare_time, name"
    )
    return [name for (name,) in found]


def test_as_often_as_the_connection_says(conn: Connection) -> None:
    number = query("select $1::int")
    for run in range(1, RUNS + 3):
        assert run_sync.fetch_one(conn, number, (run,)) == run
        assert prepared(conn) == ([] if run < RUNS else ["_plumb_1"])


@pytest.mark.parametrize("threshold", [None, 0, 1])
def test_another_threshold(conn: Connection, threshold: int | None) -> None:
    conn.prepare_threshold = threshold
    number = query("select $1::int")
    assert [run_sync.fetch_row(conn, number, (run,)) for run in range(4)] == [*range(4)]
    assert ("_plumb_1" in prepared(conn)) is (threshold is not None)


def test_a_transaction_has_cursors(conn: Connection) -> None:
    numbers = query("select generate_series(1, $1::int)")
    for _ in range(RUNS):
        assert run_sync.fetch_all(conn, numbers, (3,)) == [1, 2, 3]
    with conn.transaction():
        conn.execute("deallocate all")
        assert run_sync.fetch_all(conn, numbers, (3,)) == [1, 2, 3]
        assert "_plumb_1" not in prepared(conn)
    assert run_sync.fetch_all(conn, numbers, (2,)) == [1, 2]
    assert "_plumb_2" in prepared(conn)
    conn.autocommit = False
    assert run_sync.fetch_all(conn, numbers, (3,)) == [1, 2, 3]
    assert conn.info.transaction_status is psycopg.pq.TransactionStatus.INTRANS


@pytest.mark.parametrize("lost", ["deallocate all", "discard all", "deallocate _plumb_1"])
def test_what_is_gone_is_prepared_again(conn: Connection, lost: str) -> None:
    number = query("select $1::int")
    for run in range(RUNS):
        assert run_sync.fetch_one(conn, number, (run,)) == run
    conn.execute(cast("Any", lost))
    assert run_sync.fetch_one(conn, number, (7,)) == 7
    assert prepared(conn) == ["_plumb_2"]


def test_a_table_that_is_no_longer_what_it_was(conn: Connection) -> None:
    conn.execute("create temp table changing (value int)")
    conn.execute("insert into changing values (7)")
    values = query("select value from changing")
    for _ in range(RUNS):
        assert run_sync.fetch_all(conn, values, ()) == [7]
    conn.execute("alter table changing alter value type text")
    assert [run_sync.fetch_all(conn, values, ()) for _ in range(2)] == [["7"], ["7"]]
    assert prepared(conn) == ["_plumb_2"]
    conn.execute("drop table changing")
    for _ in range(2):
        with pytest.raises(errors.UndefinedTable):
            run_sync.fetch_all(conn, values, ())


def test_many_rows_and_none(conn: Connection) -> None:
    numbers = query("select generate_series(1, $1::int)")
    for count in [250] * RUNS + [0, 1, 100, 101, 2500]:
        assert run_sync.fetch_all(conn, numbers, (count,)) == [*range(1, count + 1)]
    assert run_sync.fetch_one(conn, numbers, (0,)) is None
    assert run_sync.fetch_one(conn, numbers, (3,)) == 1
    assert run_sync.fetch_row(conn, numbers, (1,)) == 1
    with pytest.raises(NoRowsError):
        run_sync.fetch_row(conn, numbers, (0,))
    with pytest.raises(TooManyRowsError, match="found 2 rows"):
        run_sync.fetch_row(conn, numbers, (2,))


def test_arguments_of_other_types(conn: Connection) -> None:
    kind = query("select pg_typeof($1)::text")
    values: list[Any] = [1, 2**40, 1.5, Int4(1), True]
    types = ["smallint", "bigint", "double precision", "integer", "boolean"]
    for _ in range(RUNS):
        assert [run_sync.fetch_one(conn, kind, (value,)) for value in values] == types
    text = query("select $1::text")
    for value in ["a", None, "b", None] * RUNS:
        assert run_sync.fetch_one(conn, text, (value,)) == value


def test_an_error_is_postgresqls_and_leaves_nothing_behind(conn: Connection) -> None:
    divided = query("select 12 / $1::int")
    for number in [*[3] * RUNS, 0, 4, 0, 0, 6, *[3] * RUNS, 0]:
        if number:
            assert run_sync.fetch_one(conn, divided, (number,)) == 12 / number
        else:
            with pytest.raises(errors.DivisionByZero, match="division by zero") as caught:
                run_sync.fetch_one(conn, divided, (number,))
            assert caught.value.sqlstate == "22012"
    assert prepared(conn) == ["_plumb_1"]


def test_only_so_many_are_prepared(conn: Connection) -> None:
    conn.prepare_threshold = 1
    queries = [query(f"select {number}", f"Query{number}") for number in range(MOST + 3)]
    for number, each in enumerate(queries):
        assert [run_sync.fetch_one(conn, each, ()) for _ in range(3)] == [number] * 3
    assert len(prepared(conn)) == MOST
    assert run_sync.fetch_one(conn, queries[0], ()) == 0


@pytest.mark.parametrize(
    "sql",
    [
        "insert into pg_temp.thing select generate_series(1, 3)",
        "update pg_temp.thing set value = 1 where false",
        "delete from pg_temp.thing",
        "select from generate_series(1, 5)",
        "set statement_timeout = 0",
        "truncate pg_temp.thing",
    ],
)
def test_what_postgresql_says_of_a_statement(conn: Connection, sql: str) -> None:
    conn.execute("create temp table thing (value int)")
    statement = Statement("Say", cast("Any", sql))
    said = [run_sync.execute_for_result(conn, statement, ()) for _ in range(RUNS + 1)]
    assert prepared(conn) == ["_plumb_1"]
    conn.execute("truncate pg_temp.thing")
    if sql.startswith("delete"):
        assert said[-1] == ExecResult("DELETE 0", 0)
    else:
        assert len(set(said)) == 1
    assert run_sync.execute(conn, statement, ()) == said[-1].rowcount


def test_notifications_arrive(conn: Connection) -> None:
    got: list[Notify] = []
    conn.add_notify_handler(got.append)
    conn.execute("listen news")
    told = query("select pg_notify('news', $1::text)::text")
    for run in range(RUNS + 2):
        run_sync.fetch_one(conn, told, (str(run),))
    assert [each.payload for each in got] == [str(run) for run in range(RUNS + 2)]


@pytest.mark.anyio
async def test_at_the_same_time_cancelled_and_in_a_pipeline(server_url: str) -> None:
    number = query("select $1::int, pg_sleep($2::float8)")
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as conn:
        for run in range(RUNS + 1):
            assert await run_async.fetch_one(conn, number, (run, 0.0)) == run
        found = await asyncio.gather(
            *(run_async.fetch_one(conn, number, (each, 0.001)) for each in range(20))
        )
        assert found == [*range(20)]
        async with conn.pipeline():
            found = await asyncio.gather(
                *(run_async.fetch_one(conn, number, (each, 0.001)) for each in range(20))
            )
            assert found == [*range(20)]
        waiting = asyncio.create_task(run_async.fetch_one(conn, number, (1, 60.0)))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await run_async.fetch_row(conn, number, (2, 0.0)) == 2
        names = await conn.execute("select name from pg_prepared_statements")
        assert ("_plumb_1",) in await names.fetchall()
        await conn.execute("discard all")
        assert await run_async.fetch_row(conn, number, (3, 0.0)) == 3
        assert await run_async.execute(conn, Statement("Six", "select 6"), ()) == 1


@pytest.mark.anyio
async def test_a_connection_that_is_gone(server_url: str) -> None:
    number = query("select $1::int")
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as conn:
        for run in range(RUNS + 1):
            assert await run_async.fetch_one(conn, number, (run,)) == run
        with psycopg.connect(server_url, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [conn.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            await run_async.fetch_one(conn, number, (1,))
        assert conn.closed
        assert conn.broken
        with pytest.raises(psycopg.OperationalError, match="the connection is lost"):
            await run_async.fetch_one(conn, number, (1,))
