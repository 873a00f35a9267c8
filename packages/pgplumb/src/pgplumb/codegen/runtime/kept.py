"""Keeps a cursor for each query on the connection that it has run on.

A cursor that runs its query again has the dumpers and loaders already. To look them up and to make
them takes longer than to read a row with them. They depend on what is registered on the connection
and on settings of its session: where one of these is no longer what it was, another cursor is made.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, Generic, TypeVar

import psycopg
from psycopg import (
    AsyncConnection,
    AsyncCursor,
    AsyncRawCursor,
    Connection,
    DataError,
    RawCursor,
    abc,
)
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from psycopg.types.json import (
    Json,
    Jsonb,
    JsonbBinaryLoader,
    JsonBinaryLoader,
    JsonbLoader,
    JsonLoader,
)

from .query import Query, Statement
from .rows import SLICE, Read

T = TypeVar("T")
Cursor = TypeVar("Cursor", AsyncRawCursor[TupleRow], RawCursor[TupleRow])

# On one connection; then the one that was not used for longest goes.
MOST = 100

_ATTRIBUTE = "_pgplumb_kept"
_SETTINGS = (b"TimeZone", b"DateStyle", b"IntervalStyle", b"client_encoding")
_JSON_LOADERS = (JsonLoader, JsonbLoader, JsonBinaryLoader, JsonbBinaryLoader)


class Kept(Generic[Cursor, T]):
    """A cursor for a query, what makes of its rows what the query gives, and what both rely on."""

    __slots__ = (
        "_dumpers",
        "_loaders",
        "_settings",
        "cursor",
        "format",
        "name",
        "read",
        "transformer",
    )

    def __init__(self, name: str, cursor: Cursor, read: Read[T], *, binary: bool = False) -> None:
        self.name = name
        self.cursor: Cursor = cursor
        self.read = read
        self.format = Format.BINARY if binary else Format.TEXT
        self.transformer = Transformer(cursor)
        self._settings: tuple[bytes | None, ...] = ()
        self._loaders: dict[int, object] = {}
        self._dumpers: dict[type[object], Any] = {}

    def fits(self, conn: AsyncConnection[Any] | Connection[Any]) -> bool:
        """Whether a new cursor would dump and load as this one does."""
        adapters, format_ = conn.adapters, self.format
        for oid, used in self._loaders.items():
            loader = adapters.get_loader(oid, format_)
            if loader is not used and (
                loader not in _JSON_LOADERS or loader(oid).loads is not used
            ):
                return False
        for kind, dumper in self._dumpers.items():
            if adapters.get_dumper(kind, PyFormat.AUTO) is not dumper:
                return False
        return _settings(conn) == self._settings

    def note(self, conn: AsyncConnection[Any] | Connection[Any], values: Sequence[object]) -> bool:
        """Note what it relies on, and forget its rows; False where it is not to be kept."""
        for value in values:
            # How JSON is dumped can be changed for all dumpers, but not for one that is made.
            if isinstance(value, Json | Jsonb):
                return False
            kind = type(value)
            if value is not None and kind not in self._dumpers:
                self._dumpers[kind] = conn.adapters.get_dumper(kind, PyFormat.AUTO)
        result = self.cursor.pgresult
        if result is None:
            return False
        if not self._settings:
            self._settings = _settings(conn)
            for position in range(result.nfields):
                for oid in _inside(conn.adapters, result.ftype(position)):
                    loader = conn.adapters.get_loader(oid, self.format)
                    # What parses JSON can be changed for all loaders, but not for one that is made.
                    self._loaders[oid] = loader(oid).loads if loader in _JSON_LOADERS else loader
        result.clear()
        return True

    def first(self, result: PGresult) -> list[TupleRow]:
        """The first row of a result, if there is one; then it is empty."""
        self.transformer.set_pgresult(result)
        rows = self._loaded(result, 0, min(1, result.ntuples))
        result.clear()
        return rows

    def all(self, result: PGresult) -> list[T]:
        """What the query gives of all rows of a result, a slice at a time; then it is empty."""
        made: list[T] = []
        count = result.ntuples
        self.transformer.set_pgresult(result)
        for start in range(0, count, SLICE):
            made += self.read(self._loaded(result, start, min(start + SLICE, count)), start)
        result.clear()
        return made

    def _loaded(self, result: PGresult, start: int, end: int) -> list[TupleRow]:
        try:
            return self.transformer.load_rows(start, end, tuple)
        except DataError as error:
            _name_value(error, self.name, result, self.transformer, 0)
            raise


@contextmanager
def loading(
    name: str, cursor: AsyncCursor[TupleRow] | psycopg.Cursor[TupleRow], before: int = 0
) -> Generator[None, None, None]:
    """Have the error of a value that can't be loaded name its column and row.

    name: of the query. before: how many rows there were before those of the cursor's result.
    """
    try:
        yield
    except DataError as error:
        result = cursor.pgresult
        if error.sqlstate is None and result is not None:  # else it is PostgreSQL's
            _name_value(error, name, result, Transformer(cursor), before)
        raise


def _name_value(
    error: DataError, name: str, result: PGresult, transformer: abc.Transformer, before: int
) -> None:
    for row, position in product(range(result.ntuples), range(result.nfields)):
        value = result.get_value(row, position)
        loader = transformer.get_loader(result.ftype(position), Format(result.fformat(position)))
        try:
            _ = None if value is None else loader.load(value)
        except DataError:
            column = (result.fname(position) or b"").decode()
            text = f"{name}: row {before + row} (counted from 0), column {column} failed"
            error.add_note(text)
            return


def taken(
    conn: AsyncConnection[Any] | Connection[Any], query: Query[Any] | Statement
) -> Kept[Any, Any] | None:
    """The cursor that is kept for the query, if there is one: until it is given back, it is the
    caller's alone.
    """
    every: dict[object, Kept[Any, Any]] | None = vars(conn).get(_ATTRIBUTE)
    kept = None if every is None else every.pop(query, None)
    return kept if kept is not None and kept.fits(conn) else None


def keep(
    conn: AsyncConnection[Any] | Connection[Any],
    query: Query[Any] | Statement,
    kept: Kept[Any, Any],
    values: Sequence[object],
) -> None:
    """Give back a cursor that has run the query with these values, and whose rows are read."""
    if kept.note(conn, values):
        every = vars(conn).setdefault(_ATTRIBUTE, {})
        every[query] = kept
        if len(every) > MOST:
            every.pop(next(iter(every)), None)


def unread(_rows: Sequence[TupleRow], _before: int) -> list[None]:
    """What reads the rows of a statement: it has none."""
    return []


def _settings(conn: AsyncConnection[Any] | Connection[Any]) -> tuple[bytes | None, ...]:
    return tuple(map(conn.pgconn.parameter_status, _SETTINGS))


def _inside(adapters: AdaptersMap, oid: int) -> set[int]:
    """The type, and those of its elements or bounds."""
    info = adapters.types.get(oid)
    if info is None:
        return {oid}
    return {oid, info.oid, getattr(info, "subtype_oid", info.oid)}
