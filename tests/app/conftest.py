"""Clients of the application on a migrated database of the test's own."""

import os
from collections.abc import AsyncIterator, Callable, Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from app.database import DatabaseClient
from app.settings import DatabaseSettings
from app.sync.database import DatabaseClient as SyncDatabaseClient

VARIABLES = ("DATABASE_", "PG")


@pytest.fixture(autouse=True)
def _impersonal_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Neither the variables nor the .env of the person who runs the tests."""
    for name in os.environ:
        if name.startswith(VARIABLES):
            monkeypatch.delenv(name)
    monkeypatch.chdir(str(tmp_path))


@pytest.fixture
def database_settings(plumb_dsn: str) -> DatabaseSettings:
    return DatabaseSettings(url=SecretStr(plumb_dsn), pool_min_size=1)


@pytest.fixture
async def client(database_settings: DatabaseSettings) -> AsyncIterator[DatabaseClient]:
    async with await DatabaseClient.create(database_settings) as client:
        yield client


@pytest.fixture
def sync_client(database_settings: DatabaseSettings) -> Iterator[SyncDatabaseClient]:
    with SyncDatabaseClient.create(database_settings) as client:
        yield client


@pytest.fixture
def kill_connections(plumb_dsn: str, server_url: str) -> Callable[[], int]:
    """A function that ends every other session on the test's database; gives their number."""

    def kill() -> int:
        database = conninfo_to_dict(plumb_dsn)["dbname"]
        with psycopg.connect(server_url, autocommit=True) as server:
            return server.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
                [database],
            ).rowcount

    return kill
