"""Shadow databases: throw-away databases that hold what the schema files say.

A shadow is kept and found again by the content of its schema files, so a run without a change to
the schema creates nothing. It is built under a name of its own and renamed when complete: two runs
at once may both build it, and the slower one throws its copy away. Only databases whose name starts
with `plumb_shadow_` are ever created or dropped here.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from pgplumb.errors import LocatedError, PlumbError, ServerDownError
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.schema_files import SchemaFile, fingerprint
from pgplumb.postgres.tokens import split_statements
from pgplumb.urls import DatabaseUrl

_PREFIX: Final = "plumb_shadow_schema_"
# Several branches of one project, and several projects, take turns on one server.
_KEPT: Final = 8
_CONNECT_TIMEOUT_SECONDS: Final = 5


def connect(url: DatabaseUrl) -> Connection[Any]:
    """Connect in autocommit mode, so that nothing is left open in the database.

    Raises ServerDownError when no server answers, PlumbError when it refuses the login.
    """
    try:
        return psycopg.connect(
            url.for_libpq(), autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS
        )
    except psycopg.OperationalError as error:
        raise _connection_error(url, error) from error


def open_shadow(url: DatabaseUrl, files: Sequence[SchemaFile]) -> Connection[Any]:
    """Connect to the shadow database of `files` on the server of `url`, building it when it is new.

    Raises ServerDownError, LocatedError for SQL that PostgreSQL refuses.
    """
    name = _PREFIX + fingerprint(files)[:24]
    try:
        return psycopg.connect(
            url.with_database(name).for_libpq(),
            autocommit=True,
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        )
    except psycopg.OperationalError as error:
        if not _is_missing_database(error):
            raise _connection_error(url, error) from error
    with _maintenance(url) as maintenance:
        _build(url, files, maintenance, name)
        _forget_old(maintenance, keep=name)
    return connect(url.with_database(name))


def _build(
    url: DatabaseUrl, files: Sequence[SchemaFile], maintenance: Connection[Any], name: str
) -> None:
    unfinished = f"plumb_shadow_build_{secrets.token_hex(8)}"
    _create(maintenance, unfinished)
    try:
        with connect(url.with_database(unfinished)) as shadow:
            for file in files:
                _apply(shadow, file)
        # UniqueViolation: the other run's rename is committed between our check and our write.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            maintenance.execute(
                sql.SQL("alter database {} rename to {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
            return
    except BaseException:
        _drop(maintenance, unfinished)
        raise
    _drop(maintenance, unfinished)  # another run was quicker


def _create(maintenance: Connection[Any], name: str) -> None:
    try:
        # template0: what people added to template1 must not change what the schema files mean.
        maintenance.execute(
            sql.SQL("create database {} template template0").format(sql.Identifier(name))
        )
    except psycopg.errors.InsufficientPrivilege as error:
        user = maintenance.info.user
        raise PlumbError(
            f'The role "{user}" may not create databases, and a shadow database is needed.',
            hint=f'Allow it with: alter role "{user}" createdb',
        ) from error


def _apply(shadow: Connection[Any], file: SchemaFile) -> None:
    try:
        shadow.execute(file.text.encode())
    except psycopg.Error as error:
        start, refused = _first_refused(shadow, file.text) or (0, error)
        position = start + int(refused.diag.statement_position or 1)
        message = refused.diag.message_primary or str(refused)
        details = [
            each for each in (refused.diag.message_detail, refused.diag.message_hint) if each
        ]
        raise LocatedError(
            f"{file.path}:{location_of(file.text, position)}: {message}",
            hint="\n".join(details) or None,
        ) from error


def _first_refused(shadow: Connection[Any], script: str) -> tuple[int, psycopg.Error] | None:
    """The statement that PostgreSQL refuses, and why: not every error has a position in the script.

    The script as a whole was one transaction and left nothing behind (manual, chapter 54.2.2.1), so
    its statements can be tried one by one; the caller throws the database away.
    """
    for start, statement in split_statements(script):
        try:
            shadow.execute(statement.encode())
        except psycopg.Error as error:
            return start, error
    return None


def _maintenance(url: DatabaseUrl) -> Connection[Any]:
    """A connection to create databases from: the URL's own database, or else `postgres`."""
    try:
        return psycopg.connect(
            url.for_libpq(), autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS
        )
    except psycopg.OperationalError as error:
        if not _is_missing_database(error):
            raise _connection_error(url, error) from error
    return connect(url.with_database("postgres"))


def _forget_old(maintenance: Connection[Any], *, keep: str) -> None:
    # The highest OID is the newest database. One in use can't be dropped, and need not be.
    old = maintenance.execute(
        "select datname from pg_database where datname like %s and datname <> %s"
        " order by oid desc offset %s",
        [_PREFIX.replace("_", r"\_") + "%", keep, _KEPT - 1],
    ).fetchall()
    for (name,) in old:
        _drop(maintenance, name)


def _drop(maintenance: Connection[Any], name: str) -> None:
    with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
        maintenance.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def _is_missing_database(error: psycopg.OperationalError) -> bool:
    # libpq reports a failed connection as text alone: there is no SQLSTATE to look at.
    return "does not exist" in str(error) and "database" in str(error)


def _connection_error(url: DatabaseUrl, error: psycopg.OperationalError) -> PlumbError:
    text = " ".join(str(error).split())
    if "FATAL" in text:
        reason = text.partition("FATAL:")[2].strip()
        return PlumbError(f"PostgreSQL at {url.server} refuses the connection: {reason}")
    return ServerDownError(f"PostgreSQL does not answer at {url.server}.")
