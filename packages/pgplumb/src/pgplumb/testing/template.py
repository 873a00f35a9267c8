"""The template: a database that the migrations have built once, found again by their content."""

import hashlib
from contextlib import closing
from typing import Any, Final

from psycopg import Connection, sql

from pgplumb.postgres.databases import (
    FAMILY,
    connect,
    connect_for_maintenance,
    create_database,
    drop_database,
    drop_old,
)
from pgplumb.sources.apply import apply_each, apply_whole
from pgplumb.sources.model import Script, Server
from pgplumb.urls import DatabaseUrl

_PREFIX: Final = f"{FAMILY}template_"
_DRAFT: Final = f"{FAMILY}draft_"
# Several branches of one project, and several projects, take turns on one server.
_KEPT: Final = 8


def open_template(server: Server, migrations: Script) -> DatabaseUrl:
    """The database that the migrations build, made when it is new; nobody may connect to it.

    Of several processes that want the same one, one makes it and the others wait. Raises
    LocatedError for SQL that PostgreSQL refuses, ServerDownError, PlumbError.
    """
    digest = _digest(migrations)
    name = f"{_PREFIX}{digest[:24]}"
    # Closed at once: as a context manager it would only end its transaction first.
    with closing(connect_for_maintenance(server.url)) as maintenance:
        if not _exists(maintenance, name):
            # Held until the connection is closed.
            maintenance.execute("select pg_advisory_lock(%s)", [int(digest[:15], 16)])
            if not _exists(maintenance, name):
                _build(server, migrations, maintenance, draft=f"{_DRAFT}{digest[:24]}", name=name)
                drop_old(maintenance, _PREFIX, keep=name, most=_KEPT)
    return server.url.with_database(name)


def _digest(migrations: Script) -> str:
    digest = hashlib.sha256()
    for text in migrations.texts:
        digest.update(f"{len(text.text)}:{text.continues:d}:".encode())
        digest.update(text.text.encode())
    return digest.hexdigest()


def _exists(maintenance: Connection[Any], name: str) -> bool:
    found = maintenance.execute("select from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def _build(
    server: Server, migrations: Script, maintenance: Connection[Any], *, draft: str, name: str
) -> None:
    url = server.url.with_database(draft)
    drop_database(maintenance, draft, force=True)  # what a run that was killed has left
    try:
        create_database(maintenance, draft)
        with connect(url) as connection:
            accepted = apply_whole(connection, migrations)
        if not accepted:
            drop_database(maintenance, draft, force=True)
            create_database(maintenance, draft)
            with connect(url) as connection:
                apply_each(connection, migrations, server)
        maintenance.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(draft), sql.Identifier(name)
            )
        )
    except BaseException:
        drop_database(maintenance, draft, force=True)
        raise
