"""What the proofs need to know of the database: constraints, inheritance, rules, functions.

One snapshot an analysis, asked for at once whatever the number of tables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg.rows import tuple_row

from . import safe_functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import LiteralString


FIRST_USER_OID = 16384
"""Below are the objects that initdb makes; PostgreSQL calls it FirstNormalObjectId."""

_INSTEAD_TRIGGER = 64
_BEFORE_ROW_TRIGGER = 3

# attnotnull with a not-null constraint that isn't validated is PostgreSQL 18's NOT VALID: existing
# rows may hold NULL (manual: ALTER TABLE, ADD table_constraint NOT VALID).
_NOT_NULL = """
SELECT a.attrelid::bigint, a.attnum::int
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'S', 't')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint n
    WHERE n.conrelid = a.attrelid AND n.contype = 'n'
      AND n.conkey[1] = a.attnum AND NOT n.convalidated)
"""
_INHERITS = "SELECT inhparent::bigint, inhrelid::bigint FROM pg_catalog.pg_inherits"
_INHERITED_NAMES = """
SELECT a.attrelid::bigint, a.attnum::int, a.attname::text
FROM pg_catalog.pg_attribute a
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND a.attrelid IN (SELECT inhparent FROM pg_catalog.pg_inherits
                     UNION SELECT inhrelid FROM pg_catalog.pg_inherits)
"""
_RELATIONS = """
SELECT c.oid::bigint, c.relkind::text, c.relname::text FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 't')
"""
_RULES = "SELECT DISTINCT ev_class::bigint FROM pg_catalog.pg_rewrite WHERE ev_type <> '1'"
_TRIGGERS = """
SELECT tgrelid::bigint, tgtype::int FROM pg_catalog.pg_trigger
WHERE (tgtype & 64) <> 0 OR (tgtype & 3) = 3
"""
_GENERATED = """
SELECT attrelid::bigint, attnum::int FROM pg_catalog.pg_attribute WHERE attgenerated <> ''
"""
_DOMAINS = """
SELECT oid::bigint, typbasetype::bigint, typnotnull FROM pg_catalog.pg_type WHERE typtype = 'd'
"""
_ARRAYS = """
SELECT oid::bigint FROM pg_catalog.pg_type WHERE typinput = 'pg_catalog.array_in'::regproc
"""
_ROWS = "SELECT oid::bigint, typrelid::bigint FROM pg_catalog.pg_type WHERE typtype = 'c'"
_DIMENSIONS = """
SELECT attrelid::bigint, attnum::int, attndims::int FROM pg_catalog.pg_attribute WHERE attndims > 0
"""
_STRICT = "SELECT oid::bigint FROM pg_catalog.pg_proc WHERE proisstrict AND oid >= 16384"
_CASTS = """
SELECT castsource::bigint, casttarget::bigint, castmethod::text, castfunc::bigint
FROM pg_catalog.pg_cast WHERE castcontext = 'i'
"""
_QUERIES: tuple[LiteralString, ...] = (
    *(_NOT_NULL, _INHERITS, _INHERITED_NAMES, _RELATIONS, _RULES, _TRIGGERS, _GENERATED),
    *(_DOMAINS, _ARRAYS, _ROWS, _DIMENSIONS, _STRICT, _CASTS),
)
_BUILTINS = """
SELECT oid::bigint, proname::text, proargtypes::text, proisstrict, prokind::text,
  provolatile = 'v'
FROM pg_catalog.pg_proc
WHERE oid < 16384 AND pronamespace = 'pg_catalog'::pg_catalog.regnamespace
"""
_BUILTIN_TYPES = "SELECT oid::text, typname::text FROM pg_catalog.pg_type WHERE oid < 16384"


class Builtin(NamedTuple):
    """A function that initdb made: its name, argument types, and what is known of its NULLs."""

    name: str
    signature: str
    strict: bool
    kind: str
    volatile: bool
    safe: bool
    """Strict, and never NULL on arguments that aren't NULL."""


