"""The client: how it opens and closes, its transactions, its retries, and what it survives."""

import asyncio
import logging
from collections.abc import Callable

import psycopg
import pytest
from psycopg import IsolationLevel, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import SecretStr

from app.database import Connection, DatabaseClient
from app.settings import DatabaseSettings

pytestmark = pytest.mark.anyio

SERIALIZABLE = IsolationLevel.SERIALIZABLE


async def value(conn: Connection, query: str) -> object:
    row = await (await conn.execute(query.encode())).fetchone()
    return None if row is None else row[0]


async def counters(client: DatabaseClient) -> None:
    async with client.connection() as conn:
        await conn.execute("create table counter (name text primary key, value integer not null)")
        await conn.execute("insert into counter values ('a', 0), ('b', 0)")


async def test_the_connections_are_open_when_it_is_made(client: DatabaseClient) -> None:
    async with client.connection() as conn:
        assert await value(conn, "show application_name") == "app"
        assert await value(conn, "show statement_timeout") == "30s"
        assert await value(conn, "show lock_timeout") == "5s"


async def test_the_reason_is_told_when_it_can_not_be_made(
    database_settings: DatabaseSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    parts = conninfo_to_dict(database_settings.url.get_secret_value())
    wrong = f"postgres://plumb:wr0ng-s3cret@127.0.0.1:{parts['port']}/{parts['dbname']}"
    settings = DatabaseSettings(url=SecretStr(wrong), pool_timeout=0.5)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed") as caught:
        await DatabaseClient.create(settings)

    assert "wr0ng-s3cret" not in str(caught.value) + caplog.text


async def test_nothing_shows_the_password(
    client: DatabaseClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    password = conninfo_to_dict(client.settings.primary)["password"]

    async with client.connection() as conn:
        shown = f"{client!r} {vars(client)} {conn!r} {client.reader!r}"

    assert str(password) not in shown + caplog.text


async def test_a_closed_client_leaves_no_session(
    database_settings: DatabaseSettings, pool: AsyncConnectionPool
) -> None:
    async def sessions() -> object:
        async with pool.connection() as conn:
            return await value(
                conn,
                "select count(*) from pg_stat_activity where application_name = 'app'"
                " and datname = current_database()",
            )

    client = await DatabaseClient.create(database_settings)
    assert await sessions() == 1

    await client.close()

    for _ in range(100):
        if await sessions() == 0:
            break
        await asyncio.sleep(0.02)
    assert await sessions() == 0


async def test_a_statement_on_a_connection_is_committed(client: DatabaseClient) -> None:
    await counters(client)
    with pytest.raises(ZeroDivisionError):
        async with client.connection() as conn:
            await conn.execute("update counter set value = 1 where name = 'a'")
            raise ZeroDivisionError

    async with client.connection() as conn:
        assert await value(conn, "select value from counter where name = 'a'") == 1


async def test_a_transaction_is_all_or_nothing(client: DatabaseClient) -> None:
    await counters(client)
    with pytest.raises(ZeroDivisionError):
        async with client.transaction() as conn:
            await conn.execute("update counter set value = 1 where name = 'a'")
            raise ZeroDivisionError
    async with client.transaction() as conn:
        await conn.execute("update counter set value = 2 where name = 'b'")

    async with client.connection() as conn:
        rows = await conn.execute("select value from counter order by name")
        assert await rows.fetchall() == [(0,), (2,)]


async def test_what_one_transaction_asks_for_is_not_the_next_ones(
    database_settings: DatabaseSettings,
) -> None:
    settings = database_settings.model_copy(update={"pool_max_size": 1})
    async with await DatabaseClient.create(settings) as client:
        async with client.transaction(
            isolation=SERIALIZABLE, read_only=True, statement_timeout=7
        ) as conn:
            assert await value(conn, "show transaction_isolation") == "serializable"
            assert await value(conn, "show statement_timeout") == "7s"
            with pytest.raises(errors.ReadOnlySqlTransaction):
                async with conn.transaction():
                    await conn.execute("create table t ()")
        async with client.transaction() as conn:
            assert await value(conn, "show transaction_isolation") == "read committed"
            assert await value(conn, "show transaction_read_only") == "off"
            assert await value(conn, "show statement_timeout") == "30s"


async def test_times_are_limited(database_settings: DatabaseSettings) -> None:
    limits = {"statement_timeout": 0.2, "lock_timeout": 0.1, "pool_max_size": 2}
    async with await DatabaseClient.create(
        database_settings.model_copy(update=limits | {"pool_timeout": 0.3})
    ) as client:
        await counters(client)
        with pytest.raises(errors.QueryCanceled):
            async with client.connection() as conn:
                await conn.execute("select pg_sleep(5)")
        async with client.transaction() as holder:
            await holder.execute("lock table counter")
            with pytest.raises(errors.LockNotAvailable):
                async with client.connection() as conn:
                    await conn.execute("select * from counter")
            async with client.connection():
                with pytest.raises(PoolTimeout):
                    async with client.connection():
                        pass


async def test_a_deadlock_is_tried_again(client: DatabaseClient) -> None:
    await counters(client)
    both_hold_one = asyncio.Barrier(2)
    attempts: list[str] = []

    async def add(first: str, second: str) -> None:
        async def work(conn: Connection) -> None:
            attempts.append(first)
            update = "update counter set value = value + 1 where name = %s"
            await conn.execute(update, [first])
            if len(attempts) <= 2:
                await both_hold_one.wait()
            await conn.execute(update, [second])

        await client.run_in_transaction(work)

    async with asyncio.timeout(10):
        await asyncio.gather(add("a", "b"), add("b", "a"))

    assert len(attempts) == 3
    async with client.connection() as conn:
        assert await value(conn, "select array_agg(value) from counter") == [2, 2]


async def test_what_can_not_be_serialized_is_tried_again(client: DatabaseClient) -> None:
    await counters(client)

    async def increment(conn: Connection) -> int:
        found = await value(conn, "select value from counter where name = 'a'")
        assert isinstance(found, int)
        await conn.execute("update counter set value = %s where name = 'a'", [found + 1])
        return found + 1

    given = await asyncio.gather(
        *(
            client.run_in_transaction(increment, isolation=SERIALIZABLE, retries=50)
            for _ in range(10)
        )
    )

    # Each saw what the one before it had committed: no update is lost, none is counted twice.
    assert sorted(given) == list(range(1, 11))


async def test_a_failure_at_the_commit_is_tried_again(client: DatabaseClient) -> None:
    """Two transactions that each read what the other writes: the second COMMIT is refused."""
    await counters(client)
    both_have_read = asyncio.Barrier(2)
    attempts: list[str] = []

    async def copy_value(source: str, target: str) -> None:
        async def work(conn: Connection) -> None:
            attempts.append(source)
            await conn.execute("select value from counter where name = %s", [source])
            if len(attempts) <= 2:
                await both_have_read.wait()
            await conn.execute("update counter set value = value + 1 where name = %s", [target])
            if len(attempts) <= 2:
                await both_have_read.wait()

        await client.run_in_transaction(work, isolation=SERIALIZABLE)

    async with asyncio.timeout(10):
        await asyncio.gather(copy_value("a", "b"), copy_value("b", "a"))

    assert len(attempts) == 3
    async with client.connection() as conn:
        assert await value(conn, "select array_agg(value) from counter") == [1, 1]


async def test_the_last_failure_is_the_callers(client: DatabaseClient) -> None:
    attempts = 0

    async def work(conn: Connection) -> None:
        nonlocal attempts
        attempts += 1
        await conn.execute("do $$ begin raise exception sqlstate '40001'; end $$")

    with pytest.raises(errors.SerializationFailure) as caught:
        await client.run_in_transaction(work, retries=2)

    assert attempts == 3
    assert caught.value.__notes__ == ["This was attempt 3, the last one."]


async def test_no_other_error_is_tried_again(client: DatabaseClient) -> None:
    attempts = 0

    async def work(conn: Connection) -> None:
        nonlocal attempts
        attempts += 1
        await conn.execute("select 1 / 0")

    with pytest.raises(errors.DivisionByZero):
        await client.run_in_transaction(work)
    assert attempts == 1


async def test_a_dead_connection_is_not_lent(
    client: DatabaseClient, kill_connections: Callable[[], int]
) -> None:
    async with client.connection() as conn:
        before = await value(conn, "select pg_backend_pid()")

    assert kill_connections() >= 1

    async with client.connection() as conn:
        assert await value(conn, "select pg_backend_pid()") != before


async def test_a_transaction_whose_connection_dies_has_not_happened(
    client: DatabaseClient, kill_connections: Callable[[], int]
) -> None:
    await counters(client)
    with pytest.raises(psycopg.OperationalError):
        async with client.transaction() as conn:
            await conn.execute("update counter set value = 1")
            kill_connections()
            await conn.execute("update counter set value = 2")

    async with client.connection() as conn:
        assert await value(conn, "select array_agg(value) from counter") == [0, 0]


async def test_read_only_work_goes_to_the_replica(
    database_settings: DatabaseSettings, plumb_dsn: str
) -> None:
    # Here the same server: what counts is which connections are used, and that they only read.
    replica = SecretStr(f"{plumb_dsn}&application_name=replica")
    settings = DatabaseSettings(url=database_settings.url, replica_url=replica)
    async with await DatabaseClient.create(settings) as client:
        for lent in (
            client.connection(read_only=True),
            client.transaction(read_only=True),
            client.reader.connection(),
        ):
            async with lent as conn:
                assert await value(conn, "show application_name") == "replica"
                with pytest.raises(errors.ReadOnlySqlTransaction):
                    await conn.execute("create table t ()")
        async with client.transaction() as conn:
            assert await value(conn, "show application_name") == "app"


async def test_a_pooler_in_transaction_mode_is_left_no_state(
    database_settings: DatabaseSettings,
) -> None:
    settings = database_settings.model_copy(update={"pgbouncer": True, "pool_max_size": 1})
    async with await DatabaseClient.create(settings) as client:
        async with client.connection() as conn:
            for _ in range(10):
                await conn.execute("select 1")
            assert await value(conn, "select count(*) from pg_prepared_statements") == 0
            assert await value(conn, "show statement_timeout") == "0"
        async with client.transaction() as conn:
            assert await value(conn, "show statement_timeout") == "30s"
            assert await value(conn, "show lock_timeout") == "5s"
        async with client.connection() as conn:
            assert await value(conn, "show statement_timeout") == "0"


async def test_a_session_is_not_the_pools(client: DatabaseClient) -> None:
    async with client.session() as session, client.connection() as conn:
        await session.execute("set search_path to nowhere")
        assert await value(conn, "show search_path") == '"$user", public'
        pids = {await value(each, "select pg_backend_pid()") for each in (session, conn)}
    assert len(pids) == 2
