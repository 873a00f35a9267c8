"""The application's way to PostgreSQL: a pool of connections, transactions, another try.

    client = await DatabaseClient.create()
    found = await ContactQueries(client).get_contact(public_id=some_id)
    async with client.transaction() as conn:
        await contact.create_contact(conn, ...)
        await event.create_event(conn, ...)

`app.sync.database` is the same, synchronous.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from app.retries import RETRYABLE, pause_before
from app.settings import DatabaseSettings, load_settings

Connection: TypeAlias = psycopg.AsyncConnection[TupleRow]
Pool: TypeAlias = AsyncConnectionPool[Connection]
T = TypeVar("T")

# What is no standby, or no longer, lags behind nothing.
_HAS_REPLAYED: Final = """
select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() >= %s::pg_lsn else true end
"""
_SET_LOCAL: Final = "select set_config(key, value, true) from jsonb_each_text(%s)"


class DatabaseClient:
    """Lends connections. Make it with `create`, once a process, and close it at the end."""

    def __init__(self, settings: DatabaseSettings, pool: Pool, replica: Pool | None) -> None:
        self.settings = settings
        self._pool = pool
        self._replica = replica

    @classmethod
    async def create(
        cls,
        settings: DatabaseSettings | None = None,
        *,
        connection_class: type[Connection] = psycopg.AsyncConnection,
    ) -> Self:
        """A client whose connections are open.

        In: where the database is, by default what the environment and .env say; of what class
        connections are, such as TracedConnection of app.tracing.
        Raises ConfigurationError, or psycopg.OperationalError when the database can't be reached.
        """
        settings = settings or load_settings()
        pool = await _opened(settings, settings.primary, "primary", connection_class)
        replica = None
        if settings.replica is not None:
            try:
                replica = await _opened(settings, settings.replica, "replica", connection_class)
            except BaseException:
                await pool.close()
                raise
        return cls(settings, pool, replica)

    async def close(self) -> None:
        """Close every connection, those that are lent when they come back."""
        await self._pool.close()
        if self._replica is not None:
            await self._replica.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def reader(self) -> Pool:
        """Lends connections for read-only work: the replica's, or else the primary's."""
        return self._replica or self._pool

    async def position(self) -> str | None:
        """How far the primary's log is on disk, for `after`; None where there is no replica.

        Ask when what is to be read has been committed, and not with synchronous_commit off.
        """
        if self._replica is None:
            return None
        async with self._pool.connection() as conn:
            cursor = await conn.execute("select pg_current_wal_flush_lsn()::text")
            row = await cursor.fetchone()
        return None if row is None else str(row[0])

    @asynccontextmanager
    async def connection(
        self, *, read_only: bool = False, timeout: float | None = None, after: str | None = None
    ) -> AsyncGenerator[Connection]:
        """Lend a connection on which each statement is a transaction of its own.

        In: whether it is for reading only, which a replica can do as well; how many seconds to
        wait for it, if not as long as the settings say; the position() that a replica has to have
        reached, else the primary is read. Raises psycopg_pool.PoolTimeout when none becomes free
        in time.
        """
        if read_only and self._replica is not None:
            async with self._replica.connection(timeout) as conn:
                if after is None or await self._has_replayed(conn, after):
                    yield conn
                    return
        async with self._pool.connection(timeout) as conn:
            yield conn

    async def _has_replayed(self, conn: Connection, position: str) -> bool:
        """Whether the replica is that far, or gets there in the time that the settings give it."""
        pause, waited = 0.002, 0.0
        while True:
            cursor = await conn.execute(_HAS_REPLAYED, [position])
            row = await cursor.fetchone()
            if row is not None and row[0]:
                return True
            if waited >= self.settings.replica_wait:
                return False
            await asyncio.sleep(pause)
            waited += pause
            pause = min(2 * pause, 0.05)

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Connection]:
        """A connection of its own, past any pooler: for what lasts longer than a transaction."""
        conninfo = self.settings.direct
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
            yield conn

    @asynccontextmanager
    async def transaction(
        self,
        *,
        isolation: psycopg.IsolationLevel | None = None,
        read_only: bool = False,
        statement_timeout: float | None = None,
        after: str | None = None,
    ) -> AsyncGenerator[Connection]:
        """Lend a connection for one transaction: committed at the end, rolled back after an error.

        In: how far it is kept from others; whether it only reads, which a replica can do as well;
        how many seconds a statement may take, if not as long as the settings say; `after` as for
        `connection`. What PostgreSQL refuses for the sake of another transaction is not tried
        again: Python can't run a `with` block twice. `run_in_transaction` can.
        """
        limits = dict(self.settings.timeouts) if self.settings.pgbouncer else {}
        if statement_timeout is not None:
            limits["statement_timeout"] = f"{statement_timeout * 1000:.0f}"
        async with self.connection(read_only=read_only, after=after) as conn:
            await conn.set_isolation_level(isolation)
            await conn.set_read_only(read_only or None)
            async with conn.transaction():
                if limits:
                    await conn.execute(_SET_LOCAL, [Jsonb(limits)])
                yield conn

    async def run_in_transaction(
        self,
        work: Callable[[Connection], Awaitable[T]],
        *,
        isolation: psycopg.IsolationLevel | None = None,
        read_only: bool = False,
        statement_timeout: float | None = None,
        retries: int | None = None,
    ) -> T:
        """Run `work` in a transaction, and again when others made PostgreSQL roll it back.

        In: what gets the connection, does nothing but database work (it may run several times)
        and lets psycopg's errors through. Gives what it returns, once that is committed.
        Raises the last SerializationFailure or DeadlockDetected when all attempts fail; every
        other error at once.
        """
        retries = self.settings.retries if retries is None else retries
        attempt = 0
        while True:
            try:
                async with self.transaction(
                    isolation=isolation, read_only=read_only, statement_timeout=statement_timeout
                ) as conn:
                    return await work(conn)
            except RETRYABLE as error:
                attempt += 1
                if attempt > retries:
                    error.add_note(f"This was attempt {attempt}, the last one.")
                    raise
            await asyncio.sleep(pause_before(attempt))


async def _opened(
    settings: DatabaseSettings, conninfo: str, name: str, connection_class: type[Connection]
) -> Pool:
    kwargs = {"autocommit": True, "prepare_threshold": None if settings.pgbouncer else 5}
    pool: Pool = AsyncConnectionPool(
        conninfo,
        connection_class=connection_class,
        kwargs=kwargs,
        min_size=min(settings.pool_min_size, settings.pool_max_size),
        max_size=settings.pool_max_size,
        timeout=settings.pool_timeout,
        check=AsyncConnectionPool.check_connection,
        reset=_reset,
        name=name,
        open=False,
    )
    try:
        await pool.open(wait=True, timeout=settings.pool_timeout)
    except PoolTimeout:
        await pool.close()
        # The pool only says that time is up. One more try says why.
        async with await psycopg.AsyncConnection.connect(conninfo):
            raise
    return pool


async def _reset(conn: Connection) -> None:
    """What one transaction asked for is not the next one's."""
    await conn.set_isolation_level(None)
    await conn.set_read_only(None)
