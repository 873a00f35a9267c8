"""Directives in schema files: what was renamed, and what may be dropped with its data.

`-- plumb:rename column contact.kind to category` says that what looks like one column gone and
another one new is the same column. It does nothing where the old one is gone already, so it may
stay in the file. `-- plumb:drop column contact.nickname` says that the data may go. `-- plumb:large
table contact` says that a table is large: no query is to read all of it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pgplumb.errors import LocatedError
from pgplumb.planner.renames import Rename, in_new_places
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.postgres.tokens import Kind as TokenKind
from pgplumb.postgres.tokens import tokenize
from pgplumb.snapshot.model import ROUTINES, Identity, Kind

VALUE: Final = "value"
"""The word for a label of an enum, which is no object of its own."""
_KINDS: Final = {
    "schema": (Kind.SCHEMA,),
    "table": (Kind.TABLE,),
    "foreign table": (Kind.FOREIGN_TABLE,),
    "column": (Kind.COLUMN,),
    "attribute": (Kind.COLUMN,),
    "constraint": (Kind.CONSTRAINT,),
    "index": (Kind.INDEX,),
    "sequence": (Kind.SEQUENCE,),
    "view": (Kind.VIEW,),
    "materialized view": (Kind.MATERIALIZED_VIEW,),
    "type": (Kind.ENUM, Kind.COMPOSITE, Kind.RANGE),
    VALUE: (Kind.ENUM,),
    "domain": (Kind.DOMAIN,),
    "function": (Kind.FUNCTION,),
    "procedure": (Kind.PROCEDURE,),
    "trigger": (Kind.TRIGGER,),
    "rule": (Kind.RULE,),
    "policy": (Kind.POLICY,),
}
# How many names lead to an object, where it is not its schema's and its own.
_LENGTHS: Final = {
    "schema": 1,
    "column": 3,
    "attribute": 3,
    "constraint": 3,
    VALUE: 3,
    "trigger": 3,
    "rule": 3,
    "policy": 3,
}
_CAN_BE_LARGE: Final = ("table", "materialized view")
_QUOTES: Final = "\"'"
_DIRECTIVE: Final = re.compile(r"^--\s*plumb:(\w*)(.*)$")
_NAME: Final = r"""(?:"(?:[^"]|"")+"|'(?:[^']|'')+'|[^\s."'()]+)"""
_PATH: Final = rf"{_NAME}(?:\.{_NAME})*"
_PART: Final = re.compile(_NAME)
_OBJECT: Final = (
    rf"\s+(?P<kind>{'|'.join(_KINDS)})\s+(?P<path>{_PATH})(?:\s*\((?P<arguments>.*)\))?"
)
_RENAME: Final = re.compile(rf"{_OBJECT}\s+to\s+(?P<new>{_PATH})\s*")
_DROP: Final = re.compile(rf"{_OBJECT}\s*")


@dataclass(frozen=True, slots=True)
class LargeTable:
    """A table that is said to be large: its schema and its name, and file:line:column."""

    path: tuple[str, ...]
    location: str


@dataclass(frozen=True, slots=True)
class Directives:
    """What the schema files ask for."""

    renames: Sequence[Rename] = ()
    drops: frozenset[Identity] = frozenset()
    large: tuple[LargeTable, ...] = ()

    def allow_drop(self, identity: Identity) -> bool:
        """Whether it may go: named itself, or as the schema or table that it is in."""
        return any(
            identity == drop
            or (drop.kind in {Kind.SCHEMA, Kind.TABLE} and _is_in(identity.path, drop.path))
            for drop in self.drops
        )


def _is_in(path: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return len(path) > len(whole) and path[: len(whole)] == whole


def read_directives(files: Iterable[SchemaFile]) -> Directives:
    """The directives in the comments of schema files.

    Raises LocatedError for one that can't be read.
    """
    renames: list[Rename] = []
    drops: set[Identity] = set()
    large: list[LargeTable] = []
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
            elif found[1] == "large":
                large.append(_large(found[2], location))
            else:
                raise LocatedError(
                    f"{location}: there is no directive plumb:{found[1]}",
                    hint="There are plumb:rename, plumb:drop and plumb:large.",
                )
    return Directives(in_new_places(renames), frozenset(drops), tuple(large))


def _rename(text: str, location: str) -> Rename:
    found = _RENAME.fullmatch(text)
    old = _path(found) if found else None
    new = _new_path(found, old) if found and old else None
    if found is None or old is None or new is None:
        raise LocatedError(
            f"{location}: plumb:rename is not understood:{text}",
            hint="Write, for example: -- plumb:rename column contact.kind to category\n"
            f"Kinds: {', '.join(_KINDS)}.",
        )
    return Rename(
        _KINDS[found["kind"]], old, new, _arguments(found), is_label=found["kind"] == VALUE
    )


def _drop(text: str, location: str) -> set[Identity]:
    found = _DROP.fullmatch(text)
    path = _path(found) if found else None
    if found is None or path is None or found["kind"] == VALUE:
        raise LocatedError(
            f"{location}: plumb:drop is not understood:{text}",
            hint="Write, for example: -- plumb:drop column contact.kind\n"
            f"Kinds: {', '.join(kind for kind in _KINDS if kind != VALUE)}.",
        )
    arguments = _arguments(found)
    whole = path if arguments is None else (*path, arguments)
    return {Identity(kind, whole) for kind in _KINDS[found["kind"]]}


def _large(text: str, location: str) -> LargeTable:
    found = _DROP.fullmatch(text)
    path = _path(found) if found and found["kind"] in _CAN_BE_LARGE else None
    if path is None:
        raise LocatedError(
            f"{location}: plumb:large is not understood:{text}",
            hint="Write, for example: -- plumb:large table contact\n"
            f"Kinds: {', '.join(_CAN_BE_LARGE)}.",
        )
    return LargeTable(path, location)


def _path(found: re.Match[str]) -> tuple[str, ...] | None:
    """The path of the object, None where its name has too few or too many parts."""
    parts = _parts(found["path"], last_as_written=found["kind"] == VALUE)
    wanted = _LENGTHS.get(found["kind"], 2)
    if len(parts) == wanted - 1 and wanted > 1:
        parts = ("public", *parts)
    if found["arguments"] is not None and ROUTINES.isdisjoint(_KINDS[found["kind"]]):
        return None
    return parts if len(parts) == wanted else None


def _new_path(found: re.Match[str], old: tuple[str, ...]) -> tuple[str, ...] | None:
    """The new name where the old one was, or in another schema where it says so."""
    kind = found["kind"]
    parts = _parts(found["new"], last_as_written=kind == VALUE)
    if len(parts) == 1:
        return (*old[:-1], *parts)
    can_move = _LENGTHS.get(kind, 2) == 2 and kind != "index"  # noqa: PLR2004
    return parts if can_move and len(parts) == len(old) else None


def _arguments(found: re.Match[str]) -> str | None:
    """The types of arguments, with a blank behind each comma as PostgreSQL writes them."""
    given = found["arguments"]
    return None if given is None else re.sub(r"\s*,\s*", ", ", given.strip())


def _parts(path: str, *, last_as_written: bool) -> tuple[str, ...]:
    """The names of a path as PostgreSQL reads them; a label keeps its case."""
    parts = _PART.findall(path)
    read = [_read(part) for part in parts]
    if last_as_written and parts[-1][0] not in _QUOTES:
        read[-1] = parts[-1]
    return tuple(read)


def _read(name: str) -> str:
    if name[0] not in _QUOTES:
        return name.lower()
    return name[1:-1].replace(name[0] * 2, name[0])
