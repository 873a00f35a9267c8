"""Databases made of statements, and what is in them."""

import re
import secrets
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import Connection

from pgplumb.postgres.databases import FAMILY, connect, create_database, drop_database
from pgplumb.server.binaries import find_binaries
from pgplumb.urls import DatabaseUrl, parse_url

from .random_choices import ROLES

_SETTINGS = "-ctimezone=UTC -cclient_min_messages=error -csynchronous_commit=off -cjit=off"
# pg_dump 18 does not quote these names.
_OWN_NOT_NULL = re.compile(r"    (CONSTRAINT ((?! CHECK \().)* )?NOT NULL ")
# pg_dump ends an object with empty lines, but only with one before its comments and privileges.
_BETWEEN_BLOCKS = re.compile(r"\n\n\n+|\n\n(?=--\n-- Name: )")
_NOT_VALID = re.compile(r"ADD (CONSTRAINT .* CHECK .*) NOT VALID;")
_CREATE_TABLE = re.compile(r"CREATE (?:UNLOGGED |FOREIGN )?TABLE ")


class Server:
    """A server to make databases on. Not to be shared between threads."""

    def __init__(self, url: str) -> None:
        """In: the URL of its maintenance database."""
        given = parse_url(url)
        self._url = given.with_parameters(dict(given.parameters) | {"options": _SETTINGS})
        self._maintenance = connect(self._url)

    def close(self) -> None:
        """Give the connection back."""
        self._maintenance.close()

    def url(self, name: str) -> DatabaseUrl:
        """The URL of a database."""
        return self._url.with_database(name)

    def create(self, template: str = "template0") -> str:
        """The name of a fresh copy of a database that nobody is connected to."""
        name = f"{FAMILY}test_{secrets.token_hex(6)}"
        self._wait_until_left(template)
        create_database(self._maintenance, name, template=template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database."""
        drop_database(self._maintenance, name, force=True)

    @contextmanager
    def connected(self, name: str) -> Generator[Connection[Any]]:
        """A connection in autocommit mode."""
        with connect(self.url(name)) as connection:
            yield connection

    @contextmanager
    def copied(self, template: str) -> Generator[Connection[Any]]:
        """A connection to a copy of a database that is dropped afterwards."""
        name = self.create(template)
        try:
            with self.connected(name) as connection:
                yield connection
        finally:
            self.drop(name)

    def copier(self, template: str) -> Callable[[], AbstractContextManager[Connection[Any]]]:
        """What prove() makes its copies with."""
        return lambda: self.copied(template)

    def make_roles(self) -> None:
        """Make the roles that schemas grant privileges to."""
        for role in ROLES:
            try:
                self._maintenance.execute(f"create role {role}".encode())
            except psycopg.errors.DuplicateObject:
                continue

    def drop_roles(self) -> None:
        """Remove them again."""
        for role in ROLES:
            self._maintenance.execute(f"drop role if exists {role}".encode())

    def _wait_until_left(self, name: str) -> None:
        # A backend ends shortly after its client has gone; CREATE DATABASE would sleep 100 ms.
        query = "select 1 from pg_stat_activity where datname = %s limit 1"
        for _ in range(200):
            if self._maintenance.execute(query, [name]).fetchone() is None:
                return
            time.sleep(0.0005)

    def dump(self, name: str) -> list[str]:
        """What pg_dump says of a database's schema, in blocks, the order of columns aside."""
        program = find_binaries().program("pg_dump")
        options = ["--schema-only", "--restrict-key=x"]
        done = subprocess.run(
            [program, *options, self.url(name).for_libpq()],
            check=True,
            capture_output=True,
            text=True,
        )
        not_valid = set(_NOT_VALID.findall(done.stdout))
        return sorted(_canonical(each, not_valid) for each in _BETWEEN_BLOCKS.split(done.stdout))


def _canonical(block: str, not_valid: set[str]) -> str:
    if not _CREATE_TABLE.search(block) and "\nGRANT " not in block:
        return block.strip()
    lines = (line.rstrip(",") for line in block.strip().splitlines())
    if "\nINHERITS (" in block:
        # Whether a NOT NULL from above is the table's own, too, is not compared.
        lines = (line for line in lines if not _OWN_NOT_NULL.match(line))
    # Whether what is not valid above is valid in a partition is not compared.
    return "\n".join(sorted(line for line in lines if line.strip() not in not_valid))
