"""Which files of a directory a database has run, by what its table of revisions says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.migration_files import MigrationFile, migration_files
from pgplumb.gates.revisions import History, Revision
from pgplumb.migrations.configuration import MigrationsDirectory

_CHECKPOINT: Final = re.compile(r"^-- atlas:checkpoint\b", re.MULTILINE)
_SUM_LINE: Final = re.compile(r"^(?P<name>\S.*?) h1:(?P<hash>\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Applied:
    """What has run, and what is odd about it.

    files: what makes a database like this one from scratch, in order. pending: what comes after.
    left_out: what is not there though later ones are. edited: the first file whose signature is
    another than when it ran; a signature covers the files before it.
    """

    files: tuple[MigrationFile, ...]
    pending: tuple[MigrationFile, ...]
    left_out: tuple[MigrationFile, ...]
    unknown: tuple[Revision, ...]
    partial: tuple[Revision, ...]
    edited: MigrationFile | None


def applied_migrations(history: History, directory: MigrationsDirectory) -> Applied:
    """Match the revisions of a database with the files. Raises PlumbError for unreadable ones."""
    files = migration_files(directory)
    checkpoints = {file for file in files if _is_checkpoint(directory, file)}
    versions = {file.version for file in files}
    whole = [revision for revision in history.revisions if not revision.is_partial]
    applied = [file for file in files if _has_run(file, whole, history.tool)]
    started = {revision.version for revision in history.revisions}
    # A checkpoint stands for the files before it, and a database that has those never runs it.
    missing = [
        file
        for file in files
        if file not in applied and file not in checkpoints and file.version not in started
    ]
    starts = [number for number, file in enumerate(applied) if file in checkpoints]
    if starts:
        applied = applied[starts[-1] :]
        missing = [file for file in missing if file.order > applied[0].order]
    last = applied[-1].order if applied else ()
    return Applied(
        files=tuple(applied),
        pending=tuple(file for file in missing if file.order > last),
        left_out=tuple(file for file in missing if file.order < last),
        unknown=tuple(
            revision
            for revision in history.revisions
            if revision.version not in versions and not revision.up_to
        ),
        partial=tuple(revision for revision in history.revisions if revision.is_partial),
        edited=_edited(applied, whole, directory),
    )


def _has_run(file: MigrationFile, revisions: Sequence[Revision], tool: str) -> bool:
    return any(
        revision.version == file.version
        or (revision.up_to and _comes_before(file.version, revision.version, tool))
        for revision in revisions
    )


def _comes_before(version: str, other: str, tool: str) -> bool:
    if tool == "atlas":
        return version < other
    return int(version) < int(other)


def _edited(
    applied: Sequence[MigrationFile], revisions: Sequence[Revision], directory: MigrationsDirectory
) -> MigrationFile | None:
    signed = {
        found["name"]: found["hash"] for found in _SUM_LINE.finditer(_text(directory, "atlas.sum"))
    }
    ran = {revision.version: revision.hash for revision in revisions}
    for file in applied:
        now, then = signed.get(file.name), ran.get(file.version)
        if now is not None and then is not None and now != then.removeprefix("h1:"):
            return file
    return None


def _is_checkpoint(directory: MigrationsDirectory, file: MigrationFile) -> bool:
    return directory.format == "atlas" and bool(
        _CHECKPOINT.search(_text(directory, file.name).partition("\n\n")[0])
    )


def _text(directory: MigrationsDirectory, name: str) -> str:
    path = directory.folder / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{path}: can't be read as UTF-8 text: {error}") from error
