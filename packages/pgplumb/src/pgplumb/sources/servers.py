"""The server that scratch databases are made on."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pgplumb.errors import PlumbError
from pgplumb.project import find_root
from pgplumb.server import TemporaryServer, ensure_running
from pgplumb.settings import load_settings
from pgplumb.sources.model import Server


@contextmanager
def scratch_server(report: Callable[[str], None]) -> Generator[Server]:
    """The project's server, started if need be; outside of a project one that goes away again.

    report: is told when the development server is started. Raises PlumbError, ServerDownError.
    """
    if _in_a_project():
        settings = load_settings()
        ensure_running(settings, report)
        yield Server(settings.url, makes_roles=not settings.is_override)
        return
    with temporary_server(chosen_programs()) as server:
        yield server


@contextmanager
def temporary_server(pg_bin: Path | None) -> Generator[Server]:
    """A server that goes away again; pg_bin: other PostgreSQL programs than the embedded ones."""
    with TemporaryServer(pg_bin) as server:
        yield Server(server.url, makes_roles=True, is_temporary=True)


def chosen_programs() -> Path | None:
    """What PLUMB_PG_BIN names, where there is no project whose settings say it."""
    programs = os.environ.get("PLUMB_PG_BIN")
    return Path(programs).expanduser() if programs else None


def _in_a_project() -> bool:
    try:
        find_root()
    except PlumbError:
        return False
    return True
