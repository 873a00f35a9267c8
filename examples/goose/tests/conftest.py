"""Databases made by this example's migrations, and a client on one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.database import DatabaseClient
from app.settings import DatabaseSettings
from pgplumb.testing.databases import TestDatabases

FOLDER = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def _plumb_databases(server_url: str) -> Iterator[TestDatabases]:
    # A project of its own needs none of this: the plugin finds the migrations itself.
    databases = TestDatabases.of_project(FOLDER, server_url)
    yield databases
    databases.close()


@pytest.fixture
async def client(plumb_dsn: str) -> AsyncIterator[DatabaseClient]:
    settings = DatabaseSettings(url=SecretStr(plumb_dsn), pool_min_size=1)
    async with await DatabaseClient.create(settings) as opened:
        yield opened
