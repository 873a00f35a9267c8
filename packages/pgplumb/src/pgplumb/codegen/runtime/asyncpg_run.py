"""Runs queries on asyncpg's connections."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, TypeAlias, TypeVar

import asyncpg

from .asyncpg_query import (
    AsyncRows,
    Batch,
    Connection,
    Copy,
    ExecResult,
    NoRowsError,
    Query,
    Source,
    Statement,
    TooManyRowsError,
    observed,
)
from .rows import SLICE, Read, is_rows, reading

T = TypeVar("T")
Item = TypeVar("Item")
_Records: TypeAlias = AsyncGenerator[Sequence[Any], None]


@asynccontextmanager
async def connection_of(source: Source) -> AsyncGenerator[Connection, None]:
    """The connection itself, or one that the pool lends and takes back."""
    if isinstance(source, asyncpg.Connection):  # what a pool has lent is one, too
        yield source
    else:
        async with source.acquire() as conn:  # type: ignore[union-attr, unused-ignore]
            yield conn


async def fetch_one(conn: Connection, query: Query[T], values: Sequence[Any]) -> T | None:
    """The first row, None when there is none."""
    async with observed(conn, query.name):
        row = await conn.fetchrow(query.sql, *values)
        return None if row is None else _reader(query)([tuple(row)], 0)[0]


async def fetch_row(conn: Connection, query: Query[T], values: Sequence[Any]) -> T:
    """The only row. Raises NoRowsError or TooManyRowsError."""
    async with observed(conn, query.name):
        rows = await conn.fetch(query.sql, *values)
        if not rows:
            raise NoRowsError(f"{query.name} found no row")
        if len(rows) > 1:
            raise TooManyRowsError(f"{query.name} found {len(rows)} rows, not one")
        return _reader(query)([tuple(rows[0])], 0)[0]


async def fetch_all(conn: Connection, query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    async with observed(conn, query.name):
        return _all(await conn.fetch(query.sql, *values), _reader(query))


async def stream(
    source: Source, query: Query[T], values: Sequence[Any], size: int
) -> AsyncGenerator[T, None]:
    """The rows one by one, fetched `size` at a time through a cursor.

    That is in the transaction which is open, or else in one that ends with the last row.
    """
    read = _reader(query)
    async with (
        connection_of(source) as conn,
        observed(conn, query.name),
        nullcontext() if conn.is_in_transaction() else conn.transaction(),
    ):
        before = 0
        cursor = await conn.cursor(query.sql, *values)
        while rows := await cursor.fetch(size):
            for start in range(0, len(rows), SLICE):
                for made in read(_tuples(rows[start : start + SLICE]), before + start):
                    yield made
            if len(rows) < size:
                break
            before += len(rows)


async def execute(conn: Connection, statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    return (await execute_for_result(conn, statement, values)).rowcount


async def execute_for_result(
    conn: Connection, statement: Statement, values: Sequence[Any]
) -> ExecResult:
    """Run it; return what PostgreSQL says of it."""
    async with observed(conn, statement.name):
        status = await conn.execute(statement.sql, *values)
        count = status.rpartition(" ")[2]
        return ExecResult(status, int(count) if count.isdecimal() else -1)


async def copy_from(conn: Connection, statement: Copy[Item], rows: AsyncRows[Item]) -> int:
    """Load the rows, all or none of them; return how many there were.

    An error has a note that names the row, or is PostgreSQL's.
    """
    number = -1

    async def records() -> _Records:
        nonlocal number
        async for row in _asynchronous(rows):
            number += 1
            yield statement.values(row)

    async with observed(conn, statement.name):
        try:
            if statement.table is None:
                await conn.executemany(statement.sql, [each async for each in records()])
            else:
                await conn.copy_records_to_table(
                    statement.table.name,
                    records=records(),
                    columns=statement.table.columns,
                    schema_name=statement.table.schema,
                )
        except Exception as error:
            # PostgreSQL's own errors have a severity, and name the line themselves.
            if statement.table is not None and getattr(error, "severity", None) is None:
                error.add_note(f"{statement.name}: row {max(number, 0)} (counted from 0) failed")
            raise
    return number + 1


async def execute_batch(
    conn: Connection, batch: Batch[Item, T], items: Iterable[Item]
) -> list[list[T]]:
    """The rows for each item, in order, in one transaction.

    An error has a note that names the item.
    """
    read = _reader(batch)
    number = 0
    found: list[list[T]] = []
    async with observed(conn, batch.name), conn.transaction():
        try:
            for item in items:
                found.append(_all(await conn.fetch(batch.sql, *batch.values(item)), read))
                number += 1
        except Exception as error:
            error.add_note(f"{batch.name}: item {number} (counted from 0) failed")
            raise
    return found


async def execute_many(conn: Connection, batch: Batch[Item, Any], items: Iterable[Item]) -> None:
    """Run it for each item, in one transaction and without waiting between the items."""
    async with observed(conn, batch.name):
        await conn.executemany(batch.sql, [batch.values(item) for item in items])


async def _asynchronous(rows: AsyncRows[Item]) -> AsyncGenerator[Item, None]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row


def _reader(query: Query[T] | Batch[Any, T]) -> Read[T]:
    maker: object = query.row
    if is_rows(maker):
        # asyncpg gives JSON as the text that PostgreSQL has sent.
        return reading(query.name, maker.from_json_text, maker.from_json_texts)
    return reading(query.name, query.row, None)


def _tuples(records: Sequence[Iterable[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(record) for record in records]


def _all(records: Sequence[Iterable[Any]], read: Read[T]) -> list[T]:
    made: list[T] = []
    for start in range(0, len(records), SLICE):
        made += read(_tuples(records[start : start + SLICE]), start)
    return made
