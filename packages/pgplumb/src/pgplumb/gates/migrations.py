"""The gate `migrations`: the files are whole, in order, and make a database.

atlas.sum says which files there are and what is in them; git says what other databases have run;
PostgreSQL says whether they run at all.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pgplumb.errors import LocatedError
from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.gates.git import NoBase, find_base
from pgplumb.gates.history import history_findings
from pgplumb.gates.located import complaints, refused
from pgplumb.gates.migration_files import migration_files, same_versions
from pgplumb.gates.model import Result, judged, not_run
from pgplumb.gates.tools import Finished, run_tool
from pgplumb.gates.workspace import Workspace
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.postgres.roles import lacks_role
from pgplumb.settings import Settings

NAME: Final = "migrations"
ENVIRONMENT: Final = ("--env", "default")
SUM: Final = "atlas.sum"
CHECKSUM: Final = Rule(
    NAME,
    "checksum",
    "atlas.sum is the signature of the files: without it nobody knows whether a database has run "
    "these or others.",
    "If a database has run the file, restore it. If the change is meant: "
    "`atlas migrate hash --env default`.",
)
REPLAY: Final = Rule(
    NAME,
    "does-not-run",
    "A database can't be made from the migrations: not for a test, not for a new customer, not "
    "after a disaster.",
    "Mend the SQL if no database has run it, then `atlas migrate hash --env default`.",
)
SAME_VERSION: Final = Rule(
    NAME,
    "same-version",
    "The table of revisions knows a migration by its version: of two with the same, one is taken "
    "for applied without having run.",
    "Rename the one that no database has run to a later version, then "
    "`atlas migrate hash --env default`.",
)
# "	L3: 29990101000000_a.sql was added"
_SUM_LINE: Final = re.compile(r"\bL\d+: (?P<file>\S+) was (?P<what>\w+)")
_REPLAY_PREFIX: Final = re.compile(r"^Error: (?:replaying the migration directory: )?", re.M)
# What `atlas migrate validate` says of the files themselves; all else is about the set-up.
_OF_THE_SUM: Final = re.compile(r"checksum|atlas\.sum", re.IGNORECASE)
_OF_THE_SQL: Final = re.compile(r"executing statement|sql/migrate|SQLSTATE|scanning statements")
_UNREACHABLE: Final = re.compile(
    r"connection refused|dial tcp|no such host|password authentication|connection reset"
    r"|does not answer",
    re.IGNORECASE,
)


def examine(workspace: Workspace) -> Result:
    """Look at the files, their history and their replay. Raises PlumbError."""
    settings, directory = workspace.settings, workspace.directory
    files = migration_files(directory)
    doubles = _same_versions(settings, directory)
    findings, notes = _history(workspace)
    broken: list[Finding] | Result = doubles
    if files and not doubles:
        broken = _validate(workspace)
    if isinstance(broken, Result):
        return broken
    findings = [*broken, *findings]
    if not files and not findings:
        return judged([], clean="there are no migrations yet", failed="", notes=notes)
    return judged(
        findings,
        clean=f"{_counted(len(files))} whole, in order, and run on an empty database",
        failed=f"the migrations are not in order: {', '.join(_rules(findings))}",
        notes=notes,
        blocks=bool(broken),
    )


def is_unreachable(text: str) -> bool:
    """Whether another program says that it could not reach the server."""
    return _UNREACHABLE.search(text) is not None


def atlas_arguments(settings: Settings, directory: MigrationsDirectory) -> tuple[str, ...]:
    """How atlas is told about the directory: by the project's atlas.hcl, or else by itself."""
    if (settings.root / "atlas.hcl").is_file():
        return ENVIRONMENT
    folder = relative(directory.folder, settings.root)
    return "--dir", f"file://{folder}", "--dir-format", directory.format


def _counted(count: int) -> str:
    return "1 migration is" if count == 1 else f"{count} migrations are"


def _rules(findings: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.rule.replace("-", " ") for finding in findings))


def _same_versions(settings: Settings, directory: MigrationsDirectory) -> list[Finding]:
    return [
        SAME_VERSION.finding(
            f"{' and '.join(names)} have the same version, {version}",
            place=_place(settings, directory, names[-1]),
        )
        for version, names in same_versions(migration_files(directory))
    ]


def _history(workspace: Workspace) -> tuple[list[Finding], list[str]]:
    base = find_base(workspace.settings, workspace.directory.folder, workspace.base)
    if isinstance(base, NoBase):
        return [], [f"the history is not looked at: {base.reason}"]
    notes = [] if base.note is None else [f"the history is only partly looked at: {base.note}"]
    return history_findings(workspace.settings, workspace.directory, base), notes


def _validate(workspace: Workspace) -> list[Finding] | Result:
    """The signature and the replay: what is wrong with them, or why that could not be found out."""
    settings, directory = workspace.settings, workspace.directory
    arguments = atlas_arguments(settings, directory)
    if directory.format == "atlas" or (directory.folder / SUM).is_file():
        finished = run_tool("atlas", ["migrate", "validate", *arguments], settings)
        if finished.code != 0 and lacks_role(finished.text):
            # Our replay makes it, where that may be done; else its error says what to run.
            findings = _replayed(workspace)
            if findings:
                return findings
            finished = run_tool("atlas", ["migrate", "validate", *arguments], settings)
        if finished.code != 0:
            return _judged(finished, settings, directory)
    # Also for atlas, which replays nothing where atlas.hcl names no dev database.
    return _replayed(workspace)


def _replayed(workspace: Workspace) -> list[Finding]:
    try:
        workspace.built(workspace.migrations_script())
    except LocatedError as error:
        return refused(REPLAY, error, workspace.settings.root)
    return []


def _judged(
    finished: Finished, settings: Settings, directory: MigrationsDirectory
) -> list[Finding] | Result:
    text = finished.text
    if is_unreachable(text):
        return not_run("atlas migrate validate could not reach the server", text)
    if _OF_THE_SQL.search(text):
        return _replay_findings(text, settings, directory)
    if _OF_THE_SUM.search(text):
        return _sum_findings(text, settings, directory)
    return not_run("atlas migrate validate could not run", text)


def _sum_findings(text: str, settings: Settings, directory: MigrationsDirectory) -> list[Finding]:
    lines = [
        CHECKSUM.finding(
            f"{found['file']} was {found['what']} since atlas.sum was written",
            place=_place(settings, directory, found["file"]),
        )
        for found in _SUM_LINE.finditer(text)
    ]
    if lines:
        return lines
    there = (directory.folder / SUM).is_file()
    message = "atlas.sum is not that of the files" if there else "there is no atlas.sum"
    return [CHECKSUM.finding(message, place=_place(settings, directory, SUM))]


def _replay_findings(
    text: str, settings: Settings, directory: MigrationsDirectory
) -> list[Finding]:
    said = _REPLAY_PREFIX.sub("", text)
    folder = Path(relative(directory.folder, settings.root))
    found = list(complaints(said, settings.root))
    if not found:
        return [REPLAY.finding("the migrations do not run on an empty database", detail=text)]
    return [
        REPLAY.finding(
            each.message,
            place=Place((folder / each.place.file).as_posix(), each.place.line),
            detail=each.detail,
        )
        for each in found
    ]


def _place(settings: Settings, directory: MigrationsDirectory, name: str) -> Place:
    return Place(relative(directory.folder / name, settings.root))