class Builtins:
    """The functions that initdb made. Of some thousands few are called: each is made on demand."""

    def __init__(self, rows: Iterable[tuple[Any, ...]], types: Mapping[str, str]) -> None:
        """In: the functions as they are read, and the types' names by their OIDs as text."""
        self._rows: dict[int, tuple[Any, ...]] = {row[0]: row for row in rows}
        self._types = types
        self._made: dict[int, Builtin] = {}

    def get(self, oid: int) -> Builtin | None:
        """The function of that OID; None where initdb made none."""
        if oid not in self._made:
            if oid not in self._rows:
                return None
            _, name, arguments, strict, kind, volatile = self._rows[oid]
            signature = f"{name}({','.join(self._types[each] for each in arguments.split())})"
            safe = strict and signature in safe_functions.signatures()
            self._made[oid] = Builtin(name, signature, strict, kind, volatile, safe)
        return self._made[oid]


@dataclass(slots=True)
class Catalog:
    """A snapshot of the catalogs, with the questions the proofs ask of it."""

    connection: psycopg.Connection[Any]
    version: int
    builtins: Builtins
    strict: frozenset[int]
    relations: dict[int, tuple[str, str]]
    not_null: frozenset[tuple[int, int]]
    children: dict[int, list[int]]
    names: dict[tuple[int, int], str]
    numbers: dict[tuple[int, str], int]
    ruled: frozenset[int]
    instead: frozenset[int]
    before: frozenset[int]
    generated: frozenset[tuple[int, int]]
    domains: dict[int, tuple[int, bool]]
    casts: dict[tuple[int, int], tuple[str, int]]
    arrays: frozenset[int]
    rows: dict[int, int]
    declared: dict[tuple[int, int], int]
    rules: dict[int, str | None] = field(default_factory=dict[int, "str | None"])

    def kind(self, relation: int) -> str:
        """The relation's relkind, '' for one that isn't there."""
        return self.relations.get(relation, ("", ""))[0]

    def name(self, relation: int) -> str:
        """The relation's name, for messages."""
        return self.relations.get(relation, ("", "?"))[1]

    def members(self, relation: int) -> list[int]:
        """The relation and all that inherit from it, partitions included."""
        found = [relation]
        for member in found:
            found.extend(child for child in self.children.get(member, ()) if child not in found)
        return found

    def enforced(self, relation: int, column: int, *, inherited: bool) -> bool:
        """Whether no row of the relation can hold NULL in the column.

        A query on a parent reads its children too, and a child need not have the parent's
        constraint: NO INHERIT, or dropped in the child before PostgreSQL 18 (manual: Inheritance).
        A foreign table's constraints are declarations, not checks (manual: CREATE FOREIGN TABLE).
        """
        if (relation, column) not in self.not_null:
            return False
        if not inherited or relation not in self.children:
            return True
        name = self.names.get((relation, column))
        if name is None:
            return False
        return all(
            (member, self.numbers.get((member, name), 0)) in self.not_null
            for member in self.members(relation)
        )

    def local(self, relation: int, *, inherited: bool) -> bool:
        """Whether all rows of the relation are stored here, in tables or materialized views."""
        members = self.members(relation) if inherited else [relation]
        return all(self.kind(member) in {"r", "p", "m", "t"} for member in members)

    def writes_as_told(self, relation: int, column: int) -> bool:
        """Whether a statement's value for the column is what is written, and what is returned.

        So in a plain table without BEFORE ROW triggers and rules, for a column not generated.
        """
        return (
            self.kind(relation) == "r"
            and relation not in self.children
            and relation not in self.before
            and relation not in self.ruled
            and (relation, column) not in self.generated
        )

    def dimensions(self, relation: int, column: int) -> int | None:
        """What a column of an array type was declared with, if that is known.

        A table that inherits the column knows it from its parent; one made by CREATE TABLE ... LIKE
        or AS knows nothing.
        """
        own = self.declared.get((relation, column))
        name = self.names.get((relation, column))
        if own is not None or name is None:
            return own
        parents = [parent for parent, children in self.children.items() if relation in children]
        found = [self.dimensions(each, self.numbers.get((each, name), 0)) for each in parents]
        return next((each for each in found if each is not None), None)

    def rule(self, relation: int) -> str | None:
        """The parse tree of a view's or materialized view's query."""
        if relation not in self.rules:
            with psycopg.Cursor(self.connection, row_factory=tuple_row) as cursor:
                cursor.execute(
                    "SELECT ev_action::text FROM pg_catalog.pg_rewrite"
                    " WHERE ev_class = %s::oid AND ev_type = '1'",
                    [str(relation)],
                )
                row = cursor.fetchone()
            self.rules[relation] = row[0] if row else None
        return self.rules[relation]

    def is_strict(self, function: int) -> bool:
        """Whether PostgreSQL itself answers NULL for the function when an argument is NULL."""
        builtin = self.builtins.get(function)
        return builtin.strict if builtin else function in self.strict

    def builtin(self, function: int) -> Builtin | None:
        """The function if initdb made it; None for all others, of which nothing is believed."""
        return self.builtins.get(function) if function < FIRST_USER_OID else None

    def refuses_null(self, domain: int) -> bool:
        """Whether coercing NULL to the domain is an error, in it or in a domain it is based on."""
        while domain in self.domains:
            base, not_null = self.domains[domain]
            if not_null:
                return True
            domain = base
        return False

    def base_type(self, kind: int) -> int:
        """The type under a domain, and the type itself if it is none."""
        while kind in self.domains:
            kind = self.domains[kind][0]
        return kind

    def coerces_safely(self, source: int, target: int) -> bool:
        """Whether the implicit cast between two types never makes NULL of a value."""
        if source == target:
            return True
        source, target = self.base_type(source), self.base_type(target)
        if source == target:
            return True
        method, function = self.casts.get((source, target), ("", 0))
        if method == "f":
            builtin = self.builtin(function)
            return builtin is not None and builtin.safe
        return method in {"b", "i"}


