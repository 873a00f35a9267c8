"""Fixtures: a server to build on, and snapshots of SQL."""

from collections.abc import Callable

import pytest

from pgplumb.snapshot.model import Snapshot
from pgplumb.sources.build import build
from pgplumb.sources.model import Script, Server, Source, SqlText
from pgplumb.urls import parse_url


@pytest.fixture
def server(server_url: str) -> Server:
    """The private server, as one that is ours."""
    return Server(parse_url(server_url), makes_roles=True)


@pytest.fixture
def script() -> Callable[..., Script]:
    """A function that makes a script of texts: `script("create ...", "create ...")`."""

    def make(*texts: str, in_order: bool = False) -> Script:
        named = (SqlText(f"{number}.sql", text) for number, text in enumerate(texts, 1))
        return Script("the test", tuple(named), in_order)

    return make


@pytest.fixture
def snapshot(server: Server) -> Callable[..., Snapshot]:
    """A function that builds a source and gives its snapshot."""

    def take(source: Source, *, owners: bool = False) -> Snapshot:
        with build(source, server, owners=owners) as built:
            return built.snapshot

    return take
