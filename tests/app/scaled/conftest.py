"""A primary, a streaming replica, and PgBouncer in transaction mode in front of each.

`database_settings` leads the application through them; `plumb_dsn` is the primary itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from app.settings import DatabaseSettings
from pgplumb.server import TemporaryServer
from pgplumb.testing.databases import TestDatabases
from pgplumb.urls import DatabaseUrl

from ..web.conftest import described, http, serve, service_url
from .pooler import pooler
from .replica import replica_of

__all__ = ["described", "http", "serve", "service_url"]

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Arrangement:
    """The servers, each without a pooler and behind one; and the databases on them."""

    primary: DatabaseUrl
    replica: DatabaseUrl
    pooled_primary: DatabaseUrl
    pooled_replica: DatabaseUrl
    databases: TestDatabases


@pytest.fixture(scope="session")
def arrangement() -> Iterator[Arrangement]:
    with TemporaryServer() as server:
        with psycopg.connect(str(server.url), autocommit=True) as conn:
            # On its command line this is off, and the log would be sent late.
            conn.execute("alter role current_user set synchronous_commit = on")
        # PgBouncer's account can't enter pytest's folders.
        folders = [server.cluster.data.parent / name for name in ("pooler", "pooler_of_replica")]
        for folder in folders:
            folder.mkdir()
        with (
            replica_of(server) as replica,
            pooler(server.url, folders[0]) as pooled_primary,
            pooler(replica, folders[1]) as pooled_replica,
        ):
            databases = TestDatabases.of_project(ROOT, str(server.url))
            yield Arrangement(server.url, replica, pooled_primary, pooled_replica, databases)
            databases.close()


@pytest.fixture
def plumb_dsn(arrangement: Arrangement) -> Iterator[str]:
    url = arrangement.databases.make()
    with psycopg.connect(url) as conn, psycopg.connect(str(arrangement.replica)) as standby:
        row = conn.execute("select pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None
        while standby.execute("select pg_last_wal_replay_lsn() < %s::pg_lsn", row).fetchone() == (
            True,
        ):
            standby.commit()
    yield url
    arrangement.databases.drop(url)


@pytest.fixture
def database_settings(arrangement: Arrangement, plumb_dsn: str) -> DatabaseSettings:
    database = str(conninfo_to_dict(plumb_dsn)["dbname"])

    def url(server: DatabaseUrl) -> SecretStr:
        return SecretStr(str(server.with_database(database)))

    return DatabaseSettings(
        url=url(arrangement.pooled_primary),
        replica_url=url(arrangement.pooled_replica),
        direct_url=url(arrangement.primary),
        pgbouncer=True,
        pool_min_size=1,
    )


@pytest.fixture
def kill_connections(arrangement: Arrangement, plumb_dsn: str) -> Callable[[], int]:
    """As for one server: every session on the test's database, behind the pooler or not."""

    def kill() -> int:
        database = conninfo_to_dict(plumb_dsn)["dbname"]
        with psycopg.connect(str(arrangement.primary), autocommit=True) as server:
            return server.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
                [database],
            ).rowcount

    return kill