_builtins: dict[int, Builtins] = {}


def load(connection: psycopg.Connection[Any]) -> Catalog:
    """Read the snapshot; the builtin functions are read once for each server version."""
    version = connection.info.server_version
    asked = _QUERIES if version in _builtins else (*_QUERIES, _BUILTINS, _BUILTIN_TYPES)
    cursors: dict[LiteralString, psycopg.Cursor[tuple[Any, ...]]] = {}
    with connection.pipeline():
        for query in asked:
            cursors[query] = psycopg.Cursor(connection, row_factory=tuple_row)
            cursors[query].execute(query, prepare=False)

    def rows(query: LiteralString) -> list[tuple[Any, ...]]:
        return cursors[query].fetchall()

    if version not in _builtins:
        _builtins[version] = Builtins(rows(_BUILTINS), dict(rows(_BUILTIN_TYPES)))
    children: dict[int, list[int]] = defaultdict(list)
    for parent, child in rows(_INHERITS):
        children[parent].append(child)
    names = {(relation, number): name for relation, number, name in rows(_INHERITED_NAMES)}
    triggers = rows(_TRIGGERS)
    return Catalog(
        connection=connection,
        version=version,
        builtins=_builtins[version],
        strict=frozenset(oid for (oid,) in rows(_STRICT)),
        relations={oid: (kind, name) for oid, kind, name in rows(_RELATIONS)},
        not_null=frozenset((relation, number) for relation, number in rows(_NOT_NULL)),
        children=dict(children),
        names=names,
        numbers={(relation, name): number for (relation, number), name in names.items()},
        ruled=frozenset(oid for (oid,) in rows(_RULES)),
        instead=frozenset(oid for oid, kind in triggers if kind & _INSTEAD_TRIGGER),
        before=frozenset(
            oid for oid, kind in triggers if kind & _BEFORE_ROW_TRIGGER == _BEFORE_ROW_TRIGGER
        ),
        generated=frozenset((relation, number) for relation, number in rows(_GENERATED)),
        domains={oid: (base, not_null) for oid, base, not_null in rows(_DOMAINS)},
        arrays=frozenset(oid for (oid,) in rows(_ARRAYS)),
        rows=dict(rows(_ROWS)),
        declared={(relation, number): count for relation, number, count in rows(_DIMENSIONS)},
        casts={(source, target): (method, oid) for source, target, method, oid in rows(_CASTS)},
    )
