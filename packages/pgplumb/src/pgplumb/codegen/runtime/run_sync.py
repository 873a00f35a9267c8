"""Runs queries on synchronous connections."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, RawCursor, RawServerCursor
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, tuple_row

from .query import (
    Batch,
    Copy,
    ExecResult,
    Loaders,
    NoRowsError,
    Query,
    Source,
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


@contextmanager
def connection_of(source: Source) -> Generator[Connection[Any], None, None]:
    """The connection itself, or one that the pool lends and takes back."""
    if isinstance(source, Connection):
        yield source
    else:
        with source.connection() as conn:
            yield conn


def fetch_one(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> T | None:
    """The first row, None when there is none."""
    with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        cursor.execute(query.sql, values, binary=query.binary)
        row = cursor.fetchone()
        return None if row is None else read([row], 0)[0]


def fetch_row(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> T:
    """The only row. Raises NoRowsError or TooManyRowsError."""
    with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        cursor.execute(query.sql, values, binary=query.binary)
        row = cursor.fetchone()
        if row is None:
            raise NoRowsError(f"{query.name} found no row")
        if cursor.rowcount > 1:
            raise TooManyRowsError(f"{query.name} found {cursor.rowcount} rows, not one")
        return read([row], 0)[0]


def fetch_all(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    with observed(conn, query.name), _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        cursor.execute(query.sql, values, binary=query.binary)
        return _all(cursor, read)


def stream(
    conn: Connection[Any], query: Query[T], values: Sequence[Any], size: int
) -> Generator[T, None, None]:
    """The rows one by one, fetched `size` at a time through a server-side cursor."""
    name = f"stream_{next(_stream_numbers)}"
    is_idle = conn.info.transaction_status is TransactionStatus.IDLE
    with (
        observed(conn, query.name),
        conn.transaction() if is_idle else nullcontext(),
        RawServerCursor(conn, name, row_factory=tuple_row) as cursor,
    ):
        register(cursor.adapters, query.loaders)
        read = reader(cursor.adapters, query)
        before = 0
        cursor.execute(query.sql, values, binary=query.binary)
        while rows := cursor.fetchmany(size):
            for start in range(0, len(rows), SLICE):
                yield from read(rows[start : start + SLICE], before + start)
            if len(rows) < size:
                break
            before += len(rows)


def execute(conn: Connection[Any], statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    with observed(conn, statement.name), _cursor(conn) as cursor:
        cursor.execute(statement.sql, values)
        return cursor.rowcount


def execute_for_result(
    conn: Connection[Any], statement: Statement, values: Sequence[Any]
) -> ExecResult:
    """Run it; return what PostgreSQL says of it."""
    with observed(conn, statement.name), _cursor(conn) as cursor:
        cursor.execute(statement.sql, values)
        return ExecResult(cursor.statusmessage or "", cursor.rowcount)


def copy_from(conn: Connection[Any], statement: Copy[Item], rows: Iterable[Item]) -> int:
    """Load the rows; return how many there were.

    An error has a note that names the row, or is PostgreSQL's.
    """
    number = 0
    with observed(conn, statement.name), _cursor(conn) as cursor:
        with cursor.copy(statement.sql) as copy:
            if statement.types:
                copy.set_types(statement.types)
            try:
                for row in rows:
                    copy.write_row(statement.values(row))
                    number += 1
            except Exception as error:
                error.add_note(f"{statement.name}: row {number} (counted from 0) failed")
                raise
        return cursor.rowcount


def execute_batch(
    conn: Connection[Any], batch: Batch[Item, T], items: Iterable[Item]
) -> list[list[T]]:
    """The rows for each item, in order, in one transaction and without waiting between the items.

    An error is PostgreSQL's, with a note that names the item.
    """
    cursors: list[RawCursor[TupleRow]] = []
    readers: list[Read[T]] = []
    try:
        with observed(conn, batch.name), conn.pipeline(), conn.transaction():
            for item in items:
                cursor = _cursor(conn, batch.loaders)
                cursors.append(cursor)
                readers.append(reader(cursor.adapters, batch))
                cursor.execute(batch.sql, batch.values(item), binary=batch.binary)
    except psycopg.Error as error:
        failed = [number for number, each in enumerate(cursors) if each.pgresult is None]
        if failed:
            error.add_note(f"{batch.name}: item {failed[0]} (counted from 0) failed")
        raise
    return [
        _all(cursor, read) if cursor.description else []
        for cursor, read in zip(cursors, readers, strict=True)
    ]


def _all(cursor: RawCursor[TupleRow], read: Read[T]) -> list[T]:
    made: list[T] = []
    while rows := cursor.fetchmany(SLICE):
        made += read(rows, len(made))
    return made


def _cursor(conn: Connection[Any], loaders: Loaders = ()) -> RawCursor[TupleRow]:
    cursor = RawCursor(conn, row_factory=tuple_row)
    register(cursor.adapters, loaders)
    return cursor
