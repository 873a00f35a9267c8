"""What is read from the replica, and what whoever has written reads."""

from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from app.database import Connection, DatabaseClient
from app.settings import DatabaseSettings
from app.sync.database import DatabaseClient as SyncDatabaseClient

from .conftest import Arrangement

pytestmark = pytest.mark.anyio

Serve = Callable[[DatabaseSettings], AbstractAsyncContextManager[str]]


async def value(conn: Connection, query: str) -> Any:
    row = await (await conn.execute(query.encode())).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture(params=["behind poolers", "direct"])
async def client(
    request: pytest.FixtureRequest,
    arrangement: Arrangement,
    plumb_dsn: str,
    database_settings: DatabaseSettings,
) -> AsyncIterator[DatabaseClient]:
    settings = database_settings
    if request.param == "direct":
        database = str(conninfo_to_dict(plumb_dsn)["dbname"])
        replica = SecretStr(str(arrangement.replica.with_database(database)))
        settings = DatabaseSettings(url=SecretStr(plumb_dsn), replica_url=replica, pool_min_size=1)
    async with await DatabaseClient.create(settings) as made:
        yield made


@contextmanager
def lagging(arrangement: Arrangement) -> Generator[Callable[[], None]]:
    """The replica replays nothing, until the function is called."""
    with psycopg.connect(str(arrangement.replica), autocommit=True) as standby:

        def go_on() -> None:
            standby.execute("select pg_wal_replay_resume()")

        standby.execute("select pg_wal_replay_pause()")
        while standby.execute("select pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
            pass
        try:
            yield go_on
        finally:
            go_on()


async def test_read_only_work_goes_to_the_replica(client: DatabaseClient) -> None:
    for lent in (
        client.connection(read_only=True),
        client.transaction(read_only=True),
        client.reader.connection(),
    ):
        async with lent as conn:
            assert await value(conn, "select pg_is_in_recovery()") is True
            with pytest.raises(errors.ReadOnlySqlTransaction):
                await conn.execute("create table t ()")
    for lent in (client.connection(), client.transaction()):
        async with lent as conn:
            assert await value(conn, "select pg_is_in_recovery()") is False


async def test_what_was_written_is_read(client: DatabaseClient, arrangement: Arrangement) -> None:
    with lagging(arrangement) as go_on:
        async with client.transaction() as conn:
            await conn.execute("create table written as select 1 as value")
        position = await client.position()
        assert position is not None

        # The replica lags behind, and says nothing of it.
        async with client.connection(read_only=True) as conn:
            assert await value(conn, "select to_regclass('written')") is None
        # Whoever knows how far it has to be reads the primary instead.
        async with client.connection(read_only=True, after=position) as conn:
            assert await value(conn, "select pg_is_in_recovery()") is False
            assert await value(conn, "select value from written") == 1
        go_on()
        async with client.transaction(read_only=True, after=position) as conn:
            assert await value(conn, "select pg_is_in_recovery()") is True
            assert await value(conn, "select value from written") == 1


def test_synchronously_too(database_settings: DatabaseSettings) -> None:
    with SyncDatabaseClient.create(database_settings) as client:
        with client.transaction() as conn:
            conn.execute("create table written as select 1 as value")
        with client.transaction(read_only=True, after=client.position()) as conn:
            assert conn.execute("select pg_is_in_recovery(), value from written").fetchone() == (
                True,
                1,
            )


async def test_without_a_replica_there_is_no_position(plumb_dsn: str) -> None:
    async with await DatabaseClient.create(DatabaseSettings(url=SecretStr(plumb_dsn))) as client:
        assert await client.position() is None
        async with client.connection(read_only=True, after="0/1") as conn:
            assert await value(conn, "select pg_is_in_recovery()") is False


async def test_a_client_of_the_service_reads_what_it_has_written(
    arrangement: Arrangement, service_url: str
) -> None:
    async with (
        httpx.AsyncClient(base_url=service_url) as writer,
        httpx.AsyncClient(base_url=service_url) as other,
    ):
        with lagging(arrangement):
            made = await writer.post("/contacts", json={"given_name": "Ada"})
            assert made.status_code == 201
            assert "HttpOnly" in made.headers["set-cookie"]
            path = f"/contacts/{made.json()['public_id']}"
            assert (await writer.get(path)).status_code == 200
            assert len((await writer.get("/contacts")).json()["items"]) == 1
            assert (await writer.get("/contacts/export")).text.count("Ada") == 1
            # To everybody else the replica shows the past.
            assert (await other.get(path)).status_code == 404
        # A cookie that nobody has given out is none.
        other.cookies.set("position", "FFFFFFFF-FFFFFFFF'")
        assert (await other.get("/contacts")).status_code == 200
        refused = await other.post("/contacts", json={"given_name": ""})
        assert "set-cookie" not in refused.headers


async def test_the_pooler_lends_one_session_to_many(
    database_settings: DatabaseSettings,
) -> None:
    settings = database_settings.model_copy(update={"pool_min_size": 30, "pool_max_size": 30})
    async with await DatabaseClient.create(settings) as client:
        lent = [client.connection() for _ in range(30)]
        pids: set[int] = set()
        for each in lent:
            conn = await each.__aenter__()
            pids.add(await value(conn, "select pg_backend_pid()"))
        for each in lent:
            await each.__aexit__(None, None, None)
    # Thirty connections are open, one after the other in use.
    assert len(pids) < 10
