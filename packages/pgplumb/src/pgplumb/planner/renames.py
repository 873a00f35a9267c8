"""Directives in schema files: what was renamed, and what may be dropped with its data.

`-- plumb:rename column contact.kind to category` says that what looks like one column gone and
another one new is the same column. It does nothing where the old one is gone already, so it may
stay in the file. `-- plumb:drop column contact.nickname` says that the data may go.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pgplumb.errors import LocatedError
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.plan import PlannedStatement, Step, Verb
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.postgres.tokens import Kind as TokenKind
from pgplumb.postgres.tokens import tokenize
from pgplumb.snapshot.model import Identity, Kind, Snapshot

_KINDS: Final = {
    "schema": (Kind.SCHEMA,),
    "table": (Kind.TABLE,),
    "foreign table": (Kind.FOREIGN_TABLE,),
    "column": (Kind.COLUMN,),
    "constraint": (Kind.CONSTRAINT,),
    "index": (Kind.INDEX,),
    "sequence": (Kind.SEQUENCE,),
    "view": (Kind.VIEW,),
    "materialized view": (Kind.MATERIALIZED_VIEW,),
    "type": (Kind.ENUM, Kind.COMPOSITE, Kind.RANGE),
    "domain": (Kind.DOMAIN,),
    "function": (Kind.FUNCTION,),
    "procedure": (Kind.PROCEDURE,),
    "trigger": (Kind.TRIGGER,),
    "policy": (Kind.POLICY,),
}
_DIRECTIVE: Final = re.compile(r"^--\s*plumb:(\w+)\s*(.*?)\s*$")
_RENAME: Final = re.compile(r"(?P<kind>[a-z ]+?)\s+(?P<name>\S.*?)\s+to\s+(?P<new>\S+)$")
_DROP: Final = re.compile(r"(?P<kind>[a-z ]+?)\s+(?P<name>\S.*)$")
_PART: Final = re.compile(r'"((?:[^"]|"")*)"|([^".\s]+)')
# Kinds whose names are looked up in the schema `public` when they have no schema.
_WITHIN_TABLES: Final = frozenset({Kind.COLUMN, Kind.CONSTRAINT, Kind.TRIGGER, Kind.POLICY})


@dataclass(frozen=True, slots=True)
class Rename:
    """`kinds` is more than one where the word says less than the catalog (type)."""

    kinds: tuple[Kind, ...]
    path: tuple[str, ...]
    new_name: str
    location: str


@dataclass(frozen=True, slots=True)
class Directives:
    """What the schema files ask for."""

    renames: Sequence[Rename]
    drops: frozenset[Identity]


def read_directives(files: Iterable[SchemaFile]) -> Directives:
    """The directives in the comments of schema files.

    Raises LocatedError for one that can't be read.
    """
    renames: list[Rename] = []
    drops: set[Identity] = set()
    for file in files:
        for token in tokenize(file.text):
            found = _DIRECTIVE.match(token.text) if token.kind is TokenKind.COMMENT else None
            if found is None:
                continue
            location = f"{file.path}:{location_of(file.text, token.start + 1)}"
            if found[1] == "rename":
                renames.append(_rename(found[2], location))
            elif found[1] == "drop":
                drops |= _drop(found[2], location)
            else:
                raise LocatedError(
                    f"{location}: there is no directive plumb:{found[1]}",
                    hint="There are plumb:rename and plumb:drop.",
                )
    return Directives(renames, frozenset(drops))


def _rename(text: str, location: str) -> Rename:
    found = _RENAME.match(text)
    if found is None or found["kind"] not in _KINDS:
        raise LocatedError(
            f"{location}: plumb:rename is not understood: {text}",
            hint="Write, for example: -- plumb:rename column contact.kind to category\n"
            f"Kinds: {', '.join(_KINDS)}.",
        )
    kinds = _KINDS[found["kind"]]
    return Rename(
        kinds, _path(found["name"], kinds[0]), _path(found["new"], Kind.SCHEMA)[-1], location
    )


def _drop(text: str, location: str) -> set[Identity]:
    found = _DROP.match(text)
    if found is None or found["kind"] not in _KINDS:
        raise LocatedError(
            f"{location}: plumb:drop is not understood: {text}",
            hint="Write, for example: -- plumb:drop column contact.kind\n"
            f"Kinds: {', '.join(_KINDS)}.",
        )
    kinds = _KINDS[found["kind"]]
    return {Identity(kind, _path(found["name"], kind)) for kind in kinds}


def _path(text: str, kind: Kind) -> tuple[str, ...]:
    head, bracket, arguments = text.partition("(")
    parts = [
        quoted_name.replace('""', '"') if quoted_name else plain.lower()
        for quoted_name, plain in _PART.findall(head)
    ]
    wanted = 1 if kind is Kind.SCHEMA else 3 if kind in _WITHIN_TABLES else 2
    if len(parts) < wanted and kind is not Kind.SCHEMA:
        parts.insert(0, "public")
    return (*parts, arguments.rstrip(")")) if bracket else tuple(parts)


def renaming(
    renames: Iterable[Rename], source: Snapshot, target: Snapshot
) -> list[PlannedStatement]:
    """The statements for the renames that are still to be done.

    Done is one whose old name is gone from the source, or is still in the target.
    """
    planned: list[PlannedStatement] = []
    for rename in renames:
        for identity in _matches(rename, source):
            new = Identity(identity.kind, _renamed(identity, rename.new_name))
            if identity not in target and new in target and new not in source:
                planned.append(
                    PlannedStatement(
                        Step(Verb.MAKE, new), rename_statement(identity, rename.new_name)
                    )
                )
    return planned


def _matches(rename: Rename, source: Snapshot) -> list[Identity]:
    found = [Identity(kind, rename.path) for kind in rename.kinds]
    exact = [identity for identity in found if identity in source]
    if exact or rename.kinds[0] not in {Kind.FUNCTION, Kind.PROCEDURE}:
        return exact
    return [
        item.identity
        for item in source
        if item.identity.kind in rename.kinds and item.identity.path[:-1] == rename.path
    ]


def _renamed(identity: Identity, new_name: str) -> tuple[str, ...]:
    if identity.kind in {Kind.FUNCTION, Kind.PROCEDURE}:
        return (*identity.path[:-2], new_name, identity.path[-1])
    return (*identity.path[:-1], new_name)


def rename_statement(identity: Identity, new_name: str) -> Statement:
    """RENAME, which keeps everything but breaks code that uses the old name."""
    hazards = frozenset({Hazard.BREAKS_CODE})
    new, path = quoted(new_name), identity.path
    if identity.kind in {Kind.COLUMN, Kind.CONSTRAINT}:
        word = identity.kind.upper()
        return Statement(
            f"ALTER TABLE {qualified(path[:-1])} RENAME {word} {quoted(path[-1])} TO {new}", hazards
        )
    return Statement(f"ALTER {reference(identity)} RENAME TO {new}", hazards)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something gone and something new that may be one and the same."""

    old: Identity
    new_name: str


