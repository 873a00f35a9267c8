"""Where the database is: DATABASE_URL, in any of the usual spellings."""

import os
import re

_SCHEME = re.compile(r"^postgres(?:ql)?(?:\+\w+)?://")


class ConfigurationError(Exception):
    """The settings can't be used; the message says what to do."""


def database_dsn(url: str | None = None) -> str:
    """The URL as asyncpg takes it, for both layers.

    In: a URL, by default that of the environment. Raises ConfigurationError.
    """
    given = os.environ.get("DATABASE_URL") if url is None else url
    if not given:
        raise ConfigurationError("DATABASE_URL is not set. `make run` sets it.")
    if _SCHEME.match(given) is None:
        raise ConfigurationError("DATABASE_URL is not a PostgreSQL URL: postgres://user@host/name")
    return _SCHEME.sub("postgresql://", given)
