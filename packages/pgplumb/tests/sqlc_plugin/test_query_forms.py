"""What the commands, directives and options of queries do, synchronously and asynchronously."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pydantic
import pytest
from psycopg import errors
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from .conftest import Connect

Queries = Callable[[str], Any]
START = datetime.datetime(2026, 11, 21, 8, 30, tzinfo=datetime.UTC)


def add_items(conn: psycopg.Connection, count: int) -> None:
    conn.execute(
        "insert into item (name, note) select 'name ' || n, case when mod(n, 2) = 0 then 'note' end"
        " from generate_series(1, %s) as n",
        [count],
    )


def test_a_batch_gives_results_in_order(queries: Queries, connect: Connect) -> None:
    query, conn = queries("batch"), connect("batch")
    items = [query.InsertItemsItem(name=f"n{number % 2}", note=None) for number in range(5)]

    assert query.insert_items(conn, items) is None

    found = query.get_items(conn, [query.GetItemsItem(id=number) for number in (5, 99, 1)])
    assert [item and item.id for item in found] == [5, None, 1]
    lists = query.find_items(
        conn, [query.FindItemsItem(name=name, ids=[1, 2, 3]) for name in ("n1", "n0", "n2")]
    )
    assert [[row.id for row in rows] for rows in lists] == [[2], [1, 3], []]
    assert query.get_items(conn, []) == []


def test_a_batch_that_fails_names_its_item_and_leaves_nothing(
    queries: Queries, connect: Connect
) -> None:
    query, conn = queries("batch"), connect("batch")
    conn.execute("alter table item add check (name <> 'bad')")
    items = [query.InsertItemsItem(name=name, note=None) for name in ("good", "bad", "good")]

    with pytest.raises(errors.CheckViolation) as caught:
        query.insert_items(conn, items)

    assert caught.value.__notes__ == ["InsertItems: item 1 (counted from 0) failed"]
    assert conn.execute("select count(*) from item").fetchone() == (0,)


@pytest.mark.anyio
async def test_a_batch_on_an_asynchronous_connection(
    async_queries: Queries, connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("batch")
    async with connect_async("batch") as conn:
        items = [query.InsertItemsItem(name=f"n{number}", note="x") for number in range(300)]
        await query.insert_items(conn, items)
        found = await query.get_items(conn, [query.GetItemsItem(id=n) for n in range(1, 301)])
        assert [item.name for item in found] == [f"n{number}" for number in range(300)]
        await conn.execute("alter table item add check (name <> 'bad')")
        with pytest.raises(errors.CheckViolation) as caught:
            await query.insert_items(conn, [*items, query.InsertItemsItem("bad", None), *items])
        assert caught.value.__notes__ == ["InsertItems: item 300 (counted from 0) failed"]


def test_execresult_is_what_postgresql_says(queries: Queries, connect: Connect) -> None:
    query, conn = queries("batch"), connect("batch")
    add_items(conn, 1)
    assert query.rename_item(conn, name="x", id=1) == ("UPDATE 1", 1)
    assert query.rename_item(conn, name="x", id=9).rowcount == 0


def test_an_assertion_is_believed_and_checked(queries: Queries, connect: Connect) -> None:
    query, conn = queries("directives"), connect("directives")
    fields = query.CountNotesRow.model_fields
    assert (fields["total"].annotation, fields["items"].annotation) == (int, int | None)

    with pytest.raises(pydantic.ValidationError, match="total"):
        query.count_notes(conn)
    add_items(conn, 2)
    assert query.count_notes(conn).total == 4
    with pytest.raises(pydantic.ValidationError):
        query.pairs(conn)


def test_no_rows_and_too_many(queries: Queries, connect: Connect) -> None:
    query, conn = queries("one_raises"), connect("one_raises")
    conn.execute("insert into item (name) values ('once'), ('twice'), ('twice')")

    assert query.get_item(conn, name="once").id == 1
    with pytest.raises(LookupError, match="GetItem found no row"):
        query.get_item(conn, name="never")
    with pytest.raises(LookupError, match="GetItem found 2 rows, not one"):
        query.get_item(conn, name="twice")
    assert query.find_item(conn, name="never") is None
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        query.get_item(conn, name="once").name = "other"


def test_a_stream_gives_every_row(queries: Queries, connect: Connect) -> None:
    query, conn = queries("directives"), connect("directives")
    add_items(conn, 2500)

    assert [item.id for item in query.stream_list_items(conn)] == list(range(1, 2501))
    assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    for item in query.stream_list_items(conn):
        assert item.id == 1
        break
    assert query.get_item(conn, name="name 7").id == 7


@pytest.mark.anyio
async def test_streams_on_asynchronous_connections_and_pools(
    async_queries: Queries, connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("directives")
    async with connect_async("directives") as conn:
        await conn.execute("insert into item (name) select 'n' from generate_series(1, 1500)")
        async with conn.transaction():
            first = query.stream_list_items(conn)
            second = query.QueryQueries(conn).stream_list_items()
            ids = [((await anext(first)).id, (await anext(second)).id) for _ in range(1200)]
            assert ids == [(number, number) for number in range(1, 1201)]
            await first.aclose()
            assert (await anext(second)).id == 1201
            await second.aclose()
        alone = query.QueryQueries(conn).stream_list_items()
        assert (await anext(alone)).id == 1
        await alone.aclose()
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


LONG = "insert into item (name) select repeat('n', 1000) from generate_series(1, 30000)"


@pytest.mark.anyio
async def test_a_stream_on_a_pool_may_be_left(
    async_queries: Queries, database_of: Callable[[str], str]
) -> None:
    query, url = async_queries("directives"), database_of("directives")
    for autocommit in (True, False):
        settings = {"autocommit": autocommit}
        async with AsyncConnectionPool(url, kwargs=settings, min_size=1, max_size=1) as pool:
            queries = query.QueryQueries(pool)
            async with pool.connection() as conn:
                backend = conn.info.backend_pid
                await conn.execute("truncate item restart identity")
                await conn.execute(LONG)

            assert [item.id async for item in queries.stream_list_items()] == [*range(1, 30001)]
            left = queries.stream_list_items()
            assert [(await anext(left)).id for _ in range(1500)] == [*range(1, 1501)]
            await left.aclose()
            failing = queries.stream_list_items()
            await anext(failing)
            with pytest.raises(ZeroDivisionError):
                await failing.athrow(ZeroDivisionError)
            task = asyncio.create_task(consumed(queries.stream_list_items()))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

            assert (await queries.get_item(name="n" * 1000)).id
            async with pool.connection() as conn:
                assert conn.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
                assert conn.info.backend_pid == backend


async def consumed(rows: AsyncIterator[Any]) -> int:
    return len([row async for row in rows])


def test_a_synchronous_stream_on_a_pool_may_be_left(
    queries: Queries, database_of: Callable[[str], str]
) -> None:
    query, url = queries("directives"), database_of("directives")
    with ConnectionPool(url, min_size=1, max_size=1) as pool:
        with pool.connection() as conn:
            backend = conn.info.backend_pid
            conn.execute(LONG)
        queries_of = query.QueryQueries(pool)

        for item in queries_of.stream_list_items():
            if item.id == 150:
                break
        assert sum(1 for _ in queries_of.stream_list_items()) == 30000

        with pool.connection() as conn:
            assert conn.info.backend_pid == backend


def test_a_stream_joins_the_transaction_of_a_lent_connection(
    queries: Queries, connect: Connect
) -> None:
    query, conn = queries("directives"), connect("directives")

    class Lender:
        @contextmanager
        def connection(self) -> Generator[psycopg.Connection]:
            yield conn

    with conn.transaction():
        add_items(conn, 3)
        rows = query.QueryQueries(Lender()).stream_list_items()
        found = [(item.id, query.get_item(conn, name=item.name).id) for item in rows]
        assert found == [(number, number) for number in (1, 2, 3)]


def book(query: Any) -> dict[str, Any]:
    chosen = query.models
    return {
        "id": 7,
        "isbn": chosen.Isbn("978"),
        "price": Decimal("9.50"),
        "metadata": chosen.Metadata(title="SQL", pages=10),
        "extra": {"text": "x"},
        "revisions": [{"text": "a"}, None],
        "editions": [1, 2],
    }


def test_chosen_types_are_validated_and_dumped(queries: Queries, connect: Connect) -> None:
    query, conn = queries("overrides"), connect("overrides")
    values = book(query)

    row = query.create_book(conn, **values)

    assert row.__dict__ == values
    assert type(row.isbn) is query.models.Isbn
    assert type(query.get_metadata(conn, id=7)) is query.models.Metadata
    assert query.get_summary(conn).summary == query.models.Metadata(title="x", pages=1)
    assert query.copy_books(conn, [query.CopyBooksRow(**(values | {"id": 8}))]) == 1
    assert query.get_metadata(conn, id=8) == values["metadata"]
    changed = query.models.Metadata(title="Changed")
    assert query.set_metadata(conn, metadata=changed, extra=None, ids=[7, 8]) == 2
    assert query.get_metadata(conn, id=7) == changed
    conn.execute("update book set metadata = '{}' where id = 7")
    with pytest.raises(pydantic.ValidationError, match="title"):
        query.get_metadata(conn, id=7)


READING: dict[str, Any] = {
    "id": None,
    "small": -1,
    "whole": 2**31 - 1,
    "ratio": 0.25,
    "exact": float("inf"),
    "amount": Decimal("-1234567890.0123456789"),
    "name": 'tab\t and "quotes" and \\N',
    "code": "",
    "data": b"\x00\xff",
    "day": datetime.date(1970, 1, 1),
    "at": datetime.time(23, 59, 59, 999999),
    "local_at": START.replace(tzinfo=None),
    "moment": START,
    "lasting": datetime.timedelta(days=-1, microseconds=1),
    "key": UUID(int=1),
    "document": {"a": [None, 1.5]},
    "ok": False,
    "mood": 'not "so" good',
    "names": ["a", None, "", "{b,c}"],
    "numbers": [1, None, -(2**31)],
    "amounts": [Decimal("0.1"), None],
    "raw": [b"", b"\x00"],
    "short": [],
    "sizes": [1.5, float("inf")],
}


def test_copy_in_binary_loads_every_type(queries: Queries, connect: Connect) -> None:
    query, conn = queries("binary_copy"), connect("binary_copy")
    assert "binary" in query.COPY_READINGS.sql
    sequences = {"names": ("a",), "numbers": (), "sizes": (1.0,), "amounts": None, "short": ["b"]}
    filled = READING | sequences | {"id": 2**62, "mood": "good"}

    rows = [query.CopyReadingsRow(**values) for values in (READING, filled)]
    assert query.copy_readings(conn, rows) == 2

    filled |= {"names": ["a"], "numbers": [], "sizes": [1.0]}
    listed = query.list_readings(conn)
    assert [row.__dict__ for row in listed] == [READING, filled]
    assert query.copy_readings(conn, listed) == 2
    assert query.list_readings(conn)[2:] == listed
    with pytest.raises(errors.InvalidTextRepresentation):
        query.copy_readings(conn, [query.CopyReadingsRow(**(READING | {"mood": "no label"}))])


def test_copy_in_binary_loads_domains(queries: Queries, connect: Connect) -> None:
    query, conn = queries("copied_domains"), connect("copied_domains")
    values = {"name": "open", "is_open": True, "index_": 1, "count_": None}

    assert query.copy_tallies(conn, [query.CopyTalliesRow(**values)]) == 1
    query.insert_tallies(conn, [query.InsertTalliesItem(**(values | {"index_": 2}))])

    assert [row.index for row in query.list_tallies(conn)] == [1, 2]


@pytest.mark.anyio
async def test_copy_takes_asynchronous_rows(
    async_queries: Queries, connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("binary_copy")

    async def rows() -> Any:
        for number in range(3):
            yield query.CopyReadingsRow(**(READING | {"id": number, "document": None}))

    async with connect_async("binary_copy") as conn:
        assert await query.copy_readings(conn, rows()) == 3
        assert [row.id for row in await query.list_readings(conn)] == [0, 1, 2]


def test_fields_of_one_name_keep_their_own_values(queries: Queries, connect: Connect) -> None:
    query, conn = queries("ambiguous_names"), connect("ambiguous_names")
    conn.execute("insert into shelf values ('a', 1, true, 'b', 2, 'c', 3)")
    conn.execute("insert into shelf values ('z', 5, true, 'b', 2, 'c', 3)")

    [first, _] = query.list_shelves(conn)
    row = query.compare_shelves(conn)[0]

    assert tuple(first.__dict__.values()) == ("a", 1, True, "b", 2, "c", 3)
    assert (row.max, row.max_2, row.max_3, row.class_, row.class__2) == (1, "a", 5, 2, "a")


def test_what_postgresql_vouches_for_may_go_unvalidated(queries: Queries, connect: Connect) -> None:
    query, conn = queries("trusted"), connect("trusted")
    given = {"id": 1, "stars": 5, "title": "Fine", "price": Decimal("9.50"), "written_at": START}
    given |= {"mood": "good", "tags": ["a"], "details": {"pages": [1, None]}}
    query.copy_reviews(conn, [query.CopyReviewsRow(**given)])
    conn.execute("set timezone to UTC")

    [review] = query.list_reviews(conn)

    assert review == type(review)(**given)
    assert [review] == list(query.stream_list_reviews(conn))
    assert [row.__dict__ for row in query.list_prices(conn)] == [
        {"id": 1, "price": Decimal("9.50")}
    ]
    # What is not PostgreSQL's word is held to it: an array's depth, and what the author asserts.
    conn.execute("update review set tags = '{{a}}', title = null")
    with pytest.raises(pydantic.ValidationError, match="tags"):
        query.list_reviews(conn)
    with pytest.raises(pydantic.ValidationError, match="title"):
        query.list_titles(conn)
    # The rest is as it comes: here the connection makes other values of numbers.
    conn.adapters.register_loader("numeric", TextLoader)
    assert query.list_prices(conn)[0].price == "9.50"
