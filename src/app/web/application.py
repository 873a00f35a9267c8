"""The application: what it owns while it runs, and what it is put together from."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app.channels import CONTACT_CHANGED, IMPORT_PROGRESS
from app.database import DatabaseClient
from app.listen import Listener
from app.settings import DatabaseSettings, load_settings
from app.tracing import TracedConnection
from app.web import contacts, events, health, live, problems
from app.web.logs import AccessLog
from app.web.position import RememberPosition
from db import catalog

_STATIC: Final = Path(__file__).parent / "static"


class Application(FastAPI):
    """FastAPI whose description says of which media type problems are."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description."""
        described = super().openapi()
        for path in described["paths"].values():
            for operation in path.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if content.get("application/json", {}).get("schema") == problems.REFERENCE:
                        content[problems.MEDIA_TYPE] = content.pop("application/json")
        return described


def create_app(settings: DatabaseSettings | None = None) -> FastAPI:
    """The application, which connects when it starts.

    In: where the database is; by default what the environment and .env say. Raises
    ConfigurationError.
    """
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, Any]]:
        async with (
            await DatabaseClient.create(settings, connection_class=TracedConnection) as client,
            Listener(settings.direct, [CONTACT_CHANGED, IMPORT_PROGRESS]) as listener,
        ):
            yield {
                "client": client,
                "listener": listener,
                "constraints": await _constraints(client),
            }

    app = Application(title="Contacts and events", lifespan=lifespan)
    app.add_middleware(RememberPosition)
    app.add_middleware(AccessLog)
    problems.add_problem_handlers(app)
    for module in (contacts, events, live, health):
        app.include_router(module.router)
    app.mount("/", StaticFiles(directory=_STATIC, html=True))
    return app


async def _constraints(client: DatabaseClient) -> dict[tuple[str, str], list[str]]:
    """The columns of each constraint, by its table and its name."""
    rows = await catalog.CatalogQueries(client).list_constraint_columns()
    return {
        (row.table_name, row.constraint_name): [name for name in row.column_names if name]
        for row in rows
    }
