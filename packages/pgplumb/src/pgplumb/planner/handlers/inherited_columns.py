"""Columns that a table has from another above it, as a partition or by INHERITS."""

from collections.abc import Iterator
from dataclasses import replace

from pgplumb.planner.handler import Context, facts_of
from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import not_null_name
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Options


def comes_from_above(column: CatalogObject, context: Context) -> bool:
    """Whether a table above makes and drops the column, all the while that things change."""
    made: facts.Column = facts_of(column)
    return made.inherited and not made.local and column.parent not in context.loose


def is_own(column: CatalogObject) -> bool:
    """Whether a column is its table's own, and no table above has it."""
    made = column.facts
    return isinstance(made, facts.Column) and made.local and not made.inherited


def moves_up(column: Identity, context: Context) -> bool:
    """Whether a table's own column becomes one that it has from above.

    ADD COLUMN above would merge the two, and the table's own it would stay. So it goes out of the
    way under another name, and its values come back.
    """
    return _moves(context.target.get(column), context.source.get(column), context)


def moves_down(column: Identity, context: Context) -> bool:
    """Whether a column that a table has from above becomes its own: above it goes."""
    return _moves(context.source.get(column), context.target.get(column), context)


def stays_below(column: Identity, context: Context) -> bool:
    """Whether a column goes that a table below, which inherits it, is to keep as its own."""
    return column not in context.target and any(
        moves_down(below, context) or stays_below(below, context)
        for below in _columns_below(column, context)
    )


def goes_by_itself(column: CatalogObject, context: Context) -> bool:
    """Whether a column that comes from above does not go with that: others are to keep theirs."""
    return any(
        stays_below(Identity(Kind.COLUMN, (*above.path, column.identity.path[-1])), context)
        for above in _tables_above(column, context)
    )


def _moves(above: CatalogObject | None, own: CatalogObject | None, context: Context) -> bool:
    """Whether a column comes from above at one end, and is the table's own at the other."""
    if above is None or own is None or not isinstance(above.facts, facts.Column):
        return False
    return is_own(own) and comes_from_above(above, context)


def _columns_below(column: Identity, context: Context) -> Iterator[Identity]:
    table = context.source[column].parent if column in context.source else None
    if table is None:
        return
    for each in context.source_dependents.get(table, ()):
        part = context.source[each]
        if not isinstance(part.facts, facts.Inheritance) or part.parent is None:
            continue
        if part.facts.parent == table and part.facts.bound is None:
            yield Identity(Kind.COLUMN, (*part.parent.path, column.path[-1]))


def _tables_above(column: CatalogObject, context: Context) -> Iterator[Identity]:
    if column.parent is not None:
        for part in context.source_children.get(column.parent, ()):
            if isinstance(part.facts, facts.Inheritance):
                yield part.facts.parent


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


def is_attached_later(table: Identity, context: Context) -> bool:
    """Whether a new partition can't be made by PARTITION OF, which would make more of it.

    That is so where it has columns of its own, and where indexes of its constraints are to be those
    that belong to partitioned ones above.
    """
    parts = context.target_children.get(table, ())
    return any(
        (
            isinstance(made := part.facts, facts.Inheritance)
            and made.bound is not None
            and not same_columns(table, made.parent, context)
        )
        or (
            isinstance(made, facts.Constraint)
            and made.index_attached_to is not None
            and made.index_attached_to in context.source
        )
        for part in parts
    )


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
