"""Runs queries on synchronous connections."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from psycopg import Connection, RawCursor
from psycopg.rows import TupleRow, tuple_row

from .query import Copy, Query, Source, Statement

T = TypeVar("T")


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
    with _cursor(conn) as cursor:
        row = cursor.execute(query.sql, values).fetchone()
        return None if row is None else query.row(row)


def fetch_all(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    with _cursor(conn) as cursor:
        return [query.row(row) for row in cursor.execute(query.sql, values).fetchall()]


def execute(conn: Connection[Any], statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    with _cursor(conn) as cursor:
        return cursor.execute(statement.sql, values).rowcount


def copy_from(conn: Connection[Any], statement: Copy[T], rows: Iterable[T]) -> int:
    """Load the rows; return how many there were."""
    with _cursor(conn) as cursor:
        with cursor.copy(statement.sql) as copy:
            for row in rows:
                copy.write_row(statement.values(row))
        return cursor.rowcount


def _cursor(conn: Connection[Any]) -> RawCursor[TupleRow]:
    return RawCursor(conn, row_factory=tuple_row)
