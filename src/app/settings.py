"""Where the database is and how it is used: from the environment, then from .env.

A URL may hold a password, so every URL is a secret here: none is in a repr, a log or an error.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from os import environ
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from psycopg import ProgrammingError, pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "DATABASE_"
_EXAMPLE: Final = "postgres://user:password@host:5432/database"
# SQLAlchemy and others name a driver; Heroku and Railway say postgres, others postgresql.
_SCHEME: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?", re.IGNORECASE)


class ConfigurationError(Exception):
    """The settings can't be used; the message names the variable and says what to do."""


def conninfo_from_url(text: str) -> str:
    """The URL as libpq takes it, with a TLS connection asked for where the server is not local.

    In: a URL of any of the usual schemes, such as `postgres://` and `postgresql+asyncpg://`.
    Raises ValueError, with nothing of the URL in it that may be a secret.
    """
    scheme, separator, rest = text.strip().partition("://")
    if not separator or _SCHEME.fullmatch(scheme) is None:
        raise ValueError(f"it is not a PostgreSQL URL, such as {_EXAMPLE}")
    # libpq takes the server to begin behind the first @ and the database behind the first /.
    if rest.count("@") > 1 or ("@" in rest and "@" not in re.split("[/?#]", rest)[0]):
        raise ValueError(
            "its user name or password holds a character that has to be escaped: "
            "write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25"
        )
    known = {each.keyword.decode() for each in pq.Conninfo.get_defaults()}
    for name, _ in parse_qsl(rest.partition("?")[2], keep_blank_values=True):
        if name not in known:
            raise ValueError(f"PostgreSQL's client library knows no parameter {name!r}: remove it")
    try:
        parts = conninfo_to_dict(f"postgresql://{rest}")
        # Where @host is missing the password stands in its place, and libpq would show it.
        is_readable = re.fullmatch(r"[\d,]*", str(parts.get("port", ""))) is not None
    except ProgrammingError:
        parts, is_readable = {}, False
    if not is_readable:
        raise ValueError(f"it can't be read; a URL looks like {_EXAMPLE}")
    if "sslmode" not in parts and "PGSSLMODE" not in environ and not _is_local(parts):
        parts["sslmode"] = "require"
    return make_conninfo("", **parts)


def _is_local(parts: Mapping[str, Any]) -> bool:
    """Whether every server is on this machine: a unix socket, localhost or a loopback address."""
    hosts = str(parts.get("hostaddr") or parts.get("host") or environ.get("PGHOST", ""))
    return all(map(_is_local_host, hosts.split(",")))


def _is_local_host(host: str) -> bool:
    if host in {"", "localhost"} or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(url: SecretStr) -> SecretStr:
    conninfo_from_url(url.get_secret_value())
    return url


Url = Annotated[SecretStr, AfterValidator(_checked)]


class DatabaseSettings(BaseSettings):
    """The variables DATABASE_URL and so on; times are in seconds, 0 stands for no limit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    url: Url = Field(default=...)
    replica_url: Url | None = None
    """A server for read-only work, which may lag behind."""
    direct_url: Url | None = None
    """The way past a pooler, for LISTEN and for locks of a session."""
    pgbouncer: bool = False
    """The URLs lead to a pooler in transaction mode: no prepared statements, no session state."""
    application_name: str = "app"
    pool_min_size: NonNegativeInt = 2
    pool_max_size: PositiveInt = 10
    pool_timeout: NonNegativeFloat = 10
    """How long to wait for a connection, also for the first ones."""
    connect_timeout: NonNegativeInt = 5
    statement_timeout: NonNegativeFloat = 30
    lock_timeout: NonNegativeFloat = 5
    idle_in_transaction_timeout: NonNegativeFloat = 60
    replica_wait: NonNegativeFloat = 0.5
    """How long a replica that lags behind is waited for before the primary is read instead."""
    retries: NonNegativeInt = 5
    """How often `run_in_transaction` tries again."""

    @property
    def primary(self) -> str:
        """How psycopg connects for anything."""
        return self._conninfo(self.url)

    @property
    def replica(self) -> str | None:
        """How psycopg connects for read-only work, where there is a server for that."""
        if self.replica_url is None:
            return None
        return self._conninfo(self.replica_url, default_transaction_read_only="on")

    @property
    def direct(self) -> str:
        """How psycopg connects for what needs a session of its own."""
        if self.direct_url is None:
            return self._conninfo(self.url)
        return self._conninfo(self.direct_url, pooled=False)

    @property
    def timeouts(self) -> dict[str, str]:
        """PostgreSQL's settings for the times above."""
        seconds = {
            "statement_timeout": self.statement_timeout,
            "lock_timeout": self.lock_timeout,
            "idle_in_transaction_session_timeout": self.idle_in_transaction_timeout,
        }
        return {name: f"{value * 1000:.0f}" for name, value in seconds.items()}

    def _conninfo(self, url: SecretStr, *, pooled: bool = True, **session: str) -> str:
        parts = conninfo_to_dict(conninfo_from_url(url.get_secret_value()))
        defaults = {
            "application_name": self.application_name,
            "connect_timeout": str(self.connect_timeout),
        }
        if not (pooled and self.pgbouncer):
            # PgBouncer refuses to connect with `options`. What the URL says comes later and wins.
            settings = [f"-c {name}={value}" for name, value in (self.timeouts | session).items()]
            defaults["options"] = " ".join([*settings, str(parts.pop("options", ""))]).strip()
        return make_conninfo("", **(defaults | parts))


def load_settings() -> DatabaseSettings:
    """The settings of the environment, then of .env in this folder. Raises ConfigurationError."""
    try:
        return DatabaseSettings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(map(_message, error.errors()))) from None


def _message(error: Mapping[str, Any]) -> str:
    name = PREFIX + str(error["loc"][0]).upper()
    if error["type"] == "missing":
        return f"{name} is not set. Put it into the environment or .env: {name}={_EXAMPLE}"
    return f"{name}: {str(error['msg']).removeprefix('Value error, ')}."
