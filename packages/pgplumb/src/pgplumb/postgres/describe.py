"""Ask PostgreSQL what a query takes and gives: PREPARE and describe, in the extended protocol.

See "Extended Query" in the manual's chapter 54.2.3: the row description names each result column's
type and, where it is a plain column of a table, that table and column.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection, pq


class ResultColumn(NamedTuple):
    """A result column; `table` and `column` are 0 for an expression.

    `modifier` is what the type is restricted by, such as the 12,2 of numeric(12,2); -1 for nothing.

    A column of a domain arrives as the domain's base type: only the origin tells the domain.
    """

    name: str
    type: int
    table: int
    column: int
    modifier: int = -1


class Description(NamedTuple):
    """A query's result columns and its parameters' types, in order."""

    columns: tuple[ResultColumn, ...]
    parameters: tuple[int, ...]


class Refusal(NamedTuple):
    """Why PostgreSQL refuses a query; `position` counts characters from 1, 0 when it names none."""

    message: str
    hint: str | None
    position: int


def describe(connection: Connection[Any], queries: Sequence[str]) -> list[Description | Refusal]:
    """Describe each query (with $1-style parameters); one that PostgreSQL refuses gives a Refusal.

    Nothing is executed. Raises psycopg.OperationalError when the connection is lost.
    """
    return [_describe(connection.pgconn, query) for query in queries]


def refusal_of(
    connection: Connection[Any], query: str, parameters: Sequence[int]
) -> Refusal | None:
    """What PostgreSQL has against a query whose parameters are sent with these types (0: as text
    of a type that it is to find out); None when it takes it.
    """
    prepared = connection.pgconn.prepare(b"", query.encode(), parameters)
    return None if prepared.status == pq.ExecStatus.COMMAND_OK else _refusal(prepared)


def _describe(pgconn: pq.abc.PGconn, query: str) -> Description | Refusal:
    prepared = pgconn.prepare(b"", query.encode())
    if prepared.status != pq.ExecStatus.COMMAND_OK:
        return _refusal(prepared)
    described = pgconn.describe_prepared(b"")
    if described.status != pq.ExecStatus.COMMAND_OK:
        return _refusal(described)
    columns = tuple(
        ResultColumn(
            (described.fname(i) or b"").decode(),
            described.ftype(i),
            described.ftable(i),
            described.ftablecol(i),
            described.fmod(i),
        )
        for i in range(described.nfields)
    )
    return Description(columns, tuple(described.param_type(i) for i in range(described.nparams)))


def _refusal(result: pq.abc.PGresult) -> Refusal:
    def field(which: pq.DiagnosticField) -> str | None:
        value = result.error_field(which)
        return None if value is None else value.decode(errors="replace")

    return Refusal(
        field(pq.DiagnosticField.MESSAGE_PRIMARY) or "PostgreSQL refuses the query",
        field(pq.DiagnosticField.MESSAGE_HINT),
        int(field(pq.DiagnosticField.STATEMENT_POSITION) or 0),
    )
