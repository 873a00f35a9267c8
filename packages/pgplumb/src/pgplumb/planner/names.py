"""How objects are written in SQL."""

import re
from collections.abc import Iterable
from typing import Final

from pgplumb.snapshot.model import ROUTINES, Identity, Kind

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*")

# pg_get_keywords() of PostgreSQL 18, those that quote_ident() quotes: all but "unreserved".
_KEYWORDS: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary
    bit boolean both case cast char character check coalesce collate collation column
    concurrently constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user dec decimal default
    deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int
    integer intersect interval into is isnull join json json_array json_arrayagg json_exists
    json_object json_objectagg json_query json_scalar json_serialize json_table json_value
    lateral leading least left like limit localtime localtimestamp merge_action national
    natural nchar none normalize not notnull null nullif numeric offset on only or order out
    outer overlaps overlay placing position precision primary real references returning
    right row select session_user setof similar smallint some substring symmetric
    system_user table tablesample then time timestamp to trailing treat trim true union
    unique user using values varchar variadic verbose when where window with xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
    """.split()  # noqa: SIM905  one word a line would be long
)

_PARTS_OF_TABLES: Final = frozenset({Kind.CONSTRAINT, Kind.TRIGGER, Kind.RULE, Kind.POLICY})


def quoted(name: str) -> str:
    """An identifier, quoted where it has to be, as quote_ident() does."""
    if _PLAIN.fullmatch(name) and name not in _KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(path: Iterable[str]) -> str:
    """Identifiers joined by dots."""
    return ".".join(map(quoted, path))


def literal(text: str) -> str:
    """A string constant that means the same whatever standard_conforming_strings says."""
    escaped = text.replace("'", "''")
    if "\\" not in escaped:
        return f"'{escaped}'"
    doubled = escaped.replace("\\", "\\\\")
    return f"E'{doubled}'"


def routine(identity: Identity) -> str:
    """A routine with the types of its arguments."""
    return f"{qualified(identity.path[:-1])}({identity.path[-1]})"


def operator(identity: Identity) -> str:
    """An operator, whose name is never quoted, with the types of its operands."""
    schema, name, types = identity.path
    return f"{quoted(schema)}.{name} ({types})"


def reference(identity: Identity) -> str:
    """An object as COMMENT ON, ALTER and DROP name it, its kind included."""
    kind, path = identity.kind, identity.path
    if kind in ROUTINES:
        return f"{kind.upper()} {routine(identity)}"
    if kind is Kind.AGGREGATE:
        return f"AGGREGATE {qualified(path[:-1])}({path[-1] or '*'})"
    if kind is Kind.OPERATOR:
        return f"OPERATOR {operator(identity)}"
    if kind in {Kind.OPERATOR_CLASS, Kind.OPERATOR_FAMILY}:
        return f"{kind.upper()} {qualified(path[:-1])} USING {quoted(path[-1])}"
    if kind in {Kind.CAST, Kind.TRANSFORM}:  # their one name is written as it stands in SQL
        return f"{kind.upper()} {path[0]}"
    if kind in _PARTS_OF_TABLES:
        return f"{kind.upper()} {quoted(path[-1])} ON {qualified(path[:-1])}"
    if kind is Kind.DOMAIN_CONSTRAINT:
        return f"CONSTRAINT {quoted(path[-1])} ON DOMAIN {qualified(path[:-1])}"
    if kind in {Kind.ENUM, Kind.COMPOSITE, Kind.RANGE, Kind.BASE_TYPE}:
        return f"TYPE {qualified(path)}"
    if kind is Kind.IDENTITY_SEQUENCE:
        return f"SEQUENCE {qualified(path)}"
    if kind is Kind.FOREIGN_DATA_WRAPPER:
        return f"FOREIGN DATA WRAPPER {qualified(path)}"
    return f"{kind.upper()} {qualified(path)}"
