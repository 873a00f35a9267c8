"""The service behind a real HTTP server, and a client that holds it to its OpenAPI description."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeAlias

import httpx
import pytest
import uvicorn
from jsonschema import Draft202012Validator, validate
from pydantic import SecretStr

from app.settings import DatabaseSettings
from app.web.application import create_app

Serve: TypeAlias = Callable[[DatabaseSettings], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _serving(settings: DatabaseSettings) -> AsyncGenerator[str]:
    config = uvicorn.Config(
        create_app(settings), port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server.serve())
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True


@pytest.fixture
def serve() -> Serve:
    """A context manager that serves the application; gives its URL."""
    return _serving


@pytest.fixture
async def service_url(database_settings: DatabaseSettings, serve: Serve) -> AsyncIterator[str]:
    async with serve(database_settings) as url:
        yield url


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The OpenAPI description."""
    return create_app(DatabaseSettings(url=SecretStr("postgres:///nowhere"))).openapi()


@pytest.fixture
async def http(service_url: str, described: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """A client for which an answer that the description does not have is an error."""
    async with httpx.AsyncClient(base_url=service_url, timeout=30) as client:

        async def check(response: httpx.Response) -> None:
            await response.aread()
            _check(described, response)

        client.event_hooks["response"].append(check)
        yield client


def _check(described: dict[str, Any], response: httpx.Response) -> None:
    request, status = response.request, str(response.status_code)
    operation = _operation(described, request.method.lower(), request.url.path)
    if operation is None:
        assert response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
        return
    assert status in operation["responses"], f"{request.method} {request.url.path}: {status}"
    content = operation["responses"][status].get("content", {})
    if response.status_code == HTTPStatus.NO_CONTENT:
        assert not content
        return
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in content, f"{request.method} {request.url.path}: {media_type}"
    if media_type.endswith("json"):
        schema = content[media_type]["schema"] | {"components": described["components"]}
        formats = Draft202012Validator.FORMAT_CHECKER
        validate(response.json(), schema, cls=Draft202012Validator, format_checker=formats)


def _operation(described: dict[str, Any], method: str, path: str) -> Any:
    """The operation whose path is the most literal one that fits."""
    method, template = operation_of(described, method, path)
    return described["paths"].get(template, {}).get(method)


def operation_of(described: dict[str, Any], method: str, path: str) -> tuple[str, str]:
    """The method, and the most literal template that fits the path; "" when there is none."""
    fitting = [
        template
        for template, operations in described["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method in operations
    ]
    return method, min(fitting, key=lambda template: template.count("{"), default="")
