"""The gate `compat`: programs of two versions run while a release is rolled out.

The queries of the merge base are asked about on the database that the migrations make now, and
today's on the one that those of the merge base make. What then fails, or answers otherwise, is
known from PostgreSQL; what only happens with certain rows is not claimed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pgplumb.errors import LocatedError, PlumbError
from pgplumb.gates.compat.differences import (
    Change,
    On,
    What,
    changes,
    missing_in_insert,
    sent_types,
)
from pgplumb.gates.compat.ignores import Silencer
from pgplumb.gates.compat.past import past_project
from pgplumb.gates.findings import Finding, Place, Rule, Severity
from pgplumb.gates.git import Base, NoBase, find_base
from pgplumb.gates.located import refused
from pgplumb.gates.migrations import REPLAY
from pgplumb.gates.model import Result, judged
from pgplumb.gates.new_migrations import Migration, new_migrations
from pgplumb.gates.project_queries import (
    Answers,
    ProjectQueries,
    ProjectQuery,
    ask_database,
)
from pgplumb.gates.workspace import Workspace
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.directory import migrations_source
from pgplumb.postgres.catalog import Catalog, read_catalog
from pgplumb.postgres.databases import connect
from pgplumb.postgres.describe import refusal_of
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources import Built
from pgplumb.sqlc_plugin.slices import with_arrays
from pgplumb.urls import DatabaseUrl

NAME: Final = "compat"
_WHY: Final = (
    "While a release is rolled out, programs of the previous version run on the new schema: the "
    "function that was generated from this query then {}."
)
_FIX: Final = "Keep what it needs until no program of the previous version is left."
FAILS: Final = Rule(NAME, "old-query-fails", _WHY.format("always fails"), _FIX)
INSERT: Final = Rule(
    NAME,
    "old-insert-fails",
    _WHY.format("always fails"),
    "Give the column a DEFAULT, or add it without NOT NULL, until no program of the previous "
    "version is left.",
)
CHANGED: Final = Rule(
    NAME, "old-query-changes", _WHY.format("gives or takes what its types don't say"), _FIX
)
NULLABLE: Final = Rule(
    NAME,
    "old-query-nullable",
    _WHY.format("gives None where its types say that there is none: a ValidationError"),
    "Release programs that take None first; drop NOT NULL when no program of the previous version "
    "is left.",
)
LABELS: Final = Rule(
    NAME,
    "old-query-labels",
    _WHY.format("meets labels that its enum does not have, once somebody writes them"),
    "Write the new label only when no program of the previous version is left.",
    Severity.WARNING,
)
NEW_FAILS: Final = Rule(
    NAME,
    "new-query-fails",
    "It does not run on the previous schema either: deploying the code first is no way out.",
    _FIX,
)
_OF: Final = {
    What.COLUMNS: CHANGED,
    What.TYPE: CHANGED,
    What.NULLABLE: NULLABLE,
    What.LABELS: LABELS,
}
_CONTRACT: Final = (
    "Contract: the code of this branch runs on the previous schema, so deploy it first, and apply "
    "{} in a later release, when no program of the previous version is left."
)
_NEITHER: Final = (
    "No order of the two works, because the new code needs {} as well. In three steps: a "
    "migration that only adds, with the old beside the new (expand); the code that uses the new; "
    "a migration that drops the old, when no program of the previous version is left (contract)."
)
_UNKNOWN: Final = (
    "In which order to ship can't be said before the queries of this branch run on the new schema "
    "themselves (`plumb check queries`)."
)
_EXPAND: Final = "Expand: migrate first, then deploy the code. Before {} these fail: {}"
_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class _Side:
    """Queries of one version, and the answers of the schemas of both versions."""

    read: ProjectQueries
    own: Answers
    other: Answers


@dataclass(frozen=True, slots=True)
class _Database:
    """The schema of one version, in a scratch database."""

    url: DatabaseUrl
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class _Versions:
    """Both versions of everything. old, new: queries of each on its own and the other's schema."""

    base: Base
    migrations: Sequence[Migration]
    old: _Side
    new: _Side
    old_database: _Database
    new_database: _Database
    old_schema: Snapshot
    new_schema: Snapshot


