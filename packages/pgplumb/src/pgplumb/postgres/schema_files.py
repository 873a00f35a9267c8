"""The schema files that a sqlc configuration names, read as sqlc reads them.

sqlc's "schema" takes files, folders and globs; a folder gives its .sql files in order of name.
Files with a leading dot and down migrations are left out, and of a migration file only the part
before its rollback section counts (sqlc documentation, "Migration tools").
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pgplumb.errors import PlumbError
from pgplumb.sql_files import read_sql

_ROLLBACK = re.compile(
    r"^(?:-- \+goose down|-- \+migrate down|-- migrate:down|---- create above / drop below ----)",
    re.IGNORECASE | re.MULTILINE,
)
# What pg_dump writes for psql alone, such as \restrict.
_PSQL_COMMAND = re.compile(r"^\\[A-Za-z!?;].*$", re.MULTILINE)
_GLOB = re.compile(r"[*?\[\]]")
_NUMBER = re.compile(r"([VU]?)(\d+)")


class SchemaFile(NamedTuple):
    """One file of SQL; `path` is as the user would write it, relative to the project."""

    path: str
    text: str


def read_schema_files(root: Path, patterns: Iterable[str]) -> list[SchemaFile]:
    """Read the files that `patterns` name, relative to `root`, in the order sqlc applies them.

    Raises PlumbError for a path that does not exist or can't be read.
    """
    files: list[SchemaFile] = []
    for pattern in patterns:
        for path in _expand(root, pattern):
            if (
                path.suffix != ".sql"
                or path.name.startswith(".")
                or path.name.endswith(".down.sql")
            ):
                continue
            # Lines stay where they are.
            applied = _PSQL_COMMAND.sub("", without_rollback(read_sql(path)))
            files.append(SchemaFile(_shown(root, path), applied))
    return files


def without_rollback(text: str) -> str:
    """A migration's text before its rollback section; any other text as it is."""
    rollback = _ROLLBACK.search(text)
    return text if rollback is None else text[: rollback.start()]


def fingerprint(files: Sequence[SchemaFile]) -> str:
    """A hexadecimal digest of what the files hold, in their order; their names don't count."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.text.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def order_hint(files: Sequence[SchemaFile]) -> str | None:
    """What to say of files that are numbered, and not read in the order of their numbers."""
    for before, after in pairwise(files):
        one, other = (_NUMBER.match(Path(each.path).name) for each in (before, after))
        if one and other and one[1] == other[1] and int(one[2]) > int(other[2]):
            return (
                f"{before.path} is read before {after.path}: sqlc takes files by name."
                " Write the numbers with leading zeros."
            )
    return None


def _expand(root: Path, pattern: str) -> list[Path]:
    if _GLOB.search(pattern):
        return sorted(path for path in root.glob(pattern) if path.is_file())
    path = root / pattern
    if path.is_dir():
        return sorted(child for child in path.iterdir() if child.is_file())
    if not path.exists():
        raise PlumbError(
            f"{pattern}: no such file or folder (looked in {root})",
            hint="Run sqlc in the folder of sqlc.yaml, or correct `schema:` in sqlc.yaml.",
        )
    return [path]


def _shown(root: Path, path: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
