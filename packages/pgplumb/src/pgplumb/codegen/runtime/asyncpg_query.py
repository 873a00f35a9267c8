"""What the query modules are made of: statements, and where they find a connection."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    LiteralString,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypeVar,
)

from .rows import TupleRow

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

T = TypeVar("T")
Item = TypeVar("Item")

Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Source: TypeAlias = "Connection | Pool"
AsyncRows: TypeAlias = Iterable[T] | AsyncIterable[T]


class NoRowsError(LookupError):
    """A query that has to find a row found none."""


class TooManyRowsError(LookupError):
    """A query that has to find one row found more."""


class ExecResult(NamedTuple):
    """What PostgreSQL says of a statement: its command tag, and how many rows it touched."""

    status: str
    rowcount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A query that returns no rows."""

    name: str
    sql: LiteralString


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A query that returns rows; `row` makes of one what the query gives."""

    name: str
    sql: LiteralString
    row: Callable[[TupleRow], T]


class Table(NamedTuple):
    """Where COPY loads rows: a table, its schema where the query names one, and its columns."""

    schema: str | None
    name: str
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Copy(Generic[Item]):
    """An INSERT of many rows; `values` makes of a row what is sent.

    `table`: where COPY loads the rows; None where asyncpg can't write them in binary, as COPY wants
    them: then the INSERT runs for each of them.
    """

    name: str
    sql: LiteralString
    values: Callable[[Item], Sequence[Any]]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item, T]):
    """A query that is run for each of many items; `values` makes of one what is sent."""

    name: str
    sql: LiteralString
    values: Callable[[Item], Sequence[Any]]
    row: Callable[[TupleRow], T]


def nothing(row: TupleRow) -> None:
    """What a batch makes of the rows that nobody asked for."""


def observed(conn: object, query: str) -> Any:
    """What the method `observe(query)` of the connection gives, to be around the query so named.

    A connection class of yours can have that method, to trace queries or to time them. It gives an
    asynchronous context manager.
    """
    observe: Callable[[str], Any] | None = getattr(conn, "observe", None)
    return nullcontext() if observe is None else observe(query)


class Pool(Protocol):
    """Whatever lends connections, such as asyncpg.Pool."""

    def acquire(self) -> AbstractAsyncContextManager["Connection"]:
        """Lend a connection, and take it back on leaving."""
        ...
