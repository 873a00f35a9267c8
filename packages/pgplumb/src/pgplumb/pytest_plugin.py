"""The pytest plugin: databases that the migrations have built, for whoever asks for one.

pytest loads this module in every run of every project that has pgplumb installed, so nothing costly
is imported before a fixture is used.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator

    from psycopg import AsyncConnection, Connection
    from psycopg_pool import AsyncConnectionPool, ConnectionPool

    from pgplumb.testing.databases import TestDatabases

_VARIABLE: Final = "PLUMB_TEST_URL"
_POOL_SIZE: Final = 4


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    url_help = (
        f"PostgreSQL server for the fixtures plumb_dsn, conn, async_conn and pool; also {_VARIABLE}"
        " and the ini option plumb_url. By default the project's development server."
    )
    group = parser.getgroup("pgplumb")
    group.addoption("--plumb-url", metavar="URL", default=None, help=url_help)
    parser.addini("plumb_url", "as --plumb-url", default="")
    parser.addini("plumb_project", "folder of sqlc.yaml, relative to the root folder", default=".")


@pytest.fixture(scope="session")
def plumb_server_url(pytestconfig: pytest.Config) -> str | None:
    """The server that test databases are made on; None for the project's development server.

    Override it to choose the server in code.
    """
    given: tuple[str | None, ...] = (
        pytestconfig.getoption("--plumb-url"),
        os.environ.get(_VARIABLE),
        pytestconfig.getini("plumb_url"),
    )
    return next((url for url in given if url), None)


@pytest.fixture(scope="session")
def _plumb_databases(
    pytestconfig: pytest.Config, plumb_server_url: str | None
) -> Iterator[TestDatabases]:
    from pgplumb.testing.databases import TestDatabases  # noqa: PLC0415

    with _explained():
        root = pytestconfig.rootpath / str(pytestconfig.getini("plumb_project"))
        databases = TestDatabases.of_project(root, plumb_server_url)
    yield databases
    databases.close()


@pytest.fixture
def plumb_dsn(_plumb_databases: TestDatabases) -> Iterator[str]:
    """The URL of a database of the test's own, as the migrations make it; dropped afterwards."""
    with _explained():
        url = _plumb_databases.make()
    yield url
    _plumb_databases.drop(url)


@pytest.fixture
def conn(request: pytest.FixtureRequest, _plumb_databases: TestDatabases) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back.

    It is to plumb_dsn's database where the test uses that too, else to one that tests share.
    """
    from psycopg import Connection  # noqa: PLC0415

    ended = False
    with Connection.connect(_url(request, _plumb_databases)) as connection:
        transaction = connection.transaction(force_rollback=True)
        transaction.__enter__()
        yield connection
        if not connection.closed:  # a test may have closed it, or had the server do it
            ended = _has_ended(connection)
            transaction.__exit__(None, None, None)
    if ended:
        _complain(_plumb_databases)


@pytest.fixture
async def async_conn(
    request: pytest.FixtureRequest, _plumb_databases: TestDatabases
) -> AsyncIterator[AsyncConnection]:
    """As conn, for asynchronous code."""
    from psycopg import AsyncConnection  # noqa: PLC0415

    ended = False
    async with await AsyncConnection.connect(_url(request, _plumb_databases)) as connection:
        transaction = connection.transaction(force_rollback=True)
        await transaction.__aenter__()
        yield connection
        if not connection.closed:
            ended = _has_ended(connection)
            await transaction.__aexit__(None, None, None)
    if ended:
        _complain(_plumb_databases)


@pytest.fixture
async def pool(plumb_dsn: str) -> AsyncIterator[AsyncConnectionPool]:
    """An open pool of connections to plumb_dsn's database."""
    from psycopg_pool import AsyncConnectionPool  # noqa: PLC0415

    opened: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        plumb_dsn, min_size=1, max_size=_POOL_SIZE, open=False
    )
    async with opened:
        yield opened


@pytest.fixture
def sync_pool(plumb_dsn: str) -> Iterator[ConnectionPool]:
    """As pool, for synchronous code."""
    from psycopg_pool import ConnectionPool  # noqa: PLC0415

    opened: ConnectionPool[Connection] = ConnectionPool(
        plumb_dsn, min_size=1, max_size=_POOL_SIZE, open=False
    )
    with opened:
        yield opened


def _url(request: pytest.FixtureRequest, databases: TestDatabases) -> str:
    if "plumb_dsn" in request.fixturenames:
        url: str = request.getfixturevalue("plumb_dsn")
        return url
    with _explained():
        return databases.shared()


def _has_ended(connection: Connection[Any] | AsyncConnection[Any]) -> bool:
    """Whether the test has ended the transaction that it was given."""
    from psycopg.pq import TransactionStatus  # noqa: PLC0415

    return connection.info.transaction_status is TransactionStatus.IDLE


def _complain(databases: TestDatabases) -> None:
    databases.forget_shared()
    pytest.fail(
        "The test has ended the transaction of conn or async_conn with COMMIT or ROLLBACK.\n"
        "Use plumb_dsn or pool for what has to be committed: their database is the test's own.",
        pytrace=False,
    )


@contextmanager
def _explained() -> Generator[None]:
    """Show what the user can mend without a traceback."""
    from pgplumb.errors import PlumbError  # noqa: PLC0415

    try:
        yield
    except PlumbError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
