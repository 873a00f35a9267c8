"""The gate `drift`: a live database is what the migrations that it says it has run make of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection, IsolationLevel

from pgplumb.errors import LocatedError, PlumbError
from pgplumb.gates.applied import Applied, applied_migrations
from pgplumb.gates.differences import Rules, findings_of
from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.gates.locate import Locator
from pgplumb.gates.located import refused
from pgplumb.gates.migration_files import MigrationFile
from pgplumb.gates.migrations import REPLAY
from pgplumb.gates.model import Result, judged
from pgplumb.gates.revisions import (
    History,
    Revision,
    as_read_by,
    read_history,
    without_history,
)
from pgplumb.gates.workspace import Workspace
from pgplumb.planner.difference import differences
from pgplumb.postgres.databases import connect
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources import Script
from pgplumb.sources.build import taker
from pgplumb.sources.reader import Reader
from pgplumb.urls import DatabaseUrl

NAME: Final = "drift"
_WHY: Final = (
    "Somebody has changed the database by hand: the next migration meets what nobody has tested, "
    "and a database made from scratch behaves otherwise."
)
_FIX: Final = (
    "Undo it in the database; or, if it is to stay, put it into the schema files, write the "
    "migration (`plumb diff NAME`) and tell this database that it has it (`atlas migrate set`)."
)
RULES: Final = Rules(
    missing=Rule(NAME, "missing", _WHY, _FIX),
    unexpected=Rule(NAME, "unexpected", _WHY, _FIX),
    different=Rule(NAME, "different", _WHY, _FIX),
)
NO_REVISIONS: Final = Rule(
    NAME,
    "no-revisions",
    "Nobody can tell which migrations it needs.",
    "If it was made without them, say up to which one it is: `atlas migrate set VERSION`.",
)
PARTIAL: Final = Rule(
    NAME,
    "partially-applied",
    "It is between two versions, and neither's programs are sure to work.",
    "Mend the cause and apply again. What you finish by hand, mark as applied: "
    "`atlas migrate set VERSION`.",
)
UNKNOWN: Final = Rule(
    NAME,
    "unknown-revision",
    "It has run something that is not in this folder: another branch, or a file that was deleted.",
    "Check out what was deployed, or bring the file back.",
)
EDITED: Final = Rule(
    NAME,
    "edited-migration",
    "What it has run and what the files say are not the same: a database made from scratch is "
    "another.",
    "Restore the files, and put the change into a new migration.",
)
LEFT_OUT: Final = Rule(
    NAME,
    "left-out",
    "Migrations run in another order here than on a database made from scratch.",
    "Give the file a later version, or apply it: `atlas migrate apply --exec-order non-linear`.",
)


@dataclass(frozen=True, slots=True)
class _Live:
    """What was read of the live database, at one moment."""

    history: History | None
    snapshot: Snapshot


def examine(workspace: Workspace) -> Result:
    """Read the live database, and compare. Nothing is written to it. Raises PlumbError."""
    if workspace.live is None:
        raise PlumbError(
            "No live database is named.",
            hint="plumb check drift --url postgres://user:password@host:5432/database",
        )
    live = _read(workspace.live, workspace.directory.format)
    if live.history is None:
        return _without_revisions(workspace, live)
    applied = applied_migrations(live.history, workspace.directory)
    findings = _of_the_history(workspace, live.history, applied)
    if applied.unknown or applied.partial:
        words = "what is in it was not compared: it is not known what should be"
        return judged(findings, clean="", failed=_failed(workspace.live, findings), notes=[words])
    script = _script(workspace, applied.files)
    try:
        built = workspace.built(script)
    except LocatedError as error:
        found = refused(REPLAY, error, workspace.settings.root)
        return judged([*findings, *found], clean="", failed="the migrations do not run")
    findings += findings_of(
        RULES,
        differences(live.snapshot, built.snapshot),
        found_in=(live.snapshot, Locator((), workspace.settings.root)),
        expected_in=(built.snapshot, Locator(script.texts, workspace.settings.root)),
    )
    count = len(applied.files)
    make = "one migration makes" if count == 1 else f"{count} migrations make"
    return judged(
        findings,
        clean=f"{_name(workspace.live)} is what its {make}",
        failed=_failed(workspace.live, findings),
        notes=[*_pending(applied), *_versions(live.snapshot, built.snapshot)],
    )


def _read(url: DatabaseUrl, tool: str) -> _Live:
    with connect(url) as connection:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction(force_rollback=True):
            return _at_once(connection, tool)


def _at_once(connection: Connection[Any], tool: str) -> _Live:
    history = read_history(connection, tool)
    snapshot = taker(owners=False)(connection)
    if history is None:
        return _Live(None, snapshot)
    # Who watches need not be who migrates.
    (reader,) = connection.execute("select current_user").fetchone() or ("",)
    snapshot = as_read_by(snapshot, history.owner, reader)
    return _Live(history, without_history(snapshot, history.table))


def _without_revisions(workspace: Workspace, live: _Live) -> Result:
    assert workspace.live is not None  # noqa: S101  the caller has looked
    empty = workspace.built(Script("empty", ()))
    held = len(set(live.snapshot.objects) - set(empty.snapshot.objects))
    name = _name(workspace.live)
    if not held:
        return judged([], clean=f"{name} is empty: no migration has run there", failed="")
    message = f"{name} holds {held} objects and no table that says which migrations have run"
    return judged([NO_REVISIONS.finding(message)], clean="", failed=message)


def _of_the_history(workspace: Workspace, history: History, applied: Applied) -> list[Finding]:
    found = [_partial(history, revision) for revision in applied.partial]
    found += [
        UNKNOWN.finding(
            f"{history.name} has version {revision.version}, and no file has it",
            about=f"revision {revision.version}",
        )
        for revision in applied.unknown
    ]
    if applied.edited is not None:
        found.append(
            EDITED.finding(
                f"{applied.edited.name}, or a file before it, is not what the database has run",
                place=_place(workspace, applied.edited),
            )
        )
    found += [
        LEFT_OUT.finding(
            f"{file.name} has not run, and later ones have", place=_place(workspace, file)
        )
        for file in applied.left_out
    ]
    return found


def _partial(history: History, revision: Revision) -> Finding:
    if revision.total is None:
        message = f"version {revision.version} has failed: {history.name} says it is dirty"
        return PARTIAL.finding(message, about=f"revision {revision.version}")
    return PARTIAL.finding(
        f"of version {revision.version} only {revision.done} of {revision.total} statements "
        "have run",
        about=f"revision {revision.version}",
        expected=f"{revision.total} statements",
        found=f"{revision.done} statements",
        detail=revision.error,
    )


def _script(workspace: Workspace, files: Sequence[MigrationFile]) -> Script:
    folder = workspace.directory.folder
    texts = Reader().read_all([folder / file.name for file in files])
    return Script(str(folder), texts, in_order=True)


def _pending(applied: Applied) -> list[str]:
    if not applied.pending:
        return []
    names = ", ".join(file.name for file in applied.pending)
    return [f"not applied yet, and not expected in it: {names}"]


def _versions(live: Snapshot, built: Snapshot) -> list[str]:
    there, here = (snapshot.server_version // 10000 for snapshot in (live, built))
    if there == here:
        return []
    return [
        f"it runs PostgreSQL {there}, the migrations were replayed on {here}: versions may write "
        "the same definition in different words"
    ]


def _place(workspace: Workspace, file: MigrationFile) -> Place:
    return Place(relative(workspace.directory.folder / file.name, workspace.settings.root))


def _failed(url: DatabaseUrl, findings: Sequence[Finding]) -> str:
    count = len(findings)
    return f"{_name(url)} is not what its migrations make: {count} finding{'s'[: count != 1]}"


def _name(url: DatabaseUrl) -> str:
    return f"{url.server}/{url.database}" if url.database else url.server
