"""The development PostgreSQL: started and stopped for a project, or thrown away after a test."""

from pgplumb.server.development import ServerStatus, ensure_running, status, stop
from pgplumb.server.temporary import TemporaryServer, free_port

__all__ = ["ServerStatus", "TemporaryServer", "ensure_running", "free_port", "status", "stop"]
