"""Where the database is, as Railway, Heroku and others say it.

What a URL means is said once, in the template's app.settings: any scheme, TLS where the server is
not on this machine, and no secret in an error.
"""

import os
import ssl
from dataclasses import dataclass, field
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from app.settings import conninfo_from_url

# libpq's names, and asyncpg's. What else a URL may hold is asyncpg's server_settings, or unknown.
_NAMES = {
    "host": "host",
    "port": "port",
    "user": "user",
    "password": "password",
    "dbname": "database",
    "connect_timeout": "timeout",
}
_SETTINGS = frozenset({"application_name", "search_path"})


class ConfigurationError(Exception):
    """The settings can't be used; the message says what to do, and nothing that is secret."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to connect: what asyncpg.connect takes. Never shown: it holds the password."""

    connect: dict[str, Any] = field(repr=False)


def load_settings(url: str | None = None) -> Settings:
    """Read DATABASE_URL, or the URL given. Raises ConfigurationError."""
    given = os.environ.get("DATABASE_URL") if url is None else url
    if not given:
        raise ConfigurationError("DATABASE_URL is not set. `make run` sets it.")
    try:
        parts = conninfo_to_dict(conninfo_from_url(given))
    except ValueError as error:
        raise ConfigurationError(f"DATABASE_URL: {error}.") from None
    connect: dict[str, Any] = {}
    server: dict[str, str] = {}
    for name, value in parts.items():
        if name in _NAMES:
            connect[_NAMES[name]] = (
                int(str(value)) if name in {"port", "connect_timeout"} else value
            )
        elif name in _SETTINGS:
            server[name] = str(value)
        elif name == "sslmode":
            connect["ssl"] = _tls(str(value), parts.get("sslrootcert"))
        elif name != "sslrootcert":
            raise ConfigurationError(
                f"DATABASE_URL: asyncpg knows no parameter {name!r}: remove it."
            )
    return Settings(connect | {"server_settings": server})


def _tls(mode: str, root: object) -> str | ssl.SSLContext:
    """What asyncpg takes for libpq's sslmode. `sslrootcert=system`: the machine's authorities."""
    if mode not in {"verify-ca", "verify-full"}:
        return mode
    context = ssl.create_default_context(cafile=None if root in {None, "system"} else str(root))
    context.check_hostname = mode == "verify-full"
    return context
