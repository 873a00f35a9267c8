"""PostgreSQL URLs: one strict reader, and a redaction that never shows a password."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from pgplumb.errors import PlumbError

DEFAULT_PORT: Final = 5432

_EXAMPLE: Final = "A URL looks like postgres://user:password@host:5432/database?sslmode=disable"
_ESCAPES: Final = (
    "In a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25."
)
# SQLAlchemy and friends write postgresql+psycopg://; libpq, Atlas and sqlc refuse that.
_SCHEME: Final = re.compile(r"postgres(?:ql)?(?:\+[A-Za-z0-9_]+)?", re.IGNORECASE)
_SECRET_PARAMETER: Final = re.compile(r"(?i)((?:ssl)?password\s*=\s*)('[^']*'?|[^&\s]*)")
# Parameters of other tools that libpq refuses with "invalid URI query parameter".
_FOREIGN_PARAMETERS: Final = frozenset({"search_path", "schema", "pgbouncer", "connection_limit"})


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A PostgreSQL URL taken apart; every part is decoded, `str()` puts it together again."""

    host: str
    port: int = DEFAULT_PORT
    user: str | None = None
    password: str | None = None
    database: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self._text(self.password)

    def __repr__(self) -> str:
        # A dataclass's own repr would put the password into every traceback and log line.
        return f"DatabaseUrl({self.redacted!r})"

    @property
    def redacted(self) -> str:
        """The URL with `***` in the place of every password."""
        parameters = tuple(
            (name, "***" if "password" in name.lower() else value)
            for name, value in self.parameters
        )
        shown = replace(self, parameters=parameters)
        return shown._text(None if self.password is None else "***", safe="*")

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by one of its usual names."""
        return self.host.lower() in {"localhost", "::1"} or self.host.startswith("127.")

    @property
    def server(self) -> str:
        """`host:port`, for messages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def with_database(self, database: str) -> "DatabaseUrl":
        """The same server and login, another database."""
        return replace(self, database=database)

    def with_parameters(self, parameters: Mapping[str, str]) -> "DatabaseUrl":
        """The same server, login and database, other parameters."""
        return replace(self, parameters=tuple(parameters.items()))

    def for_libpq(self) -> str:
        """The URL as libpq (psql, psycopg, pg_dump) takes it.

        `search_path` and Prisma's `schema` become `options=-csearch_path=...`; parameters that
        only poolers and other drivers know are left out.
        """
        given = dict(self.parameters)
        kept = [(name, value) for name, value in self.parameters if name not in _FOREIGN_PARAMETERS]
        search_path = given.get("search_path", given.get("schema"))
        if search_path is not None:
            # The server splits `options` at spaces; a backslash keeps one inside a value.
            escaped = search_path.replace("\\", "\\\\").replace(" ", "\\ ")
            options = [value for name, value in kept if name == "options"]
            kept = [(name, value) for name, value in kept if name != "options"]
            kept.append(("options", " ".join([*options, f"-csearch_path={escaped}"])))
        return str(replace(self, parameters=tuple(kept)))

    def _text(self, password: str | None, *, safe: str = "") -> str:
        login = ""
        if self.user is not None or password is not None:
            login = quote(self.user or "", safe="")
            if password is not None:
                login += ":" + quote(password, safe=safe)
            login += "@"
        database = "" if self.database is None else "/" + quote(self.database, safe="")
        # quote, not quote_plus: libpq takes "+" as it is, so a space must be %20.
        query = urlencode(self.parameters, quote_via=quote, safe=safe)
        server = self.server if self.port != DEFAULT_PORT else self.server.removesuffix(":5432")
        return f"postgres://{login}{server}{database}{'?' if query else ''}{query}"


def parse_url(text: str, *, source: str = "The database URL") -> DatabaseUrl:
    """Read a PostgreSQL URL.

    In: the URL, and the name of what it came from for messages ("DATABASE_URL").
    Raises PlumbError, never with the password in it, for anything libpq, Atlas or sqlc would
    refuse or, worse, silently read in another way.
    """
    url = text.strip()
    scheme, separator, rest = url.partition("://")
    if not separator or _SCHEME.fullmatch(scheme) is None:
        raise PlumbError(f"{source} is not a PostgreSQL URL: {redact(url)}", hint=_EXAMPLE)
    if re.search(r"[\s\x00-\x1f\x7f]", rest):
        message = f"{source} has a space or a control character in it: {redact(url)}"
        raise PlumbError(message, hint="Write a space as %20.")
    if rest.count("@") > 1 or ("@" in rest and "@" not in re.split(r"[/?#]", rest)[0]):
        raise PlumbError(
            f"{source} has a character in its user name or password that must be escaped: "
            f"{redact(url)}",
            hint=_ESCAPES,
        )
    if "#" in rest or re.search(r"%(?![0-9A-Fa-f]{2})|%00", rest):
        message = f"{source} has a stray # or % in it: {redact(url)}"
        raise PlumbError(message, hint=_ESCAPES)
    body, _, query = rest.partition("?")
    authority, slash, database = body.partition("/")
    login, _, server = authority.rpartition("@")
    user, colon, password = login.partition(":")
    host, port = _server(server, url=url, source=source)
    if ":" in password:
        raise PlumbError(
            f"{source} has a : in its password that must be escaped: {redact(url)}", hint=_ESCAPES
        )
    if "/" in database:
        raise PlumbError(
            f"{source} has more than one / after the server: {redact(url)}", hint=_EXAMPLE
        )
    return DatabaseUrl(
        host=host,
        port=port,
        user=unquote(user) or None,
        password=unquote(password) if colon else None,
        database=(unquote(database) or None) if slash else None,
        # libpq does not read "+" as a space, parse_qsl does.
        parameters=tuple(parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)),
    )


def _server(server: str, *, url: str, source: str) -> tuple[str, int]:
    if "," in server:
        message = f"{source} names several servers: {redact(url)}"
        raise PlumbError(message, hint="Name the one that commands should use.")
    matched = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]*)(?::(\d{0,5}))?", server)
    port = int(matched[2] or DEFAULT_PORT) if matched else 0
    if matched is None or not 0 < port < 2**16:
        message = f"{source} has no readable host and port: {redact(url)}"
        raise PlumbError(message, hint=f"{_EXAMPLE}\n{_ESCAPES}")
    host = unquote(matched[1].strip("[]"))
    if not host or host.startswith("/"):
        raise PlumbError(
            f"{source} names no host: {redact(url)}",
            hint="sqlc and Atlas need a server over TCP, not a unix socket. " + _EXAMPLE,
        )
    return host, port


def redact(text: str) -> str:
    """The text of a URL, well-formed or not, without its password.

    Where it is not clear what the password is, too much is hidden rather than too little.
    """
    shown = _SECRET_PARAMETER.sub(r"\1***", text)
    scheme, separator, rest = shown.partition("://")
    if not separator:
        return shown if "@" not in shown else "***@" + shown.rpartition("@")[2]
    login, at, server = rest.rpartition("@")
    if at:
        user, colon, _ = login.partition(":")
        return f"{scheme}://{user}{':***' if colon else ''}@{server}"
    host, colon, tail = rest.partition(":")
    if colon and not rest.startswith("[") and re.match(r"\d{1,5}(?:[/?]|$)", tail) is None:
        # "user:password" of which the @host is missing.
        return f"{scheme}://{host}:***"
    return shown
