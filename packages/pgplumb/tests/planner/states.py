"""What databases hold, as seen by a snapshot and by pg_dump."""

import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import Connection

from pgplumb.planner.plan import plan
from pgplumb.planner.statement import joined
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.server.binaries import find_binaries
from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.urls import DatabaseUrl, parse_url


class State(NamedTuple):
    """What a database holds, as seen by us and by pg_dump."""

    snapshot: Snapshot
    dump: str


@contextmanager
def database(server_url: str, script: str = "") -> Generator[tuple[DatabaseUrl, Connection[Any]]]:
    """A fresh database in which the script has been run, and a connection to it."""
    with scratch_database(parse_url(server_url)) as url, connect(url) as connection:
        connection.execute(script.encode())
        yield url, connection


def state(url: DatabaseUrl, connection: Connection[Any]) -> State:
    """What the database holds now."""
    return State(take_snapshot(connection), dump(url))


def state_of(server_url: str, script: str) -> State:
    """What a fresh database holds when the script has been run in it."""
    with database(server_url, script) as (url, connection):
        return state(url, connection)


def dump(url: DatabaseUrl) -> str:
    """What `pg_dump --schema-only` writes, but for what it makes up anew each time."""
    done = subprocess.run(
        [find_binaries().program("pg_dump"), "--schema-only", "--dbname", url.for_libpq()],
        check=True,
        capture_output=True,
        text=True,
    )
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.MULTILINE)


def sql_between(source: Snapshot, target: Snapshot) -> str:
    """The plan as a script."""
    statements = joined(each.statement for each in plan(source, target))
    return "".join(f"{statement.sql};\n" for statement in statements)


def bring(connection: Connection[Any], target: Snapshot) -> str:
    """Turn what the database holds into the target, in one transaction; gives the SQL."""
    sql = sql_between(take_snapshot(connection), target)
    with connection.transaction():
        connection.execute(sql.encode())
    return sql
