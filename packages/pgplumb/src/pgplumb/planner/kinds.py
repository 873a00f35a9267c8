"""Kinds of objects that have something in common."""

from typing import Final

from pgplumb.snapshot.model import Kind

RELATIONS_BY_NAME: Final = frozenset(
    {
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.SEQUENCE,
        Kind.IDENTITY_SEQUENCE,
        Kind.INDEX,
        Kind.COMPOSITE,
    }
)
TYPES_BY_NAME: Final = frozenset(
    {
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.COMPOSITE,
        Kind.ENUM,
        Kind.DOMAIN,
        Kind.RANGE,
        Kind.BASE_TYPE,
    }
)
ROUTINES_BY_NAME: Final = frozenset({Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE})
NAME_SPACES: Final = (RELATIONS_BY_NAME, TYPES_BY_NAME, ROUTINES_BY_NAME)
"""Kinds of one group share their names: one can't be created before the other is dropped."""

HOLDS_DATA: Final = frozenset(
    {
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.COLUMN,
        Kind.SEQUENCE,
        Kind.IDENTITY_SEQUENCE,
        Kind.SCHEMA,
    }
)
"""What is not made anew to get round a difficulty: rows, or all that is in it, would be lost."""

RENEWABLE: Final = frozenset(
    {Kind.ENUM, Kind.DOMAIN, Kind.COMPOSITE, Kind.RANGE, Kind.BASE_TYPE, Kind.COLLATION}
)
"""What columns can be cast away from: their values outlive it."""

PARTS: Final = frozenset(
    {
        Kind.COLUMN,
        Kind.DEFAULT,
        Kind.CONSTRAINT,
        Kind.DOMAIN_CONSTRAINT,
        Kind.INDEX,
        Kind.TRIGGER,
        Kind.RULE,
        Kind.POLICY,
        Kind.TABLE_TYPE,
        Kind.REPLICA_IDENTITY,
        Kind.CLUSTER,
    }
)
"""What stands together with the table, view or domain that it belongs to."""
