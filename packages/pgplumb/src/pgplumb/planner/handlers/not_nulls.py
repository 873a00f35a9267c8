"""NOT NULL of columns: from PostgreSQL 18 on it has a name, and is inherited by it."""

from dataclasses import replace

from pgplumb.planner.handler import Context, facts_of
from pgplumb.planner.handlers.inherited_columns import column_above, same_columns
from pgplumb.planner.names import quoted
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import not_null_name
from pgplumb.snapshot.model import CatalogObject


def column_is_not_null(made: facts.Column) -> bool:
    """Whether a new row, or an old one when the column is added, has to bring a value."""
    valid = made.not_null is not None and made.not_null.valid
    return valid and made.generated is None and made.identity is None


def not_null_clause(column: str, not_null: facts.NotNull) -> str:
    """A NOT NULL constraint as ADD writes it, with its name where it has one of its own."""
    name = not_null.name
    named = f"CONSTRAINT {quoted(name)} " if name else ""
    inherit = " NO INHERIT" if not_null.no_inherit else ""
    valid = "" if not_null.valid else " NOT VALID"
    return f"{named}NOT NULL {quoted(column)}{inherit}{valid}"


def explicitly_named(column: CatalogObject, context: Context) -> CatalogObject:
    """The column with its NOT NULL's name, if PostgreSQL would choose another one.

    It does where any constraint of the schema has the usual one already.
    """
    made: facts.Column = facts_of(column)
    not_null = made.not_null
    usual = not_null_name(column.identity.path)
    if not_null is None or not_null.name or not_null.inherited:
        return column
    others = context.constraint_names.get((column.identity.path[0], usual), ())
    if not any(_is_there_before(other, context) for other in others):
        return column
    return replace(column, facts=replace(made, not_null=replace(not_null, name=usual)))


def own_not_nulls(
    old: facts.NotNull | None, new: facts.NotNull | None, *, alone: bool
) -> tuple[facts.NotNull | None, facts.NotNull | None]:
    """What a table has to change by itself: what comes from above changes there."""
    if alone:
        return old, new
    if new is not None and new.inherited:
        return None, None
    return (None if old is not None and old.inherited else old), new


def not_null_change(
    table: str,
    old: facts.NotNull | None,
    new: facts.NotNull | None,
    column: CatalogObject,
    context: Context,
) -> list[Statement]:
    """What makes a column NOT NULL, or no longer, or changes the constraint."""
    if old == new:
        return []
    path = column.identity.path
    name = quoted(path[-1])
    if new is None:
        return [alter_table(table, f"ALTER COLUMN {name} DROP NOT NULL", Hazard.BREAKS_CODE)]
    if old is None:
        added: facts.NotNull = facts_of(explicitly_named(column, context)).not_null or new
        hazards = (Hazard.MAY_FAIL, Hazard.SCAN, Hazard.BLOCKS_READS)
        if added.name or added.no_inherit or not added.valid:
            return [alter_table(table, f"ADD {not_null_clause(path[-1], added)}", *hazards)]
        return [alter_table(table, f"ALTER COLUMN {name} SET NOT NULL", *hazards)]
    statements: list[Statement] = []
    if old.no_inherit != new.no_inherit:
        inherit = "NO INHERIT" if new.no_inherit else "INHERIT"
        actual = quoted(old.name or not_null_name(path))
        # Not to be joined: a primary key in the same ALTER TABLE would not see it.
        statements.append(Statement(f"ALTER TABLE {table} ALTER CONSTRAINT {actual} {inherit}"))
    # What a child by INHERITS calls one from above is not read; it is seen when it has left.
    if old.name != new.name and (old.name or not old.inherited or new.inherited):
        one, other = old.name or not_null_name(path), new.name or not_null_name(path)
        statements.append(
            Statement(f"ALTER TABLE {table} RENAME CONSTRAINT {quoted(one)} TO {quoted(other)}")
        )
    if old.valid and not new.valid:
        return [
            alter_table(table, f"ALTER COLUMN {name} DROP NOT NULL"),
            Statement(f"ALTER TABLE {table} ADD {not_null_clause(path[-1], new)}"),
        ]
    if new.valid and not old.valid:
        statements.append(validation(table, new, path))
    return statements


def renames_not_null(old: facts.Column, new: facts.Column) -> bool:
    """Whether one that comes from above gets another name, which PostgreSQL refuses."""
    one, other = old.not_null, new.not_null
    if one is None or other is None:
        return False
    return one.inherited and other.inherited and one.name != other.name


def only_here_valid(old: facts.NotNull, column: CatalogObject, context: Context) -> bool:
    """Whether a NOT NULL from above is to be valid in a partition, but not in the table above."""
    new: facts.NotNull | None = facts_of(column).not_null
    above, _ = column_above(column, context)
    if new is None or not new.inherited or above is None or above.not_null is None:
        return False
    return new.valid and not old.valid and not above.not_null.valid


def validation(table: str, not_null: facts.NotNull, path: tuple[str, ...]) -> Statement:
    """VALIDATE CONSTRAINT for a NOT NULL of the column at the path."""
    actual = quoted(not_null.name or not_null_name(path))
    return Statement(
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {actual}",
        frozenset({Hazard.MAY_FAIL, Hazard.SCAN}),
    )


def _is_there_before(constraint: CatalogObject, context: Context) -> bool:
    """Whether a constraint, or a column's NOT NULL, does not come down from this plan's columns."""
    table = constraint.parent
    made = constraint.facts
    inherits = isinstance(made, facts.Column) and made.not_null and made.not_null.inherited
    if not inherits or table is None or context.source.get(constraint.identity) == constraint:
        return True
    if table in context.source:
        return table in context.loose
    return not any(
        isinstance(place := part.facts, facts.Inheritance)
        and (place.bound is None or same_columns(table, place.parent, context))
        for part in context.target_children.get(table, ())
    )
