"""Runs queries on asynchronous connections."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection, AsyncRawCursor, AsyncRawServerCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, tuple_row

from .query import (
    AsyncRows,
    AsyncSource,
    Batch,
    Copy,
    ExecResult,
    Loaders,
    NoRowsError,
    Query,
    Statement,
    TooManyRowsError,
    observed,
    register,
)
from .reader import reader
from .rows import SLICE, Read

T = TypeVar("T")
Item = TypeVar("Item")

_stream_numbers = count(1)


@asynccontextmanager
async def connection_of(source: AsyncSource) -> AsyncGenerator[AsyncConnection[Any], None]:
    """The connection itself, or one that the pool lends and takes back."""
    if isinstance(source, AsyncConnection):
        yield source
    else:
        async with source.connection() as conn:
            yield conn


async def fetch_one(conn: AsyncConnection[Any], query: Query[T], values: Sequence[Any]) -> T | None:
    """The first row, None when there is none."""
    async with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        await cursor.execute(query.sql, values, binary=query.binary)
        row = await cursor.fetchone()
        return None if row is None else read([row], 0)[0]


async def fetch_row(conn: AsyncConnection[Any], query: Query[T], values: Sequence[Any]) -> T:
    """The only row. Raises NoRowsError or TooManyRowsError."""
    async with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        await cursor.execute(query.sql, values, binary=query.binary)
        row = await cursor.fetchone()
        if row is None:
            raise NoRowsError(f"{query.name} found no row")
        if cursor.rowcount > 1:
            raise TooManyRowsError(f"{query.name} found {cursor.rowcount} rows, not one")
        return read([row], 0)[0]


async def fetch_all(conn: AsyncConnection[Any], query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    async with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        await cursor.execute(query.sql, values, binary=query.binary)
        return await _all(cursor, read)


async def stream(
    conn: AsyncConnection[Any], query: Query[T], values: Sequence[Any], size: int
) -> AsyncGenerator[T, None]:
    """The rows one by one, fetched `size` at a time through a server-side cursor."""
    name = f"stream_{next(_stream_numbers)}"
    is_idle = conn.info.transaction_status is TransactionStatus.IDLE
    async with (
        observed(conn, query.name),
        conn.transaction() if is_idle else nullcontext(),
        AsyncRawServerCursor(conn, name, row_factory=tuple_row) as cursor,
    ):
        register(cursor.adapters, query.loaders)
        read = reader(cursor.adapters, query)
        before = 0
        await cursor.execute(query.sql, values, binary=query.binary)
        while rows := await cursor.fetchmany(size):
            for start in range(0, len(rows), SLICE):
                for made in read(rows[start : start + SLICE], before + start):
                    yield made
            if len(rows) < size:
                break
            before += len(rows)


async def execute(conn: AsyncConnection[Any], statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    async with observed(conn, statement.name), _cursor(conn) as cursor:
        await cursor.execute(statement.sql, values)
        return cursor.rowcount


async def execute_for_result(
    conn: AsyncConnection[Any], statement: Statement, values: Sequence[Any]
) -> ExecResult:
    """Run it; return what PostgreSQL says of it."""
    async with observed(conn, statement.name), _cursor(conn) as cursor:
        await cursor.execute(statement.sql, values)
        return ExecResult(cursor.statusmessage or "", cursor.rowcount)


async def copy_from(
    conn: AsyncConnection[Any], statement: Copy[Item], rows: AsyncRows[Item]
) -> int:
    """Load the rows; return how many there were.

    An error has a note that names the row, or is PostgreSQL's.
    """
    number = 0
    async with observed(conn, statement.name), _cursor(conn) as cursor:
        async with cursor.copy(statement.sql) as copy:
            if statement.types:
                copy.set_types(statement.types)
            try:
                if isinstance(rows, AsyncIterable):
                    async for row in rows:
                        await copy.write_row(statement.values(row))
                        number += 1
                else:
                    for row in rows:
                        await copy.write_row(statement.values(row))
                        number += 1
            except Exception as error:
                error.add_note(f"{statement.name}: row {number} (counted from 0) failed")
                raise
        return cursor.rowcount


async def execute_batch(
    conn: AsyncConnection[Any], batch: Batch[Item, T], items: Iterable[Item]
) -> list[list[T]]:
    """The rows for each item, in order, in one transaction and without waiting between the items.

    An error is PostgreSQL's, with a note that names the item.
    """
    cursors: list[AsyncRawCursor[TupleRow]] = []
    readers: list[Read[T]] = []
    try:
        async with observed(conn, batch.name), conn.pipeline(), conn.transaction():
            for item in items:
                cursor = _cursor(conn, batch.loaders)
                cursors.append(cursor)
                readers.append(reader(cursor.adapters, batch))
                await cursor.execute(batch.sql, batch.values(item), binary=batch.binary)
    except psycopg.Error as error:
        failed = [number for number, each in enumerate(cursors) if each.pgresult is None]
        if failed:
            error.add_note(f"{batch.name}: item {failed[0]} (counted from 0) failed")
        raise
    return [
        await _all(cursor, read) if cursor.description else []
        for cursor, read in zip(cursors, readers, strict=True)
    ]


async def _all(cursor: AsyncRawCursor[TupleRow], read: Read[T]) -> list[T]:
    made: list[T] = []
    while rows := await cursor.fetchmany(SLICE):
        made += read(rows, len(made))
    return made


def _cursor(conn: AsyncConnection[Any], loaders: Loaders = ()) -> AsyncRawCursor[TupleRow]:
    cursor = AsyncRawCursor(conn, row_factory=tuple_row)
    register(cursor.adapters, loaders)
    return cursor
