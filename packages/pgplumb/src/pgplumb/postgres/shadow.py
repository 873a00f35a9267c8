"""Shadow databases: throw-away databases that hold what the schema files say.

A shadow is kept and found again by the content of its schema files, so a run without a change to
the schema creates nothing. It is built under a name of its own and renamed when complete: two runs
at once may both build it, and the slower one throws its copy away.
"""

import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from psycopg.pq import TransactionStatus

from pgplumb.errors import LocatedError, PlumbError
from pgplumb.postgres.databases import (
    FAMILY,
    connect,
    connect_for_maintenance,
    connect_if_there,
    create_database,
    drop_database,
    drop_old,
)
from pgplumb.postgres.extensions import where_to_find_extension
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.roles import create_role, missing_role
from pgplumb.postgres.schema_files import SchemaFile, fingerprint, order_hint
from pgplumb.postgres.tokens import split_statements
from pgplumb.urls import DatabaseUrl

_PREFIX: Final = f"{FAMILY}schema_"
# Several branches of one project, and several projects, take turns on one server.
_KEPT: Final = 8
_NEEDS_NO_TRANSACTION: Final = (
    psycopg.errors.ActiveSqlTransaction,
    psycopg.errors.UnsafeNewEnumValueUsage,
)
_TRANSACTION: Final = frozenset({"begin", "start", "commit", "end", "rollback", "abort"})
# Who owns an object and who may use it changes no type: without such a role, it is left out.
_ABOUT_ROLES: Final = re.compile(
    r"(?:grant|revoke|alter\s+default\s+privileges|(?:create|alter)\s+policy"
    r"|set\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)"
    r"|alter\b.*\bowner\s+to)\b",
    re.IGNORECASE | re.DOTALL,
)


def open_shadow(
    url: DatabaseUrl, files: Sequence[SchemaFile], *, makes_roles: bool = False
) -> Connection[Any]:
    """Connect to the shadow database of `files` on the server of `url`, building it when it is new.

    makes_roles: whether roles that the files name may be made there, as for Server.
    Raises ServerDownError, LocatedError for SQL that PostgreSQL refuses.
    """
    name = _PREFIX + fingerprint(files)[:24]
    shadow = connect_if_there(url.with_database(name))
    if shadow is not None:
        return shadow
    with connect_for_maintenance(url) as maintenance:
        _build(url, files, maintenance, name, makes_roles=makes_roles)
        drop_old(maintenance, _PREFIX, keep=name, most=_KEPT)
    return connect(url.with_database(name))


def _build(
    url: DatabaseUrl,
    files: Sequence[SchemaFile],
    maintenance: Connection[Any],
    name: str,
    *,
    makes_roles: bool,
) -> None:
    unfinished = f"{FAMILY}build_{secrets.token_hex(8)}"
    create_database(maintenance, unfinished)
    try:
        one_by_one: set[int] = set()
        try:
            while (refused := _apply(url.with_database(unfinished), files, one_by_one)) is not None:
                one_by_one.add(refused)
                drop_database(maintenance, unfinished)
                create_database(maintenance, unfinished)
        except LocatedError as error:
            drop_database(maintenance, unfinished)
            create_database(maintenance, unfinished)
            if not _apply_in_any_order(
                url.with_database(unfinished), files, makes_roles=makes_roles
            ):
                raise error from error.__cause__
        # UniqueViolation: the other run's rename is committed between our check and our write.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            maintenance.execute(
                sql.SQL("alter database {} rename to {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
            return
    except BaseException:
        drop_database(maintenance, unfinished)
        raise
    drop_database(maintenance, unfinished)  # another run was quicker


def _apply(url: DatabaseUrl, files: Sequence[SchemaFile], one_by_one: set[int]) -> int | None:
    """Run each file as one query, and thus as one transaction (manual, chapter 54.2.2.1).

    Not every statement can be part of one: CREATE INDEX CONCURRENTLY can't. Gives the number of a
    file that is to be run statement by statement in a fresh database: it was refused, and what its
    own transactions have committed is there already. Raises LocatedError.
    """
    with connect(url) as shadow:
        for number, file in enumerate(files):
            if number in one_by_one:
                _apply_each(shadow, file, files)
                continue
            try:
                shadow.execute(file.text.encode())
            except psycopg.Error as error:
                if _has_transactions(file):
                    return number
                if not isinstance(error, _NEEDS_NO_TRANSACTION):
                    # Not every error says where in the query it is.
                    shadow.execute("begin")
                _apply_each(shadow, file, files)
                shadow.commit()
    return None


def _apply_in_any_order(
    url: DatabaseUrl, files: Sequence[SchemaFile], *, makes_roles: bool
) -> bool:
    """Run the statements as soon as what they need is there; false when that does not help.

    Files by kind have no order that is right for all: a table's default may call a function that
    reads a table.
    """
    # Most schemas never need these, and every run of sqlc pays for what is imported.
    from pgplumb.sources.apply import apply_each  # noqa: PLC0415
    from pgplumb.sources.model import Script, Server, SqlText  # noqa: PLC0415

    script = Script("the schema files", tuple(SqlText(each.path, each.text) for each in files))
    try:
        with connect(url) as shadow:
            apply_each(shadow, script, Server(url, makes_roles=makes_roles))
    except PlumbError:
        return False
    return True


def _has_transactions(file: SchemaFile) -> bool:
    words = (statement.split(maxsplit=1) for _, statement in split_statements(file.text))
    return any(each and each[0].lower().rstrip(";") in _TRANSACTION for each in words)


def _apply_each(shadow: Connection[Any], file: SchemaFile, files: Sequence[SchemaFile]) -> None:
    """Run the statements one by one, as psql does. Raises LocatedError for one that is refused."""
    for start, statement in split_statements(file.text):
        try:
            _execute(shadow, statement)
        except psycopg.Error as error:
            position = start + int(error.diag.statement_position or 1)
            message = error.diag.message_primary or str(error)
            role = missing_role(error)
            details = [
                error.diag.message_detail,
                error.diag.message_hint,
                where_to_find_extension(error),
                role and f"Roles belong to the whole server. Run there: {create_role(role)};",
                order_hint(files),
            ]
            raise LocatedError(
                f"{file.path}:{location_of(file.text, position)}: {message}",
                hint="\n".join(each for each in details if each) or None,
            ) from error


def _execute(shadow: Connection[Any], statement: str) -> None:
    """Run a statement; one about roles that this server lacks is left out. Raises psycopg.Error."""
    if not _ABOUT_ROLES.match(statement):
        shadow.execute(statement.encode())
        return
    in_transaction = shadow.info.transaction_status is TransactionStatus.INTRANS
    if in_transaction:
        shadow.execute("savepoint plumb")
    try:
        shadow.execute(statement.encode())
    except psycopg.Error as error:
        if missing_role(error) is None:
            raise
        if in_transaction:
            shadow.execute("rollback to savepoint plumb")
