"""Getting PostgreSQL's analysed parse tree of a statement.

A statement is made the body of a function, `LANGUAGE sql BEGIN ATOMIC ... END`: PostgreSQL analyses
it and keeps the tree in pg_proc.prosqlbody (manual: CREATE FUNCTION, sql_body). A function that
returns void takes any statement for its body. All of it is rolled back.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_PARAMETERS = 100
"""FUNC_MAX_ARGS, as PostgreSQL is built."""
_CHUNK = 128
_TYPE_NAMES = """
SELECT t.oid::bigint, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid = ANY (%s::oid[]) AND t.typtype <> 'p'
"""
_BODIES = """
SELECT p.proname::text, p.prosqlbody::text FROM pg_catalog.pg_proc p
WHERE p.pronamespace = pg_catalog.pg_my_temp_schema() AND p.proname LIKE 'pgplumb\\_proof\\_%'
"""


class Statement(NamedTuple):
    """One statement to be proven."""

    text: str
    """One SQL statement with $1.. parameters; no trailing semicolon needed."""
    parameter_types: tuple[int, ...] = ()
    """The parameters' type OIDs, as PREPARE and describe reported them."""
    non_null_parameters: frozenset[int] = frozenset()
    """The parameters, counted from 1, that the caller never sends NULL for."""


def trees(connection: psycopg.Connection[Any], statements: Sequence[Statement]) -> list[str | None]:
    """The text of each statement's tree, None where PostgreSQL takes it for no function's body.

    To be called inside a transaction that the caller rolls back.
    """
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        cursor.execute("SET LOCAL check_function_bodies = off")
        if connection.info.server_version >= 170000:  # noqa: PLR2004
            cursor.execute(
                "SELECT pg_catalog.set_config('event_triggers', 'off', true)"
                " WHERE pg_catalog.current_setting('is_superuser') = 'on'"
            )
        oids = {oid for statement in statements for oid in statement.parameter_types}
        cursor.execute(_TYPE_NAMES, [[str(oid) for oid in oids]])
        names: dict[int, str] = dict(cursor.fetchall())
        wrapped = [
            (number, sql)
            for number, statement in enumerate(statements)
            if (sql := _function(number, statement, names)) is not None
        ]
        _create_all(connection, wrapped)
        bodies: dict[str, str] = dict(cursor.execute(_BODIES).fetchall())
    return [bodies.get(_name(number)) for number in range(len(statements))]


def _name(number: int) -> str:
    return f"pgplumb_proof_{number}"


def _function(number: int, statement: Statement, names: dict[int, str]) -> str | None:
    types = [names.get(oid) for oid in statement.parameter_types]
    if len(types) > _MAX_PARAMETERS or None in types or "\0" in statement.text:
        return None
    arguments = ", ".join(name for name in types if name)
    # The line break ends a comment that the statement may end with.
    return (
        f"CREATE FUNCTION pg_temp.{_name(number)}({arguments}) RETURNS void LANGUAGE sql"
        f" BEGIN ATOMIC {statement.text}\n; END"
    )


def _create_all(connection: psycopg.Connection[Any], functions: list[tuple[int, str]]) -> None:
    """Create what can be created: chunks in pipeline mode, each again without what failed in it."""
    pending = [functions[at : at + _CHUNK] for at in range(0, len(functions), _CHUNK)]
    pending.reverse()
    while pending:
        chunk = pending.pop()
        failed = _create(connection, [sql for _, sql in chunk])
        if failed is None:
            continue
        rest = chunk[failed + 1 :]
        middle = len(rest) // 2
        pending.extend(part for part in (rest[middle:], rest[:middle], chunk[:failed]) if part)


def _create(connection: psycopg.Connection[Any], functions: list[str]) -> int | None:
    """Create all of them and answer None, or none of them and answer which one failed."""
    cursors: list[psycopg.Cursor[Any]] = []
    failed: int | None = None
    with connection.transaction() as savepoint:
        with connection.pipeline() as pipeline:
            try:
                for sql in functions:
                    cursor = psycopg.Cursor(connection)
                    cursors.append(cursor)
                    cursor.execute(sql.encode(connection.info.encoding), prepare=False)
                pipeline.sync()
            except psycopg.Error:
                # Inside the pipeline, or psycopg logs that it can't end it well.
                if connection.closed:
                    raise
                done = sum(1 for cursor in cursors if cursor.statusmessage is not None)
                failed = min(done, len(functions) - 1)
                with suppress(psycopg.Error):
                    pipeline.sync()
        if failed is not None:
            raise psycopg.Rollback(savepoint)
    return failed
