"""The template's own tests use the fixtures of pgplumb's pytest plugin: docs/testing.md."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def plumb_server_url(server_url: str) -> str:
    """The private server of the run, rather than the development server."""
    return server_url