def candidates(source: Snapshot, target: Snapshot) -> list[Candidate]:
    """Pairs that a person could be asked about: the same but for the name, and only one of each."""
    found: list[Candidate] = []
    gone = [item for item in source if item.identity not in target]
    new = [item for item in target if item.identity not in source]
    for kind in (Kind.TABLE, Kind.COLUMN):
        for old in gone:
            if old.identity.kind is not kind:
                continue
            alike = [
                item
                for item in new
                if item.identity.kind is kind
                and item.identity.path[:-1] == old.identity.path[:-1]
                and _shape(item.identity, target) == _shape(old.identity, source)
            ]
            rivals = [
                item
                for item in gone
                if item.identity.kind is kind
                and item.identity.path[:-1] == old.identity.path[:-1]
                and _shape(item.identity, source) == _shape(old.identity, source)
            ]
            if len(alike) == 1 and len(rivals) == 1:
                found.append(Candidate(old.identity, alike[0].identity.path[-1]))
    return found


def _shape(identity: Identity, snapshot: Snapshot) -> object:
    """What has to be alike: a column's type, a table's columns."""
    if identity.kind is Kind.COLUMN:
        return getattr(snapshot[identity].facts, "type", None)
    return {
        item.identity.path[-1]: getattr(item.facts, "type", None)
        for item in snapshot
        if item.identity.kind is Kind.COLUMN and item.parent == identity
    }
