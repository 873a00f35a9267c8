"""Scratch databases: made for one command and dropped when it ends, however it ends."""

import re
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import Connection

from pgplumb.postgres.databases import (
    FAMILY,
    connect,
    connect_for_maintenance,
    create_database,
    drop_database,
)
from pgplumb.urls import DatabaseUrl

_PREFIX: Final = f"{FAMILY}scratch_"
# The name says when it was made, for the day it is left behind by a command that was killed.
_NAME: Final = re.compile(rf"{_PREFIX}([0-9a-f]{{8}})[0-9a-f]{{8}}")
_STALE_SECONDS: Final = 15 * 60


@contextmanager
def scratch_database(
    server: DatabaseUrl, *, template: DatabaseUrl | None = None
) -> Generator[DatabaseUrl]:
    """A fresh database on the server, empty or a copy of `template`; dropped at the end.

    Nobody may be connected to the template. Raises ServerDownError, PlumbError when databases can't
    be created.
    """
    name = f"{_PREFIX}{int(time.time()):08x}{secrets.token_hex(4)}"
    copied = "template0" if template is None else template.database
    with connect_for_maintenance(server) as maintenance:
        _drop_stale(maintenance)
        try:
            create_database(maintenance, name, template=copied or "template0")
            yield _volatile(server.with_database(name))
        finally:
            _drop(server, maintenance, name)


def _volatile(url: DatabaseUrl) -> DatabaseUrl:
    """The URL with a setting that spares each commit the wait for the disk."""
    given = dict(url.parameters)
    options = f"{given.get('options', '')} -csynchronous_commit=off".strip()
    return url.with_parameters(given | {"options": options})


def _drop(server: DatabaseUrl, maintenance: Connection[Any], name: str) -> None:
    found = maintenance.execute(
        "select exists (select from pg_subscription as s join pg_database as d on d.oid = s.subdbid"
        " where d.datname = %s)",
        [name],
    ).fetchone()
    if found == (True,):
        _drop_subscriptions(server.with_database(name))
    drop_database(maintenance, name, force=True)


def _drop_subscriptions(url: DatabaseUrl) -> None:
    """A database can't be dropped with a subscription in it, nor may its publisher be troubled."""
    with connect(url) as connection:
        names = connection.execute(
            "select format('%I', s.subname) from pg_subscription as s join pg_database as d"
            " on d.oid = s.subdbid where d.datname = current_database()"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"alter subscription {name} disable".encode())
            connection.execute(f"alter subscription {name} set (slot_name = none)".encode())
            connection.execute(f"drop subscription {name}".encode())


def _drop_stale(maintenance: Connection[Any]) -> None:
    """Drop what killed commands have left, unless somebody is connected to it after all."""
    names = maintenance.execute(
        "select datname from pg_database where starts_with(datname, %s)", [_PREFIX]
    ).fetchall()
    for (name,) in names:
        made = _NAME.fullmatch(name)
        if made and time.time() - int(made[1], 16) > _STALE_SECONDS:
            drop_database(maintenance, name)
