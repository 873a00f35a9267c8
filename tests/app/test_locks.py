"""Advisory locks, of transactions and of sessions."""

import asyncio
from collections.abc import Callable

import pytest
from psycopg import errors

from app.database import DatabaseClient
from app.locks import LockLostError, LockTakenError, session_lock
from db import lock

pytestmark = pytest.mark.anyio


async def test_a_lock_of_a_transaction_ends_with_it(client: DatabaseClient) -> None:
    async with client.connection() as other:
        async with client.transaction() as conn:
            await lock.lock_in_transaction(conn, name="import")
            assert await lock.try_lock_in_transaction(other, name="import") is False
            assert await lock.try_lock_in_transaction(other, name="another") is True
        assert await lock.try_lock_in_transaction(other, name="import") is True


async def test_one_at_a_time(client: DatabaseClient) -> None:
    at_work = 0

    async def work() -> None:
        nonlocal at_work
        async with client.session() as conn, session_lock(conn, "report"):
            at_work += 1
            assert at_work == 1
            await conn.execute("select pg_sleep(0.01)")
            at_work -= 1

    async with asyncio.timeout(10):
        await asyncio.gather(*(work() for _ in range(5)))


async def test_waiting_has_its_limit(client: DatabaseClient) -> None:
    async with client.session() as conn, session_lock(conn, "report"), client.session() as other:
        with pytest.raises(LockTakenError, match="'report'"):
            async with session_lock(other, "report", wait=False):
                pytest.fail("the lock was taken twice")
        await other.execute("set lock_timeout = '50ms'")
        with pytest.raises(errors.LockNotAvailable):
            async with session_lock(other, "report"):
                pytest.fail("the lock was taken twice")


async def test_a_lock_of_a_session_ends_with_the_block_even_after_an_error(
    client: DatabaseClient,
) -> None:
    async with client.session() as conn, client.session() as other:
        with pytest.raises(ZeroDivisionError):
            async with session_lock(conn, "report"):
                raise ZeroDivisionError
        async with session_lock(other, "report", wait=False):
            pass


async def test_a_lost_lock_is_told(
    client: DatabaseClient, kill_connections: Callable[[], int]
) -> None:
    async with client.session() as conn:
        with pytest.raises(LockLostError, match="'report'"):
            async with session_lock(conn, "report"):
                kill_connections()
    async with client.session() as conn:
        with pytest.raises(LockLostError):
            async with session_lock(conn, "report"):
                await lock.unlock_session(conn, name="report")
        # What the block raises comes first.
        with pytest.raises(ZeroDivisionError):
            async with session_lock(conn, "report"):
                kill_connections()
                raise ZeroDivisionError
