"""Runs queries on synchronous connections."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, RawCursor, RawServerCursor, capabilities
from psycopg.pq import Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow, tuple_row

from .copying import register_dumpers
from .kept import Kept, keep, loading, taken, unread
from .prepared import is_due, running, what_it_says
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


def connection_of(source: Source) -> AbstractContextManager[Connection[Any]]:
    """The connection itself, or one that the pool lends and takes back."""
    return nullcontext(source) if isinstance(source, Connection) else source.connection()


def fetch_one(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> T | None:
    """The first row, None when there is none."""
    with observed(conn, query.name):
        kept = _ready(conn, query)
        rows, _ = _first(conn, query, kept, values)
        made = kept.read(rows, 0)[0] if rows else None
    keep(conn, query, kept, values)
    return made


def fetch_row(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> T:
    """The only row. Raises NoRowsError or TooManyRowsError."""
    with observed(conn, query.name):
        kept = _ready(conn, query)
        rows, count = _first(conn, query, kept, values)
        if not rows:
            raise NoRowsError(f"{query.name} found no row")
        if count > 1:
            raise TooManyRowsError(f"{query.name} found {count} rows, not one")
        made = kept.read(rows, 0)[0]
    keep(conn, query, kept, values)
    return made


def fetch_all(conn: Connection[Any], query: Query[T], values: Sequence[Any]) -> list[T]:
    """All rows."""
    with observed(conn, query.name):
        kept = _ready(conn, query)
        result = _again(conn, query, kept, values)
        if result is None:
            kept.cursor.execute(query.sql, values, binary=query.binary)
            made = _all(query.name, kept.cursor, kept.read)
        else:
            made = kept.all(result)
    keep(conn, query, kept, values)
    return made


def stream(
    source: Source, query: Query[T], values: Sequence[Any], size: int
) -> Generator[T, None, None]:
    """The rows one by one, `size` at a time from the server.

    A connection that a pool lends is the stream's alone, and has the rows sent while the query
    runs. They are fetched through a server-side cursor on a connection of the caller's, whose other
    queries come in between, and where a statement's time is limited, which would be all the
    caller's, too.
    """
    with connection_of(source) as conn, observed(conn, query.name):
        if conn is not source and _can_send(conn):
            slices = _sent(conn, query, values, size)
        else:
            slices = _fetched(conn, query, values, size)
        with closing(slices):
            for made in slices:
                yield from made


def execute(conn: Connection[Any], statement: Statement, values: Sequence[Any]) -> int:
    """Run it; return how many rows it touched."""
    return execute_for_result(conn, statement, values).rowcount


def execute_for_result(
    conn: Connection[Any], statement: Statement, values: Sequence[Any]
) -> ExecResult:
    """Run it; return what PostgreSQL says of it."""
    with observed(conn, statement.name):
        kept = taken(conn, statement) or Kept(statement.name, _cursor(conn), unread)
        result = _again(conn, statement, kept, values)
        if result is None:
            kept.cursor.execute(statement.sql, values)
            said = ExecResult(kept.cursor.statusmessage or "", kept.cursor.rowcount)
        else:
            said = what_it_says(result)
    keep(conn, statement, kept, values)
    return said


def copy_from(conn: Connection[Any], statement: Copy[Item], rows: Iterable[Item]) -> int:
    """Load the rows; return how many there were.

    An error has a note that names the row, or is PostgreSQL's.
    """
    number = 0
    with observed(conn, statement.name), _cursor(conn) as cursor:
        with cursor.copy(statement.sql) as copy:
            if statement.types:
                register_dumpers(cursor.adapters, statement.types)
                copy.set_types(statement.types)
            write, values = copy.formatter.write_row, statement.values
            try:
                for row in rows:
                    # What is to be sent now; mostly nothing.
                    if part := write(values(row)):
                        copy.write(part)
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
    cursor = _cursor(conn, batch.loaders)
    cursor.format = Format.BINARY if batch.binary else Format.TEXT
    read = reader(cursor.adapters, batch)
    listed = [batch.values(item) for item in items]
    try:
        with observed(conn, batch.name), conn.pipeline(), conn.transaction():
            cursor.executemany(batch.sql, listed, returning=True)
    except psycopg.Error as error:
        done = sum([1 for _ in cursor.results()])
        if done < len(listed):
            error.add_note(f"{batch.name}: item {done} (counted from 0) failed")
        raise
    made: list[list[T]] = []
    for _ in listed:
        made.append(_all(batch.name, cursor, read) if cursor.description else [])
        cursor.nextset()
    return made


def _can_send(conn: Connection[Any]) -> bool:
    """Whether rows can be sent while the query runs; libpq can from 17 on."""
    is_idle = conn.info.transaction_status is TransactionStatus.IDLE
    if not is_idle or not capabilities.has_stream_chunked():
        return False
    with _cursor(conn) as cursor:
        cursor.execute("show statement_timeout")
        return cursor.fetchone() == ("0",)


def _sent(
    conn: Connection[Any], query: Query[T], values: Sequence[Any], size: int
) -> Generator[list[T], None, None]:
    """The rows as PostgreSQL sends them; nothing else can run on the connection meanwhile."""
    with _cursor(conn, query.loaders) as cursor:
        read = reader(cursor.adapters, query)
        found: Any = cursor.stream(query.sql, values, binary=query.binary, size=size)
        # It cancels the query when it is closed, so at once where nobody wants the rest.
        with closing(found):
            rows: list[TupleRow] = []
            before = 0
            for row in found:
                rows.append(row)
                if len(rows) == SLICE:
                    yield read(rows, before)
                    before += SLICE
                    rows = []
            yield read(rows, before)


def _fetched(
    conn: Connection[Any], query: Query[T], values: Sequence[Any], size: int
) -> Generator[list[T], None, None]:
    """The rows through a server-side cursor, in the open transaction or in one of its own."""
    name = f"stream_{next(_stream_numbers)}"
    is_idle = conn.info.transaction_status is TransactionStatus.IDLE
    with (
        conn.transaction() if is_idle else nullcontext(),
        RawServerCursor(conn, name, row_factory=tuple_row) as cursor,
    ):
        register(cursor.adapters, query.loaders)
        read = reader(cursor.adapters, query)
        before = 0
        cursor.execute(query.sql, values, binary=query.binary)
        while True:
            with loading(query.name, cursor, before):
                rows = cursor.fetchmany(size)
            for start in range(0, len(rows), SLICE):
                yield read(rows[start : start + SLICE], before + start)
            if len(rows) < size:
                break
            before += len(rows)


def _ready(conn: Connection[Any], query: Query[T]) -> Kept[RawCursor[TupleRow], T]:
    """A cursor for the query: the one that was kept, or a new one."""
    kept = taken(conn, query)
    if kept is not None:
        return kept
    cursor = _cursor(conn, query.loaders)
    return Kept(query.name, cursor, reader(cursor.adapters, query), binary=query.binary)


def _again(
    conn: Connection[Any],
    query: Query[Any] | Statement,
    kept: Kept[RawCursor[TupleRow], Any],
    values: Sequence[Any],
) -> PGresult | None:
    """What the query gives where it is prepared; None where a cursor has to run it."""
    with conn.lock:
        if not is_due(conn, query):
            return None
        return conn.wait(running(conn, query, kept.transformer, values, kept.format))


def _first(
    conn: Connection[Any],
    query: Query[T],
    kept: Kept[RawCursor[TupleRow], T],
    values: Sequence[Any],
) -> tuple[list[TupleRow], int]:
    """The first row, if there is one, and how many there are."""
    result = _again(conn, query, kept, values)
    if result is not None:
        count = result.ntuples
        return kept.first(result), count
    kept.cursor.execute(query.sql, values, binary=query.binary)
    with loading(query.name, kept.cursor):
        row = kept.cursor.fetchone()
    return ([] if row is None else [row]), kept.cursor.rowcount


def _all(name: str, cursor: RawCursor[TupleRow], read: Read[T]) -> list[T]:
    made: list[T] = []
    with loading(name, cursor):
        while rows := cursor.fetchmany(SLICE):
            made += read(rows, len(made))
    return made


def _cursor(conn: Connection[Any], loaders: Loaders = ()) -> RawCursor[TupleRow]:
    cursor = RawCursor(conn, row_factory=tuple_row)
    register(cursor.adapters, loaders)
    return cursor
