"""The files of a migrations directory as its tool sees them: their versions and their order."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.postgres.schema_files import without_rollback

_NUMBER: Final = re.compile(r"\d+")
_FLYWAY: Final = re.compile(r"V(\d+(?:[._]\d+)*)__.*\.sql")


@dataclass(frozen=True, slots=True)
class MigrationFile:
    """A file that leads forward, by its name.

    version: as the tool writes it into its table. order: by what the tool sorts the files.
    """

    name: str
    version: str
    order: tuple[int | str, ...]


def migration_files(directory: MigrationsDirectory) -> list[MigrationFile]:
    """The files of the directory, in order; none where there is no directory yet."""
    names = (path.name for path in directory.folder.glob("*.sql") if path.is_file())
    return among(names, directory.format)


def among(names: Iterable[str], tool: str) -> list[MigrationFile]:
    """Those of the names that a tool takes for migrations, in its order."""
    found = (_read(name, tool) for name in names if not name.startswith("."))
    return sorted((file for file in found if file is not None), key=lambda file: file.order)


def same_versions(files: Iterable[MigrationFile]) -> list[tuple[str, list[str]]]:
    """The versions that several files have, each with their names."""
    files = list(files)
    counts = Counter(file.version for file in files)
    return [
        (version, [file.name for file in files if file.version == version])
        for version, count in counts.items()
        if count > 1
    ]


def applied_text(text: str, tool: str) -> str:
    """What of a file counts once it has run: Atlas signs all of it, others run the way up."""
    return text if tool == "atlas" else without_rollback(text)


def _read(name: str, tool: str) -> MigrationFile | None:
    if not name.endswith(".sql"):
        return None
    if tool == "atlas":
        return MigrationFile(name, name.removesuffix(".sql").partition("_")[0], (name,))
    if tool == "flyway":
        found = _FLYWAY.fullmatch(name)
        # What is repeatable has no version, and is meant to be edited.
        if found is None:
            return None
        numbers = tuple(int(part) for part in _NUMBER.findall(found[1]))
        return MigrationFile(name, ".".join(str(number) for number in numbers), (*numbers,))
    number = _NUMBER.match(name)
    if number is None or name.endswith(".down.sql"):
        return None
    version = number[0] if tool == "dbmate" else str(int(number[0]))
    return MigrationFile(name, version, (int(number[0]), name))
