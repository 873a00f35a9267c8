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
    programs = os.environ.get("PLUMB_PG_BIN")
    with TemporaryServer(Path(programs).expanduser() if programs else None) as server:
        yield Server(server.url, makes_roles=True, is_temporary=True)


def _in_a_project() -> bool:
    try:
        find_root()
    except PlumbError:
        return False
    return True
