"""Columns that a table has from another above it, as a partition or by INHERITS."""

from dataclasses import replace

from pgplumb.planner.handler import Context, facts_of
from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import not_null_name
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Options


def comes_from_above(column: CatalogObject, context: Context) -> bool:
    """Whether a table above makes and drops the column, all the while that things change."""
    made: facts.Column = facts_of(column)
    return made.inherited and not made.local and column.parent not in context.loose


def column_above(column: CatalogObject, context: Context) -> tuple[facts.Column | None, str | None]:
    """What an inherited column has by itself: what the one above has, and its default."""
    if column.parent is None:
        return None, None
    for part in context.target_children.get(column.parent, ()):
        if part.identity.kind is not Kind.INHERITANCE:
            continue
        path = (*facts_of(part).parent.path, column.identity.path[-1])
        above = context.target.get(Identity(Kind.COLUMN, path))
        if above is not None:
            made: facts.Column = facts_of(above)
            default = context.target.get(Identity(Kind.DEFAULT, path))
            not_null = made.not_null
            if not_null is not None:
                inherits = replace(not_null, name=None, inherited=True)
                not_null = None if not_null.no_inherit else inherits
            return (
                replace(made, statistics=None, options=Options(), identity=None, not_null=not_null),
                facts_of(default).expression if default is not None else None,
            )
    return None, None


def places(column: CatalogObject, context: Context) -> list[Identity]:
    """The column's table below others, where it stays below them."""
    parts = () if column.parent is None else context.target_children.get(column.parent, ())
    places = (each.identity for each in parts if each.identity.kind is Kind.INHERITANCE)
    return [each for each in places if each in context.source]


def same_columns(table: Identity, parent: Identity, context: Context) -> bool:
    """Whether a table has its columns just as the one above, none of its own."""
    mine = _columns(table, context)
    theirs = _columns(parent, context)
    if len(mine) != len(theirs):
        return False
    named = context.target.server_version >= facts.NAMED_NOT_NULLS
    return all(
        one.identity.path[-1] == other.identity.path[-1]
        and not facts_of(one).local
        and (not named or _called_as_above(one, other))
        for one, other in zip(mine, theirs, strict=True)
    )


def _columns(table: Identity, context: Context) -> list[CatalogObject]:
    found = [
        item for item in context.target_children.get(table, ()) if item.identity.kind is Kind.COLUMN
    ]
    return sorted(found, key=lambda item: item.position)


def _called_as_above(column: CatalogObject, above: CatalogObject) -> bool:
    """Whether a NOT NULL is called as PARTITION OF calls it: like that of the table above."""
    mine, theirs = facts_of(column).not_null, facts_of(above).not_null
    if mine is None or theirs is None or not mine.inherited:
        return True
    given = mine.name or not_null_name(column.identity.path)
    return given == (theirs.name or not_null_name(above.identity.path))
