"""Connections, and the databases that are made to be thrown away.

Only databases whose name starts with `plumb_shadow_` are ever created or dropped here.
"""

import time
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.urls import DatabaseUrl

FAMILY: Final = "plumb_shadow_"
CONNECT_TIMEOUT_SECONDS: Final = 5
_MOMENTS: Final = 10
_MOMENT_SECONDS: Final = 0.002


def connect(url: DatabaseUrl) -> Connection[Any]:
    """Connect in autocommit mode, so that nothing is left open in the database.

    Raises ServerDownError when no server answers, PlumbError when it refuses the login.
    """
    connection = connect_if_there(url)
    if connection is None:
        reason = f'database "{url.database}" does not exist'
        raise PlumbError(f"PostgreSQL at {url.server} refuses the connection: {reason}")
    return connection


def connect_if_there(url: DatabaseUrl) -> Connection[Any] | None:
    """As connect; None when the server has no such database."""
    try:
        return psycopg.connect(
            url.for_libpq(), autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
        )
    except psycopg.OperationalError as error:
        if _is_missing_database(error):
            return None
        raise _connection_error(url, error) from error


def connect_for_maintenance(url: DatabaseUrl) -> Connection[Any]:
    """A connection to create databases from: the URL's own database, or else `postgres`.

    Raises as connect does.
    """
    return connect_if_there(url) or connect(url.with_database("postgres"))


def create_database(
    maintenance: Connection[Any], name: str, *, template: str = "template0"
) -> None:
    """Create a database as a copy of another.

    The default is template0: what people added to template1 must not change what SQL means.
    Raises PlumbError when the role may not.
    """
    _require_family(name)
    try:
        maintenance.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    except psycopg.errors.InsufficientPrivilege as error:
        user = maintenance.info.user
        raise PlumbError(
            f'The role "{user}" may not create databases, and a shadow database is needed.',
            hint=f'Allow it with: alter role "{user}" createdb',
        ) from error


def drop_database(maintenance: Connection[Any], name: str, *, force: bool = False) -> None:
    """Drop a database unless it is in use or somebody else's; `force` ends its sessions."""
    _require_family(name)
    if not _is_left(maintenance, name) and not force:
        return  # DROP DATABASE would wait five seconds for those who are connected
    statement = sql.SQL("drop database if exists {}{}").format(
        sql.Identifier(name), sql.SQL(" with (force)" if force else "")
    )
    with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
        maintenance.execute(statement)


def drop_old(maintenance: Connection[Any], prefix: str, *, keep: str, most: int) -> None:
    """Of the databases with that prefix leave `keep` and the newest others, `most` in all.

    One that is in use, or being copied, can't be dropped, and need not be.
    """
    # The highest OID is the newest database.
    old = maintenance.execute(
        "select datname from pg_database where starts_with(datname, %s) and datname <> %s"
        " order by oid desc offset %s",
        [prefix, keep, most - 1],
    ).fetchall()
    for (name,) in old:
        drop_database(maintenance, name)


def _is_left(maintenance: Connection[Any], name: str) -> bool:
    """Whether nobody is connected, once sessions that were just closed have had a moment to end.

    DROP DATABASE looks at them only every 100 ms.
    """
    query = (
        "select from pg_stat_activity where datname = %s and backend_type <> 'autovacuum worker'"
    )
    for _ in range(_MOMENTS):
        if maintenance.execute(query, [name]).fetchone() is None:
            return True
        time.sleep(_MOMENT_SECONDS)
    return False


def _require_family(name: str) -> None:
    if not name.startswith(FAMILY):
        raise ValueError(f"not a shadow database: {name}")


def _is_missing_database(error: psycopg.OperationalError) -> bool:
    # libpq reports a failed connection as text alone: there is no SQLSTATE to look at.
    return "does not exist" in str(error) and "database" in str(error)


def _connection_error(url: DatabaseUrl, error: psycopg.OperationalError) -> PlumbError:
    text = " ".join(str(error).split())
    if "FATAL" in text:
        reason = text.partition("FATAL:")[2].strip()
        return PlumbError(f"PostgreSQL at {url.server} refuses the connection: {reason}")
    return ServerDownError(f"PostgreSQL does not answer at {url.server}.")
