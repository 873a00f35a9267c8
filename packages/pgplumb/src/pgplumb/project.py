"""The project a command works on: its root folder and the server that its files name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError

SQLC_FILES: Final = ("sqlc.yaml", "sqlc.yml", "sqlc.json")
ROOT_FILES: Final = (*SQLC_FILES, "atlas.hcl")

# sqlc.yaml's `servers: [{engine: postgresql, uri: ...}]`, in block or flow style. A YAML reader
# would cost every command, and each run of the sqlc plugin, some 30 ms for this one line.
_SERVER_URI: Final = re.compile(
    r"""^[^\S\n]*[^#\n]*?\buri["']?\s*:\s*(["']?)(postgres[^\s"',}]*)\1""", re.MULTILINE
)


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` (default: the current one) upwards, that holds a project.

    Raises PlumbError when there is none.
    """
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_file() for name in ROOT_FILES):
            return candidate
    raise PlumbError(
        f"No sqlc.yaml or atlas.hcl in {folder} or a folder above it.",
        hint="Change to the project's folder and run the command again.",
    )


def server_uri(root: Path) -> str | None:
    """The literal server URL in sqlc.yaml, None when there is none or it holds a ${VARIABLE}."""
    file = sqlc_file(root)
    return None if file is None else server_uri_in(file)


def server_uri_in(file: Path) -> str | None:
    """As server_uri, of a configuration that may have any name."""
    try:
        found = _SERVER_URI.search(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return None if found is None or "$" in found[2] else found[2]


def sqlc_file(root: Path) -> Path | None:
    """The project's sqlc configuration, under the first of the names that sqlc looks for."""
    files = (root / name for name in SQLC_FILES)
    return next((file for file in files if file.is_file()), None)


def environment_of(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What .env says, overridden by the environment; empty values count as not set."""
    values: dict[str, str] = {}
    file = root / ".env"
    if file.is_file():
        from dotenv import dotenv_values  # noqa: PLC0415  only when there is something to read

        try:
            read = dotenv_values(file)
        except (OSError, UnicodeDecodeError) as error:
            raise PlumbError(f"{file} cannot be read: {error}") from error
        values = {name: value for name, value in read.items() if value}
    return values | {name: value for name, value in environ.items() if value}
