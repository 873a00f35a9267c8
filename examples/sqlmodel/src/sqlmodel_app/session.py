"""Sessions for asynchronous code."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from sqlmodel_app.settings import Settings


class Database:
    """The engine, and sessions on it."""

    def __init__(self, settings: Settings) -> None:
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=partial(asyncpg.connect, **settings.connect),
            # A connection that the provider has cut meanwhile is replaced before it is used.
            pool_pre_ping=True,
        )
        self._sessions = async_sessionmaker(
            self.engine,
            class_=AsyncSession,
            # What was loaded stays readable after the commit: it can't be loaded again unasked.
            expire_on_commit=False,
            autoflush=False,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back by an exception."""
        async with self._sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