def examine(workspace: Workspace) -> Result:
    """Compare with the merge base. Raises PlumbError."""
    settings = workspace.settings
    base = find_base(settings, workspace.directory.folder, workspace.base)
    if isinstance(base, NoBase):
        return _nothing("there is no previous version to compare with", base.reason)
    if base.is_past and workspace.base is None:
        reason = (
            f"this is the main branch: `plumb check {NAME} --base COMMIT` compares with what runs"
        )
        return _nothing("no branch to compare with the main one", reason)
    notes = [] if base.note is None else [base.note]
    with past_project(settings, base.commit) as past:
        if past is None:
            return _nothing(f"{base.name} has nothing of this project", *notes)
        script = migrations_source(migrations_directory(past.root))
        if not script.texts:
            return _nothing(f"{base.name} has no migrations", *notes)
        if [text.text for text in script.texts] == [
            text.text for text in workspace.migrations_script().texts
        ]:
            return _nothing("no migration is new: both versions run on one schema", *notes)
        try:
            before = workspace.built(script)
            old = workspace.queries_of(past)
        except PlumbError as error:
            # What is broken there is not this branch's fault, and no reason to stop it.
            said = error.message.replace(f"{past.root}/", "")
            notes.append(f"{base.name} can't be compared with: {said}")
            return _nothing("the previous version was not compared", *notes)
        try:
            after = workspace.migrated()
            versions = _ask(workspace, base, old, before, after)
        except LocatedError as error:
            found = refused(REPLAY, error, settings.root)
            return judged(found, clean="", failed="the migrations or the schema files do not run")
    return _judged(versions, notes)


def _nothing(summary: str, *notes: str) -> Result:
    return judged([], clean=summary, failed="", notes=notes)


def _ask(
    workspace: Workspace, base: Base, old: ProjectQueries, before: Built, after: Built
) -> _Versions:
    new = workspace.queries()
    return _Versions(
        base,
        new_migrations(workspace).migrations,
        _Side(old, ask_database(before.url, old.queries), ask_database(after.url, old.queries)),
        _Side(new, workspace.answers(), ask_database(before.url, new.queries)),
        _database(before.url),
        _database(after.url),
        before.snapshot,
        after.snapshot,
    )


def _database(url: DatabaseUrl) -> _Database:
    with connect(url) as connection:
        return _Database(url, read_catalog(connection))


def _judged(versions: _Versions, notes: list[str]) -> Result:
    early = list(_too_early(versions))
    found = list(_too_late(versions))
    silencer = Silencer(NAME, versions.migrations)
    left = [finding for query, finding in found if not silencer.silences(finding.rule, query)]
    names = ", ".join(migration.name for migration in versions.migrations) or "the migrations"
    if any(finding.severity is Severity.ERROR for finding in left):
        advice = (_NEITHER if early else _CONTRACT).format(names)
        summary = "either order breaks something" if early else "the code has to be deployed first"
        if versions.new.own.refused or versions.new.read.problems:
            advice, early = _UNKNOWN, []
            summary = "the order can't be said"
        left = [
            replace(finding, fix=f"{advice} {finding.fix}")
            if finding.severity is Severity.ERROR
            else finding
            for finding in left
        ]
        left += [
            NEW_FAILS.finding(f"{words} before {names}", place=_place_of(query), fix=advice)
            for query, words in early
        ]
    else:
        summary = "migrate first, then deploy the code" if early else "both orders work"
        if early:
            notes.append(_EXPAND.format(names, _listed(early)))
    left += silencer.complaints()
    unread = len(versions.old.read.problems) + len(versions.old.own.refused)
    if unread:
        notes.append(f"{unread} queries of {versions.base.name} were wrong there already")
    count = len(versions.old.read.queries)
    return judged(
        left,
        clean=f"{count} queries of {versions.base.name} run on the new schema: {summary}",
        failed=f"{len(left)} finding{'s'[: len(left) != 1]} about a rolling release: {summary}",
        notes=notes,
    )


