"""The development PostgreSQL: started and stopped for a project, or thrown away after a test."""

import sys

from pgplumb.errors import PlumbError

if sys.platform == "win32":
    raise PlumbError("plumb runs on Linux and macOS.", hint="On Windows, use it in WSL.")

from pgplumb.server.development import ServerStatus, ensure_running, status, stop
from pgplumb.server.temporary import TemporaryServer, free_port

__all__ = ["ServerStatus", "TemporaryServer", "ensure_running", "free_port", "status", "stop"]
