"""Servers and roles for the cases of the planner."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from psycopg import Connection, errors

from pgplumb.server import TemporaryServer

ROLES = ("plumb_test_reader", "plumb_test_writer")


@pytest.fixture(scope="session")
def server_with_roles(server_url: str) -> Iterator[str]:
    """The server, with the roles that the cases grant to."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        _create_roles(connection)
        yield server_url
        for role in ROLES:
            connection.execute(f"drop role {role}".encode())


@pytest.fixture(scope="session")
def newest_server_with_roles(server_with_roles: str) -> Iterator[str]:
    """The same where it is PostgreSQL 18 or newer, else a private one that is."""
    with psycopg.connect(server_with_roles) as connection:
        new = connection.info.server_version >= 180000
    if new:
        yield server_with_roles
        return
    with TemporaryServer() as server:
        with psycopg.connect(str(server.url), autocommit=True) as connection:
            _create_roles(connection)
        yield str(server.url)


def _create_roles(connection: Connection[Any]) -> None:
    for role in ROLES:
        with suppress(errors.DuplicateObject):  # a run that was killed has left it
            connection.execute(f"create role {role}".encode())
