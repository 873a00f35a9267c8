"""The snapshot: every object of a database as plain data, nothing in it depends on an OID."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeGuard

OWNER: Final = "\x00owner"
"""Stands for an object's owner among its grants: who that is differs from server to server."""


class Options(tuple[str, ...]):
    """`name=value` each, as in reloptions, in the order in which they were set.

    pg_dump writes them in that order. It means nothing, and does not count in comparisons.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Whether the same options are there."""
        return is_tuple(other) and sorted(self) == sorted(map(str, other))

    def __ne__(self, other: object) -> bool:
        """Whether other options are there."""
        return not self == other

    def __hash__(self) -> int:
        """Equal for the same options."""
        return hash(tuple(sorted(self)))


class Kind(StrEnum):
    """The kinds of objects, in PostgreSQL's words, in the order they are listed in."""

    __hash__ = str.__hash__  # Enum's own is Python, and plans look things up by the million

    SCHEMA = "schema"
    EXTENSION = "extension"
    LANGUAGE = "language"
    COLLATION = "collation"
    BASE_TYPE = "base type"
    ENUM = "enum"
    COMPOSITE = "composite type"
    DOMAIN = "domain"
    DOMAIN_CONSTRAINT = "domain constraint"
    RANGE = "range type"
    SEQUENCE = "sequence"
    FOREIGN_DATA_WRAPPER = "foreign-data wrapper"
    SERVER = "server"
    USER_MAPPING = "user mapping"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    CAST = "cast"
    CONVERSION = "conversion"
    TRANSFORM = "transform"
    ACCESS_METHOD = "access method"
    OPERATOR = "operator"
    OPERATOR_FAMILY = "operator family"
    OPERATOR_CLASS = "operator class"
    TEXT_SEARCH_PARSER = "text search parser"
    TEXT_SEARCH_TEMPLATE = "text search template"
    TEXT_SEARCH_DICTIONARY = "text search dictionary"
    TEXT_SEARCH_CONFIGURATION = "text search configuration"
    TABLE = "table"
    FOREIGN_TABLE = "foreign table"
    COLUMN = "column"
    DEFAULT = "default"
    SEQUENCE_OWNER = "sequence owner"
    IDENTITY_SEQUENCE = "identity sequence"
    CONSTRAINT = "constraint"
    INDEX = "index"
    INHERITANCE = "inheritance"
    TABLE_TYPE = "type of table"
    REPLICA_IDENTITY = "replica identity"
    CLUSTER = "cluster"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    STATISTICS = "statistics"
    RULE = "rule"
    TRIGGER = "trigger"
    POLICY = "policy"
    EVENT_TRIGGER = "event trigger"
    PUBLICATION = "publication"
    PUBLICATION_TABLE = "publication table"
    PUBLICATION_SCHEMA = "publication schema"
    SUBSCRIPTION = "subscription"
    DEFAULT_PRIVILEGES = "default privileges"
    EXTENSION_PRIVILEGES = "extension privileges"


class Identity(NamedTuple):
    """What an object is called: its kind and the names that lead to it, the schema's first.

    A routine's or operator's path ends with the types of its arguments, as PostgreSQL writes them;
    an operator class's or family's with its access method. Casts and transforms have one name, made
    of what they are for. Extension privileges have the extension's name, and what they are on as
    GRANT writes it. In the path of a user mapping CURRENT_USER and in that of default
    privileges "" stand for the role that reads.
    """

    kind: Kind
    path: tuple[str, ...]

    def __str__(self) -> str:
        if self.kind in ROUTINES or self.kind in {Kind.AGGREGATE, Kind.OPERATOR}:
            return f"{self.kind} {'.'.join(self.path[:-1])}({self.path[-1]})"
        return f"{self.kind} {'.'.join(part for part in self.path if part)}"


ROUTINES: Final = frozenset({Kind.FUNCTION, Kind.PROCEDURE})
RELATIONS: Final = frozenset(
    {Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.COMPOSITE}
)
OWNED_AS_THEIR_WHOLE: Final = frozenset({Kind.COLUMN, Kind.IDENTITY_SEQUENCE})
"""Kinds that have privileges of their own, but the owner of what they are a part of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of an object; each kind has a class of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege of one role; grantee "" is PUBLIC, OWNER the object's owner."""

    grantee: str
    privilege: str
    grantable: bool

    def as_data(self) -> dict[str, Any]:
        """The privilege as JSON's types, the two special grantees in words."""
        grantee = {OWNER: "(owner)", "": "PUBLIC"}.get(self.grantee, self.grantee)
        return {"grantee": grantee, "privilege": self.privilege, "grantable": self.grantable}


