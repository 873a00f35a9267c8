"""Every kind of object, from each schema of a case to each other one and to nothing.

pg_dump is the second authority: what it shows and the snapshot does not see makes a test fail.
"""

import re
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import Connection

from conftest import fresh_database
from pgplumb.planner.difference import differences
from pgplumb.planner.plan import plan
from pgplumb.planner.statement import joined
from pgplumb.server.binaries import find_binaries
from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.urls import DatabaseUrl

CASES = sorted(folder for folder in (Path(__file__).parent / "objects").iterdir())
ROLES = ("plumb_test_reader", "plumb_test_writer")


class State(NamedTuple):
    """What a database holds, as seen by us and by pg_dump."""

    snapshot: Snapshot
    dump: str


@pytest.fixture(scope="module")
def server_with_roles(server_url: str) -> Iterator[str]:
    """The server, with the roles that the cases grant to."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for role in ROLES:
            connection.execute(f"create role {role}".encode())
        yield server_url
        for role in ROLES:
            connection.execute(f"drop role {role}".encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_way_between_schemas(case: Path, server_with_roles: str) -> None:
    scripts = {"nothing": ""}
    scripts |= {name: (case / f"{name}.sql").read_text() for name in ("old", "new")}
    _skip_unless_supported(scripts["old"], server_with_roles)
    with database(server_with_roles) as (url, connection):
        states: dict[str, State] = {}
        for name, script in scripts.items():
            with database(server_with_roles) as (made, setup):
                setup.execute(script.encode())
                states[name] = state(made, setup)
        # Through all six pairs, beginning and ending with nothing.
        for source, target in zip(
            ["nothing", "old", "new", "old", "nothing", "new"],
            ["old", "new", "old", "nothing", "new", "nothing"],
            strict=True,
        ):
            statements = joined(
                each.statement for each in plan(take_snapshot(connection), states[target].snapshot)
            )
            sql = ";\n".join(statement.sql for statement in statements)
            print(way := f"from {source} to {target}:\n{sql}")
            with connection.transaction():
                connection.execute(sql.encode())
            reached = state(url, connection)
            assert differences(reached.snapshot, states[target].snapshot) == [], way
            assert reached.dump == states[target].dump, way
            assert reached.snapshot.digest() == states[target].snapshot.digest()
            assert plan(reached.snapshot, states[target].snapshot) == []


@contextmanager
def database(server_url: str) -> Generator[tuple[DatabaseUrl, Connection[Any]]]:
    with fresh_database(server_url) as url:
        connection: Connection[Any]
        with psycopg.connect(url.for_libpq(), autocommit=True) as connection:
            try:
                yield url, connection
            finally:
                _detach_subscriptions(connection)


def _detach_subscriptions(connection: Connection[Any]) -> None:
    """A database with subscriptions can't be dropped."""
    names = connection.execute(
        "select quote_ident(subname) from pg_subscription"
        " where subdbid = (select oid from pg_database where datname = current_database())"
    ).fetchall()
    for (name,) in names:
        connection.execute(f"alter subscription {name} set (slot_name = none)".encode())
        connection.execute(f"drop subscription {name}".encode())


def state(url: DatabaseUrl, connection: Connection[Any]) -> State:
    return State(take_snapshot(connection), dump(url))


def dump(url: DatabaseUrl) -> str:
    """What `pg_dump --schema-only` writes, but for what it makes up anew each time."""
    done = subprocess.run(
        [find_binaries().program("pg_dump"), "--schema-only", "--dbname", url.for_libpq()],
        check=True,
        capture_output=True,
        text=True,
    )
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.MULTILINE)


def _skip_unless_supported(script: str, server_url: str) -> None:
    """The server of an ordinary run is the newest; PLUMB_TEST_URL may name an older one."""
    needs = re.match(r"-- needs (?:PostgreSQL (\d+)|(ICU))", script)
    if needs is None:
        return
    with psycopg.connect(server_url, autocommit=True) as connection:
        version, icu = connection.info.server_version, needs[2] is not None
        query = "select 1 from pg_collation where collname = 'und-x-icu'"
        if icu and not connection.execute(query).fetchall():
            pytest.skip("a server built with ICU")
        if not icu and version < int(needs[1]) * 10000:
            pytest.skip(f"PostgreSQL {needs[1]}")
