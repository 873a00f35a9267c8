"""New migration files, in the format that the directory has.

Of what comes from where: the formats are described in the documentation of each tool; a file of
Atlas's that must not run in a transaction begins with `-- atlas:txmode none`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.planner.script import script, written
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.planner.steps import PlannedStatement

_NAME: Final = re.compile(r"[\w-]+", re.ASCII)
_DURATION: Final = re.compile(r"\d+\s*(ms|s|min|h)?")
_SETTING: Final = "SET LOCAL lock_timeout = '{}';\n\n"

FORMATS_WITH_WAY_BACK: Final = frozenset({"goose", "dbmate", "golang-migrate", "flyway"})
"""The formats whose files also say how they are undone."""


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


def check_lock_timeout(duration: str) -> None:
    """Raise PlumbError for what is no duration as PostgreSQL takes it."""
    if not _DURATION.fullmatch(duration):
        raise PlumbError(
            f"--lock-timeout {duration} is no duration.", hint="Write, for example, 5s or 500ms."
        )


def new_files(
    transactions: Sequence[Sequence[PlannedStatement]],
    reverse: Iterable[Sequence[PlannedStatement]] = (),
    *,
    format: str,  # noqa: A002  what it is called everywhere
    name: str,
    versions: Iterable[str],
    lock_timeout: str | None = None,
    join: bool = True,
) -> list[NewFile]:
    """The files for a plan: one, or one for each transaction where there are several.

    reverse: the way back, for the formats that keep it. lock_timeout: how long a statement may
    wait for a lock. join: whether neighbouring ALTER TABLEs of one table become one.
    """
    write = _goose_statement if format == "goose" else written
    back = "\n".join(script(marked(part), write, join=join) for part in reverse)
    files: list[NewFile] = []
    for number, (part, version) in enumerate(zip(transactions, versions, strict=False), start=1):
        label = name if len(transactions) == 1 else f"{name}_{number}"
        alone = not part[0].statement.in_transaction
        # CREATE INDEX CONCURRENTLY waits long for others without being in their way.
        setting = _SETTING.format(lock_timeout) if lock_timeout and not alone else ""
        up = setting + script(part, write, join=join)
        # The whole way back belongs to the last step of the way there.
        down = back if number == len(transactions) else ""
        files += _WRITERS[format](version, label, up, down, alone=alone)
    return files


def marked(statements: Iterable[PlannedStatement]) -> list[PlannedStatement]:
    """The statements with a comment on each that loses data."""
    return [
        replace(each, statement=replace(each.statement, comment="-- This loses data."))
        if Hazard.DATA_LOSS in each.statement.hazards
        else each
        for each in statements
    ]


def _atlas(version: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del down
    head = "-- atlas:txmode none\n\n" if alone else ""
    return [NewFile(f"{version}_{label}.sql", head + up)]


def _goose(version: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    head = "-- +goose NO TRANSACTION\n" if alone else ""
    return [NewFile(f"{version}_{label}.sql", f"{head}-- +goose Up\n{up}\n-- +goose Down\n{down}")]


def _goose_statement(statement: Statement) -> str:
    """Goose cuts at every semicolon, unless it is told where a statement begins and ends."""
    if ";" not in statement.sql:
        return written(statement)
    return f"-- +goose StatementBegin\n{written(statement)}-- +goose StatementEnd\n"


def _dbmate(version: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    option = " transaction:false" if alone else ""
    text = f"-- migrate:up{option}\n{up}\n-- migrate:down{option}\n{down}"
    return [NewFile(f"{version}_{label}.sql", text)]


def _golang_migrate(version: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del alone  # it sends a file as it is, and a single statement runs by itself
    return [NewFile(f"{version}_{label}.up.sql", up), NewFile(f"{version}_{label}.down.sql", down)]


def _flyway(version: str, label: str, up: str, down: str, *, alone: bool) -> list[NewFile]:
    del alone  # Flyway finds out by itself
    files = [NewFile(f"V{version}__{label}.sql", up)]
    return [*files, NewFile(f"U{version}__{label}.sql", down)] if down else files


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
