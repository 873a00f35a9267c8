"""The raw layer: asyncpg's connections."""

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from dual_layer.db.layers import Layer, using

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from asyncpg.pool import PoolConnectionProxy


class NotConnectedError(RuntimeError):
    """`connect` was not called, or `disconnect` was."""


class Database:
    """A pool of asyncpg's connections."""

    def __init__(self, dsn: str, *, min_size: int = 1, max_size: int = 10) -> None:
        self._dsn, self._min_size, self._max_size = dsn, min_size, max_size
        self._pool: asyncpg.Pool | None = None

    async def connect(self) -> None:
        """Open the pool."""
        self._pool = await asyncpg.create_pool(
            self._dsn, min_size=self._min_size, max_size=self._max_size
        )

    async def disconnect(self) -> None:
        """Close the pool, once its connections are given back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def transaction(self, *, readonly: bool = False) -> "AsyncGenerator[PoolConnectionProxy]":
        """A connection in a transaction: committed at the end, rolled back by an exception.

        Raises MixedLayersError inside a transaction of the ORM, and NotConnectedError.
        """
        if self._pool is None:
            raise NotConnectedError("Call connect() first.")
        with using(Layer.RAW):
            async with self._pool.acquire() as conn, conn.transaction(readonly=readonly):
                yield conn