def _too_late(versions: _Versions) -> Iterator[tuple[str, Finding]]:
    """What happens to each query of the previous version on the new schema."""
    side, schemas = versions.old, (versions.old_schema, versions.new_schema)
    for query in side.read.queries:
        if query.key not in side.own.described:
            continue
        where = f"{query.name} ({query.piece.file.path}:{query.piece.line} in {versions.base.name})"
        problem = _failure(side, query, versions.old_database, versions.new_database)
        if problem is not None:
            place = _place(versions, query, _names_in(problem))
            yield query.name, FAILS.finding(f"{where} fails: {problem}", place=place)
            continue
        for change in _changes(side, query, versions.old_database, versions.new_database):
            place = _place(versions, query, [change.name] if change.name else [])
            yield query.name, _of_change(change, where, place)
        for column in missing_in_insert(query.request, *schemas):
            message = f"{where} fails: it gives no value to column {column}, which has no default"
            yield query.name, INSERT.finding(message, place=_place(versions, query, [column]))


def _failure(side: _Side, query: ProjectQuery, own: _Database, other: _Database) -> str | None:
    """Why a query fails on the other schema; None when it does not."""
    refused = side.other.refused.get(query.key)
    if refused is not None:
        return refused.message
    before, after = _both(side, query, own, other)
    types = sent_types(before, after)
    if not types:
        return None
    with connect(other.url) as connection:
        refusal = refusal_of(connection, with_arrays(query.request), types)
    return None if refusal is None else refusal.message


def _changes(
    side: _Side, query: ProjectQuery, own: _Database, other: _Database
) -> Iterator[Change]:
    yield from changes(*_both(side, query, own, other))


def _both(side: _Side, query: ProjectQuery, own: _Database, other: _Database) -> tuple[On, On]:
    return (
        On(side.own.described[query.key], own.catalog),
        On(side.other.described[query.key], other.catalog),
    )


def _of_change(change: Change, where: str, place: Place | None) -> Finding:
    return _OF[change.what].finding(
        f"{where}: {change.words}", place=place, expected=change.before, found=change.after
    )


def _too_early(versions: _Versions) -> Iterator[tuple[ProjectQuery, str]]:
    """The queries of today that don't run, or answer otherwise, on the previous schema."""
    side, databases = versions.new, (versions.new_database, versions.old_database)
    for query in side.read.queries:
        if query.key not in side.own.described:
            continue
        problem = _failure(side, query, *databases)
        if problem is not None:
            yield query, f"{query.name} fails: {problem}"
            continue
        found = _changes(side, query, *databases)
        words = [change.words for change in found if change.what is not What.LABELS]
        if words:
            yield query, f"{query.name}: {', '.join(words)}"


def _listed(early: Sequence[tuple[ProjectQuery, str]]) -> str:
    shown = [f"{words} ({query.piece.file.path}:{query.piece.line})" for query, words in early]
    more = [f"and {len(shown) - _NAMED} more"] if len(shown) > _NAMED else []
    return "; ".join([*shown[:_NAMED], *more])


def _place(versions: _Versions, query: ProjectQuery, names: Iterable[str]) -> Place | None:
    """The new migration that names what is missed, else the query, else the latest migration."""
    for name in names:
        for migration in versions.migrations:
            found = migration.place_of(name)
            if found is not None:
                return found
    for each in versions.new.read.queries:
        if each.key == query.key:
            return _place_of(each)
    return Place(versions.migrations[-1].path) if versions.migrations else None


def _place_of(query: ProjectQuery) -> Place:
    return Place(query.piece.file.path, query.piece.line)


def _names_in(message: str) -> list[str]:
    """The names in a message of PostgreSQL's: quoted, or of a column with its table."""
    quoted = message.split('"')[1::2]
    words = message.split()
    dotted = [word for before, word in pairwise(words) if before == "column"]
    return [name.strip('"').rpartition(".")[2] for name in (*quoted, *dotted)]
