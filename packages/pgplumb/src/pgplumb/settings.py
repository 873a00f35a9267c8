"""Where a project is and which server it uses. Cheap to import: the sqlc plugin does, every run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.project import environment_of, find_root, server_uri, server_uri_in
from pgplumb.urls import DatabaseUrl, parse_url, redact

__all__ = ["DEFAULT_URL", "Settings", "load_settings", "redact"]

DEFAULT_URL: Final = "postgres://plumb:plumb@127.0.0.1:54329/plumb?sslmode=disable"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one project, read once."""

    root: Path
    """The folder that holds sqlc.yaml and atlas.hcl."""
    url: DatabaseUrl
    """The database that commands use: DATABASE_URL, or else the project's own."""
    project_url: DatabaseUrl
    """The project's own: the literal server URL in sqlc.yaml, or else DEFAULT_URL."""
    pg_bin: Path | None = None
    """PLUMB_PG_BIN: the folder of other PostgreSQL binaries than the embedded ones."""
    atlas: Path | None = None
    """PLUMB_ATLAS: another `atlas` than the environment's."""

    @property
    def database_url(self) -> str:
        """The URL as text, in the form sqlc, Atlas and libpq all take."""
        return str(self.url)

    @property
    def is_override(self) -> bool:
        """Whether the server is somebody else's: plumb then starts, stops and creates nothing."""
        return not (self.url.is_loopback and self.url.port == self.project_url.port)

    def is_own(self, url: DatabaseUrl) -> bool:
        """Whether a URL leads to the development server, on which roles may be made."""
        return url.server == self.url.server and not self.is_override

    @property
    def plumb_directory(self) -> Path:
        """The git-ignored folder for the server's data and whatever else `plumb` keeps."""
        return self.root / ".plumb"

    @property
    def data_directory(self) -> Path:
        """Where the development server's data is, unless its system user can't reach it."""
        return self.plumb_directory / "postgres"


def load_settings(
    start: Path | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    config: Path | None = None,
) -> Settings:
    """Read the settings of the project at `start` (default: the current folder).

    `config` is another sqlc configuration than sqlc.yaml: it names the server, and the project is
    the one around it, or else its folder.

    The environment overrides the project's .env: DATABASE_URL (another database or server),
    PLUMB_PORT (another port for the development server), PLUMB_PG_BIN, PLUMB_ATLAS.
    Raises PlumbError for no project, a malformed URL, a bad port or a path that isn't there.
    """
    root = find_root(start) if config is None else _root_around(config)
    values = environment_of(root, os.environ if environ is None else environ)
    literal = server_uri(root) if config is None else server_uri_in(config)
    own = _project_url(literal, values.get("PLUMB_PORT"))
    given = values.get("DATABASE_URL")
    return Settings(
        root=root,
        url=own if given is None else parse_url(given, source="DATABASE_URL"),
        project_url=own,
        pg_bin=_path(values, "PLUMB_PG_BIN", root),
        atlas=_path(values, "PLUMB_ATLAS", root),
    )


def _root_around(config: Path) -> Path:
    try:
        return find_root(config.parent)
    except PlumbError:
        return config.parent.resolve()


def _project_url(literal: str | None, port: str | None) -> DatabaseUrl:
    default = parse_url(DEFAULT_URL)
    url = default if literal is None else parse_url(literal, source="The server uri in sqlc.yaml")
    if not url.is_loopback:
        # sqlc.yaml then names a server of somebody else; ours stays where it always is.
        url = default
    if url.user is None or url.password is None or url.database is None:
        url = replace(
            url,
            user=url.user or default.user,
            password=url.password or default.password,
            database=url.database or default.database,
        )
    if port is None:
        return url
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise PlumbError(f"PLUMB_PORT is not a port number: {port!r}")
    return replace(url, port=int(port))


def _path(values: Mapping[str, str], name: str, root: Path) -> Path | None:
    value = values.get(name)
    if value is None:
        return None
    path = root / Path(value).expanduser()
    if not path.exists():
        raise PlumbError(f"{name} names a path that does not exist: {path}")
    return path
