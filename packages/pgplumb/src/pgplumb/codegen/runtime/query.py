"""What the query modules are made of: statements, and where they find a connection."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, Protocol, TypeAlias, TypeVar

from psycopg import AsyncConnection, Connection
from psycopg.rows import TupleRow

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Copy(Generic[T]):
    """A COPY ... FROM STDIN; `values` makes of a row what goes over the wire."""

    name: str
    sql: LiteralString
    values: Callable[[T], Sequence[Any]]


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
