"""Ask PostgreSQL what a query takes and gives: PREPARE and describe, in the extended protocol.

See "Extended Query" in the manual's chapter 54.2.3: the row description names each result column's
type and, where it is a plain column of a table, that table and column.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, pq

_TOGETHER = 64


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
    pgconn = connection.pgconn
    texts = [query.encode() for query in queries]
    # While a blocking connection can't send, it reads: answers can't hold up questions.
    was_nonblocking, pgconn.nonblocking = pgconn.nonblocking, 0
    pgconn.enter_pipeline_mode()
    found: list[Description | Refusal] = []
    for start in range(0, len(texts), _TOGETHER):
        found += _described(pgconn, texts[start : start + _TOGETHER])
    pgconn.exit_pipeline_mode()
    pgconn.nonblocking = was_nonblocking
    return found


def refusal_of(
    connection: Connection[Any], query: str, parameters: Sequence[int]
) -> Refusal | None:
    """What PostgreSQL has against a query whose parameters are sent with these types (0: as text
    of a type that it is to find out); None when it takes it.
    """
    prepared = connection.pgconn.prepare(b"", query.encode(), parameters)
    return None if prepared.status == pq.ExecStatus.COMMAND_OK else _refusal(prepared)


def _described(pgconn: pq.abc.PGconn, queries: Sequence[bytes]) -> Iterator[Description | Refusal]:
    """Send all of them before the first answer is read (manual, chapter 32.5, Pipeline Mode)."""
    for query in queries:
        pgconn.send_prepare(b"", query)
        pgconn.send_describe_prepared(b"")
        pgconn.pipeline_sync()  # one that is refused spoils no other
    for _ in queries:
        prepared, described = _only_result(pgconn), _only_result(pgconn)
        _result(pgconn)  # of the synchronisation
        if prepared.status != pq.ExecStatus.COMMAND_OK:
            yield _refusal(prepared)
        elif described.status != pq.ExecStatus.COMMAND_OK:
            yield _refusal(described)
        else:
            yield _description(described)


def _only_result(pgconn: pq.abc.PGconn) -> pq.abc.PGresult:
    result = _result(pgconn)
    pgconn.get_result()  # None ends the results of a command
    return result


def _result(pgconn: pq.abc.PGconn) -> pq.abc.PGresult:
    result = pgconn.get_result()
    if result is None or pgconn.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(pgconn.get_error_message())
    return result


def _description(described: pq.abc.PGresult) -> Description:
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
