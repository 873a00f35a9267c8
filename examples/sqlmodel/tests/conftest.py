"""A database with the migrations for each test, and the application on it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from sqlmodel_app.application import create_app
from sqlmodel_app.session import Database
from sqlmodel_app.settings import load_settings


class Lent:
    """The application with what its lifespan gives, which httpx does not run."""

    def __init__(self, app: FastAPI, state: Mapping[str, Any] | None) -> None:
        self._app, self._state = app, state or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app({**scope, "state": dict(self._state)}, receive, send)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def plumb_server_url(server_url: str) -> str:
    """The private server of the run, rather than the development server."""
    return server_url


@pytest.fixture
async def database(plumb_dsn: str) -> AsyncIterator[Database]:
    opened = Database(load_settings(plumb_dsn))
    yield opened
    await opened.close()


@pytest.fixture
async def client(plumb_dsn: str) -> AsyncIterator[AsyncClient]:
    app = create_app(load_settings(plumb_dsn))
    async with (
        app.router.lifespan_context(app) as state,
        AsyncClient(transport=ASGITransport(Lent(app, state)), base_url="http://test") as client,
    ):
        yield client
