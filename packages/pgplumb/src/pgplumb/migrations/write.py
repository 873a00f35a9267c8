"""New migration files, in the format that the directory has.

Of what comes from where: the formats are described in the documentation of each tool; a file of
Atlas's that must not run in a transaction begins with `-- atlas:txmode none`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.planner.plan import PlannedStatement
from pgplumb.planner.script import script, written
from pgplumb.planner.statement import Statement

_NAME: Final = re.compile(r"[\w-]+", re.ASCII)
_VERSION: Final = re.compile(r"^[VU]?(\d+)")
_TIMESTAMP: Final = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be written: its name and its text."""

    name: str
    text: str


def check_name(name: str) -> None:
    """Raise PlumbError for a migration's name that is no good as a part of a file's name."""
    if not _NAME.fullmatch(name):
        raise PlumbError(
            f"A migration can't be called {name!r}.",
            hint="Use letters, digits, - and _, for example: plumb diff add_nickname",
        )


def next_version(directory: MigrationsDirectory, now: datetime | None = None) -> datetime:
    """The version of the next file: the time (UTC), or later where a file is newer than that."""
    version = (now or datetime.now(UTC)).replace(microsecond=0, tzinfo=None)
    latest = ""
    if directory.folder.is_dir():
        for file in directory.folder.glob("*.sql"):
            found = _VERSION.match(file.name)
            latest = max(latest, found[1] if found else "")
    if latest >= version.strftime(_TIMESTAMP):
        try:
            version = datetime.strptime(latest, _TIMESTAMP) + timedelta(seconds=1)
        except ValueError as error:
            raise PlumbError(
                f"{directory.folder}: the latest version {latest} is not a time"
                " (YYYYMMDDHHMMSS), so the next one can't be known."
            ) from error
    return version


def new_files(
    directory: MigrationsDirectory,
    name: str,
    transactions: Sequence[Sequence[PlannedStatement]],
    reverse: Sequence[Sequence[PlannedStatement]] | None,
    *,
    version: datetime,
    preamble: str = "",
) -> list[NewFile]:
    """The files for a plan: one, or one for each transaction where there are several.

    reverse: the way back, for the formats that keep it; None where it is not known.
    preamble: statements that each file begins with, such as a lock timeout.
    """
    files: list[NewFile] = []
    write = _goose_statement if directory.format == "goose" else written
    back = "\n".join(script(part, write) for part in reverse or ())
    for number, part in enumerate(transactions, start=1):
        stamp = (version + timedelta(seconds=number - 1)).strftime(_TIMESTAMP)
        label = name if len(transactions) == 1 else f"{name}_{number}"
        alone = not part[0].statement.in_transaction
        up = preamble + script(part, write)
        # The whole way back belongs to the last step of the way there.
        down = back if number == len(transactions) else ""
        files += _WRITERS[directory.format](stamp, label, up, down, alone=alone)
    return files


def _atlas(stamp: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del down
    head = "-- atlas:txmode none\n\n" if alone else ""
    return [NewFile(f"{stamp}_{label}.sql", head + up)]


def _goose(stamp: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    head = "-- +goose NO TRANSACTION\n" if alone else ""
    return [NewFile(f"{stamp}_{label}.sql", f"{head}-- +goose Up\n{up}\n-- +goose Down\n{down}")]


def _goose_statement(statement: Statement) -> str:
    """Goose cuts at every semicolon, unless it is told where a statement begins and ends."""
    if ";" not in statement.sql:
        return written(statement)
    return f"-- +goose StatementBegin\n{written(statement)}-- +goose StatementEnd\n"


def _dbmate(stamp: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    option = " transaction:false" if alone else ""
    text = f"-- migrate:up{option}\n{up}\n-- migrate:down{option}\n{down}"
    return [NewFile(f"{stamp}_{label}.sql", text)]


def _golang_migrate(stamp: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del alone  # it sends a file as it is, and a single statement runs by itself
    return [NewFile(f"{stamp}_{label}.up.sql", up), NewFile(f"{stamp}_{label}.down.sql", down)]


def _flyway(stamp: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del alone  # Flyway finds out by itself
    files = [NewFile(f"V{stamp}__{label}.sql", up)]
    return [*files, NewFile(f"U{stamp}__{label}.sql", down)] if down else files


_WRITERS: Final = {
    "atlas": _atlas,
    "goose": _goose,
    "dbmate": _dbmate,
    "golang-migrate": _golang_migrate,
    "flyway": _flyway,
}


def write_files(folder: Path, files: Sequence[NewFile]) -> list[Path]:
    """Write files that are not there yet; each is whole or not there.

    Raises PlumbError when one exists or can't be written; then none is left behind.
    """
    done: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            path = folder / file.name
            temporary = folder / f".{file.name}.part"
            temporary.write_text(file.text, encoding="utf-8")
            if path.exists():
                raise FileExistsError(f"{path} exists")
            temporary.rename(path)
            done.append(path)
    except OSError as error:
        for path in (*done, *(folder / f".{file.name}.part" for file in files)):
            path.unlink(missing_ok=True)
        raise PlumbError(f"The migration can't be written: {error}") from error
    return done
