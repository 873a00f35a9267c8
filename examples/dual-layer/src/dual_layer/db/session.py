"""The ORM layer: SQLAlchemy sessions."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, SessionTransaction

from dual_layer.db.layers import Layer, MixedLayersError, open_layer, using


class GuardedSession(Session):
    """The session below AsyncSession: its transactions are only those of `Orm.transaction`."""


class Orm:
    """The engine, and sessions on it."""

    def __init__(self, dsn: str) -> None:
        self.engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            # Both layers connect in the same way, so a URL means the same to both.
            async_creator=partial(asyncpg.connect, dsn),
            pool_pre_ping=True,
        )
        self._sessions = async_sessionmaker(
            self.engine,
            sync_session_class=GuardedSession,
            # What was loaded stays readable after the commit: nothing can be loaded again then.
            expire_on_commit=False,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back by an exception.

        Raises MixedLayersError inside a transaction of raw SQL.
        """
        with using(Layer.ORM):
            async with self._sessions.begin() as session:
                yield session

    def session(self) -> AsyncSession:
        """A session of your own; it can only begin a transaction inside `transaction`."""
        return self._sessions()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


@event.listens_for(GuardedSession, "after_begin")
def _refuse_mixing(_: Session, __: SessionTransaction, ___: Connection, *____: Any) -> None:
    if open_layer() is not Layer.ORM:
        raise MixedLayersError("A session began a transaction outside of Orm.transaction().")
