"""Runs queries on asynchronous connections."""

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import TupleRow, tuple_row

from .query import AsyncRows, AsyncSource, Copy, Query, Statement

T = TypeVar("T")


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
    async with _cursor(conn) as cursor:
        await cursor.execute(query.sql, values)
        row = await cursor.fetchone()
        return None if row is None else query.row(row)


async def fetch_all(conn: AsyncConnection[Any], query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    async with _cursor(conn) as cursor:
        await cursor.execute(query.sql, values)
        return [query.row(row) for row in await cursor.fetchall()]


async def execute(conn: AsyncConnection[Any], statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    async with _cursor(conn) as cursor:
        await cursor.execute(statement.sql, values)
        return cursor.rowcount


async def copy_from(conn: AsyncConnection[Any], statement: Copy[T], rows: AsyncRows[T]) -> int:
    """Load the rows; return how many there were."""
    async with _cursor(conn) as cursor:
        async with cursor.copy(statement.sql) as copy:
            if isinstance(rows, AsyncIterable):
                async for row in rows:
                    await copy.write_row(statement.values(row))
            else:
                for row in rows:
                    await copy.write_row(statement.values(row))
        return cursor.rowcount


def _cursor(conn: AsyncConnection[Any]) -> AsyncRawCursor[TupleRow]:
    return AsyncRawCursor(conn, row_factory=tuple_row)
