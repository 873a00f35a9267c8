"""Advisory locks: one at a time, whatever the processes and machines.

A lock of a transaction is a query, `db.lock.lock_in_transaction` or `try_lock_in_transaction`:
it ends with the transaction and needs nothing of this module. `session_lock` is for work that is
longer than a transaction. `app.sync.locks` is the same, synchronous.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import psycopg

from app.database import Connection
from db import lock


class LockTakenError(Exception):
    """Somebody else holds the lock."""


class LockLostError(Exception):
    """The connection broke while the lock was held: somebody else may have held it meanwhile."""


@asynccontextmanager
async def session_lock(conn: Connection, name: str, *, wait: bool = True) -> AsyncGenerator[None]:
    """Hold the lock of that name while the block runs, whatever transactions it makes.

    In: a connection outside any transaction, as `DatabaseClient.session` gives; PgBouncer would
    share it. Waits as long as lock_timeout allows, else psycopg.errors.LockNotAvailable is raised.
    Raises LockTakenError where waiting is not wanted and needed, LockLostError when the block
    ends without the lock.
    """
    if wait:
        await lock.lock_session(conn, name=name)
    elif not await lock.try_lock_session(conn, name=name):
        raise LockTakenError(f"the lock {name!r} is taken")
    try:
        yield
    except BaseException:
        with suppress(psycopg.Error):
            await lock.unlock_session(conn, name=name)
        raise
    try:
        is_held = await lock.unlock_session(conn, name=name)
    except psycopg.OperationalError as error:
        raise LockLostError(f"the connection that held the lock {name!r} is lost") from error
    if not is_held:
        raise LockLostError(f"the lock {name!r} was let go before its time")
