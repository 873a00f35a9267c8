"""What the query modules are made of: statements, and where they find a connection."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, NamedTuple, Protocol, TypeAlias, TypeVar

from psycopg import AsyncConnection, Connection
from psycopg.abc import Loader
from psycopg.adapt import AdaptersMap
from psycopg.rows import TupleRow

T = TypeVar("T")
Item = TypeVar("Item")
Loaders: TypeAlias = Sequence[tuple[int, type[Loader]]]

_UNOBSERVED: AbstractContextManager[None] = nullcontext()


class NoRowsError(LookupError):
    """A query that has to find a row found none."""


class TooManyRowsError(LookupError):
    """A query that has to find one row found more."""


class ExecResult(NamedTuple):
    """What PostgreSQL says of a statement: its command tag, and how many rows it touched."""

    status: str
    rowcount: int


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A query that returns no rows."""

    name: str
    sql: LiteralString


@dataclass(frozen=True, slots=True, eq=False)
class Query(Generic[T]):
    """A query that returns rows; `row` makes of one what the query gives.

    `binary`: they are asked for in binary format. `loaders`: how psycopg is to load some types, by
    their OIDs.
    """

    name: str
    sql: LiteralString
    row: Callable[[TupleRow], T]
    binary: bool = False
    loaders: Loaders = ()


@dataclass(frozen=True, slots=True)
class Copy(Generic[Item]):
    """A COPY ... FROM STDIN; `values` makes of a row what goes over the wire.

    `types` are the columns' types by their OIDs, where the rows go over the wire in binary.
    """

    name: str
    sql: LiteralString
    values: Callable[[Item], Sequence[Any]]
    types: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item, T]):
    """A query that is run for each of many items; `values` makes of one what is sent.

    What is not about the items is as in Query.
    """

    name: str
    sql: LiteralString
    values: Callable[[Item], Sequence[Any]]
    row: Callable[[TupleRow], T]
    binary: bool = False
    loaders: Loaders = ()


def register(adapters: AdaptersMap, loaders: Loaders) -> None:
    """Have psycopg load these types so."""
    for oid, loader in loaders:
        adapters.register_loader(oid, loader)


def nothing(row: TupleRow) -> None:
    """What a batch makes of the rows that nobody asked for."""


def observed(conn: object, query: str) -> Any:
    """What the method `observe(query)` of the connection gives, to be around the query so named.

    A connection class of yours can have that method, to trace queries or to time them. It gives a
    context manager, an asynchronous one where the connection is asynchronous.
    """
    observe: Callable[[str], Any] | None = getattr(conn, "observe", None)
    return _UNOBSERVED if observe is None else observe(query)


class AsyncPool(Protocol):
    """Whatever lends connections, such as psycopg_pool.AsyncConnectionPool."""

    def connection(self) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
        """Lend a connection; on leaving, commit (or roll back after an error) and take it back."""
        ...


class Pool(Protocol):
    """Whatever lends connections, such as psycopg_pool.ConnectionPool."""

    def connection(self) -> AbstractContextManager[Connection[Any]]:
        """Lend a connection; on leaving, commit (or roll back after an error) and take it back."""
        ...


AsyncSource: TypeAlias = AsyncConnection[Any] | AsyncPool
Source: TypeAlias = Connection[Any] | Pool
AsyncRows: TypeAlias = Iterable[T] | AsyncIterable[T]
