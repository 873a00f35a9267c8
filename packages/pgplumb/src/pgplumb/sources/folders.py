"""Folders of SQL: which of their files count, and in which order.

A folder of migrations is known by its atlas.sum or by the names and comments of its files, as
goose, dbmate, golang-migrate, Flyway and Atlas write them. Every other folder holds a schema.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.sql_files import read_sql

_ATLAS_SUM: Final = "atlas.sum"
_CHECKPOINT: Final = re.compile(r"^-- atlas:checkpoint\b", re.MULTILINE)
_UP_SECTION: Final = re.compile(r"^-- (?:\+goose|\+migrate|migrate:) ?up\b", re.I | re.MULTILINE)
_FLYWAY: Final = re.compile(r"(?P<kind>[VBU])(?P<version>\d+(?:[._]\d+)*)__.*\.sql|R__.*\.sql")
_NUMBER: Final = re.compile(r"\d+")


def schema_files(folder: Path) -> list[Path]:
    """The .sql files of a schema folder and of those in it, by name; hidden ones don't count.

    Raises PlumbError when a folder can't be read.
    """
    found = _sql_files(folder)
    return [path for path in found if not path.name.endswith(".down.sql")]


def migration_files(folder: Path) -> list[Path] | None:
    """The files that a folder of migrations applies, in order; None when it is not one.

    Raises PlumbError when the folder or a file can't be read.
    """
    everything = _sql_files(folder)
    flyway = [path for path in everything if _FLYWAY.fullmatch(path.name)]
    if flyway:
        return _flyway_order(flyway)
    files = [path for path in everything if path.parent == folder]
    if any(path.name.endswith(".up.sql") for path in files):
        return sorted((path for path in files if path.name.endswith(".up.sql")), key=_by_number)
    if any(_UP_SECTION.search(read_text(path)) for path in files):
        return sorted(files, key=_by_number)
    if (folder / _ATLAS_SUM).is_file():
        return _from_checkpoint(files)
    return None


def read_text(path: Path) -> str:
    """A file's text without a byte order mark. Raises PlumbError when it isn't UTF-8."""
    return read_sql(path).removeprefix("\ufeff")


def _from_checkpoint(files: list[Path]) -> list[Path]:
    """A checkpoint of Atlas holds all that the files before it do."""
    for number in range(len(files) - 1, -1, -1):
        if _CHECKPOINT.search(_header(read_text(files[number]))):
            return files[number:]
    return files


def _header(text: str) -> str:
    """The comments that a file begins with; Atlas reads directives for a whole file there."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("--"):
            break
        lines.append(line)
    return "\n".join(lines)


def _flyway_order(files: list[Path]) -> list[Path]:
    """The newest baseline, the versions after it, then what is repeatable, by description."""
    kinds: dict[str, list[Path]] = {"V": [], "B": [], "U": [], "R": []}
    for path in files:
        kinds[path.name[0]].append(path)
    baselines = sorted(kinds["B"], key=_flyway_version)[-1:]
    start = [_flyway_version(path) for path in baselines]
    versioned = [path for path in kinds["V"] if all(_flyway_version(path) > each for each in start)]
    repeatable = sorted(kinds["R"], key=lambda path: path.name)
    return [*baselines, *sorted(versioned, key=_flyway_version), *repeatable]


def _flyway_version(path: Path) -> tuple[int, ...]:
    found = _FLYWAY.fullmatch(path.name)
    version = found["version"] if found else ""
    return tuple(int(part) for part in _NUMBER.findall(version or ""))


def _by_number(path: Path) -> tuple[int, str]:
    """golang-migrate and goose compare versions as numbers: 2_b comes before 10_a."""
    number = _NUMBER.match(path.name)
    return int(number[0]) if number else 0, path.name


def _sql_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_unreadable(folder)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent) / name for name in _sql_names(names)]
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def _sql_names(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name.endswith(".sql") and not name.startswith("."))


def _unreadable(folder: Path) -> Callable[[OSError], None]:
    def complain(error: OSError) -> None:
        raise PlumbError(f"{folder}: can't be read: {error}") from error

    return complain