@dataclass(frozen=True, slots=True)
class CatalogObject:
    """An object: its facts, and what any object may have.

    owner: None where it is the role that reads, or where the kind has no owner.
    grants: None where the kind has no privileges. grantees: those of them, in the order in which
    they were first granted something, which pg_dump keeps.
    default_comment: the one it is created with, which `comment` does not repeat; "" is none then.
    parent: the object that it is a part of, and that it vanishes with.
    implied_by: the object whose creation creates this one, too (a partition's index, say).
    position: its place among its siblings, which PostgreSQL can't change and we don't compare.
    depends_on: what has to be there before it, by pg_depend; its own parts left out.
    secrets: the names of options that are not read.
    """

    identity: Identity
    facts: Facts
    owner: str | None = None
    grants: frozenset[Grant] | None = None
    default_grants: frozenset[Grant] | None = None
    comment: str | None = None
    default_comment: str | None = field(default=None, compare=False)
    parent: Identity | None = None
    implied_by: Identity | None = None
    position: int = field(default=0, compare=False)
    depends_on: frozenset[Identity] = field(default=frozenset(), compare=False)
    secrets: tuple[str, ...] = field(default=(), compare=False)
    grantees: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects of a database by identity, members of extensions left out."""

    objects: Mapping[Identity, CatalogObject]
    server_version: int = field(default=0, compare=False)

    def __iter__(self) -> Iterator[CatalogObject]:
        return iter(self.objects.values())

    def __contains__(self, identity: Identity) -> bool:
        return identity in self.objects

    def __getitem__(self, identity: Identity) -> CatalogObject:
        return self.objects[identity]

    def get(self, identity: Identity) -> CatalogObject | None:
        """The object of that identity, None when there is none."""
        return self.objects.get(identity)

    def children(self) -> dict[Identity, list[CatalogObject]]:
        """The parts of each object that has some, in the order of the snapshot."""
        found: dict[Identity, list[CatalogObject]] = {}
        for item in self:
            if item.parent is not None:
                found.setdefault(item.parent, []).append(item)
        return found

    def dependents(self) -> dict[Identity, list[Identity]]:
        """For each object that others need, those others."""
        found: dict[Identity, list[Identity]] = {}
        for item in self:
            for needed in item.depends_on:
                found.setdefault(needed, []).append(item.identity)
        return found

    def without_owners(self) -> "Snapshot":
        """The same objects as if the reading role owned them all."""
        objects = {item.identity: dataclasses.replace(item, owner=None) for item in self}
        return Snapshot(objects, self.server_version)

    def as_data(self) -> dict[str, Any]:
        """The snapshot as JSON's types, in canonical order: equal snapshots give equal data."""
        return {str(identity): _data(self.objects[identity]) for identity in sorted(self.objects)}

    def digest(self) -> str:
        """A hexadecimal SHA-256 of what is compared; equal for equal snapshots."""
        text = json.dumps(self.as_data(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def compared(facts: Any) -> list[str]:
    """The names of what makes facts equal or not."""
    return [each.name for each in dataclasses.fields(facts) if each.compare]


def _data(item: CatalogObject) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": str(item.identity.kind), "path": list(item.identity.path)}
    data |= _plain(item.facts)
    if item.owner is not None:
        data["owner"] = item.owner
    if item.comment is not None:
        data["comment"] = item.comment
    if item.grants is not None and item.grants != item.default_grants:
        data["grants"] = _plain(tuple(sorted(item.grants)))
    return data


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether it is a tuple, for type checkers."""
    return isinstance(value, tuple)


def _plain(value: Any) -> Any:
    if isinstance(value, Grant):
        return value.as_data()
    if isinstance(value, Identity):
        return {"kind": value.kind, "path": list(value.path)}
    if isinstance(value, Options):
        return sorted(value)
    if is_tuple(value):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in compared(value)}
    return value
