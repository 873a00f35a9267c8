"""Runs queries that were prepared on the connection, without what a cursor does besides.

Only outside of transactions, on a connection in autocommit mode. There a statement can be prepared
again, and nobody notices, where it is gone (DISCARD ALL, DEALLOCATE) or a table is not what it was;
in a transaction, an error would be the end of it.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, Connection, capabilities, errors
from psycopg.abc import PQGen, Transformer
from psycopg.adapt import PyFormat
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from .query import ExecResult, Query, Statement

# On one connection; then the first to come is the first to go.
MOST = 100

_ATTRIBUTE = "_pgplumb_prepared"
_GONE = ("26000", "0A000")  # no such statement; "cached plan must not change result type"


class _Prepared:
    """What is known of a connection: how often queries have run, until they are prepared; the names
    of what is prepared, by query and types of arguments; how many names there have been.
    """

    __slots__ = ("count", "names", "runs")

    def __init__(self) -> None:
        self.runs: dict[object, int] = {}
        self.names: dict[tuple[object, tuple[int, ...]], bytes] = {}
        self.count = 0


def is_due(conn: AsyncConnection[Any] | Connection[Any], query: Query[Any] | Statement) -> bool:
    """Whether the query has run as often as the connection's `prepare_threshold` says, and once at
    least, and can be run here. To ask counts as a run.
    """
    threshold, pgconn = conn.prepare_threshold, conn.pgconn
    if (
        threshold is None
        or not conn.autocommit
        or pgconn.transaction_status != TransactionStatus.IDLE
        or pgconn.pipeline_status != PipelineStatus.OFF
    ):
        return False
    runs = _prepared(conn).runs
    count = runs.get(query, 0)
    if count and count >= threshold:
        return True
    runs[query] = count + 1
    return False


def running(
    conn: AsyncConnection[Any] | Connection[Any],
    query: Query[Any] | Statement,
    transformer: Transformer,
    values: Sequence[Any],
    result_format: Format,
) -> PQGen[PGresult]:
    """Run a query, for the connection's wait(); prepare it if it is not. Raises psycopg.Error."""
    pgconn = conn.pgconn
    prepared = _prepared(conn)
    sent = transformer.dump_sequence(values, (PyFormat.AUTO,) * len(values))
    types = transformer.types or ()
    name = prepared.names.get((query, types))
    is_new = name is None
    while True:
        if name is None:
            sql = query.sql.encode(transformer.encoding)
            name = yield from _prepare(pgconn, prepared, (query, types), sql, transformer.encoding)
        pgconn.send_query_prepared(
            name, sent, param_formats=transformer.formats, result_format=result_format
        )
        results: list[PGresult] = yield from execute(pgconn)
        result = results[-1]
        if result.status != ExecStatus.FATAL_ERROR:
            return result
        error = errors.error_from_result(result, transformer.encoding)
        if is_new or error.sqlstate not in _GONE:
            raise error
        name, is_new = None, True


def what_it_says(result: PGresult) -> ExecResult:
    """The command tag, and how many rows were touched; -1 where that is not known."""
    count = result.ntuples if result.status == ExecStatus.TUPLES_OK else result.command_tuples
    return ExecResult((result.command_status or b"").decode(), -1 if count is None else count)


def _prepared(conn: AsyncConnection[Any] | Connection[Any]) -> _Prepared:
    found: _Prepared | None = vars(conn).get(_ATTRIBUTE)
    if found is None:
        found = vars(conn)[_ATTRIBUTE] = _Prepared()
    return found


def _prepare(
    pgconn: PGconn,
    prepared: _Prepared,
    key: tuple[object, tuple[int, ...]],
    sql: bytes,
    encoding: str,
) -> PQGen[bytes]:
    names = prepared.names
    unwanted = names.pop(key, None)
    if len(names) >= MOST:
        unwanted = names.pop(next(iter(names)))
    if unwanted is not None:
        if capabilities.has_send_close_prepared():
            pgconn.send_close_prepared(unwanted)
        else:
            pgconn.send_query(b"DEALLOCATE " + unwanted)
        yield from execute(pgconn)  # it may be gone already
    prepared.count += 1
    name = f"_plumb_{prepared.count}".encode()
    pgconn.send_prepare(name, sql, param_types=key[1])
    results: list[PGresult] = yield from execute(pgconn)
    if results[-1].status == ExecStatus.FATAL_ERROR:
        raise errors.error_from_result(results[-1], encoding)
    names[key] = name
    return name
