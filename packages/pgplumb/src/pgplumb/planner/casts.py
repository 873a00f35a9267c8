"""How the values of a column get from one type to another.

Where the type keeps its name but is made anew (see aside), values go through their text; those of a
composite type attribute by attribute, because its text does not say which attribute is which.
"""

from dataclasses import dataclass
from typing import Final

from pgplumb.planner.aside import aside
from pgplumb.planner.handler import Context, facts_of
from pgplumb.planner.handlers.type_changes import using
from pgplumb.planner.names import qualified, quoted
from pgplumb.planner.statement import Statement
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

_FUNCTION: Final = "pg_temp.plumb_cast"


@dataclass(frozen=True, slots=True)
class Cast:
    """`using` is the expression of USING, None where PostgreSQL needs none.

    before and behind: statements that the ALTER TABLE stands between.
    """

    using: str | None = None
    before: tuple[Statement, ...] = ()
    behind: tuple[Statement, ...] = ()


def cast_of(before: CatalogObject, after: CatalogObject, context: Context) -> Cast:
    """How the values of a column are cast to its new type."""
    old: facts.Column = facts_of(before)
    new: facts.Column = facts_of(after)
    name = quoted(after.identity.path[-1])
    if after.identity in context.through_text:
        return Cast(f"{name}::text::{new.type}")
    if old.type != new.type:
        return Cast(f"{name}::{new.type}" if using(old.type, new.type) else None)
    type_ = _renewed_type(before, context)
    if type_ is None:
        return Cast()
    if type_.identity.kind is not Kind.COMPOSITE or not _is_composite(type_.identity, context):
        return Cast(_scalar(name, type_, new.type, context))
    if not old.type.endswith("[]"):
        return Cast(_row(name, type_.identity, context))
    return _rows(name, type_, context)


def _renewed_type(item: CatalogObject, context: Context) -> CatalogObject | None:
    """The type of a column or attribute, if that is one that goes."""
    for identity in sorted(item.depends_on & context.renewed):
        if identity.kind is not Kind.COLLATION:
            return context.source[identity]
    return None


def _is_composite(identity: Identity, context: Context) -> bool:
    return identity in context.target and identity.kind is Kind.COMPOSITE


def _scalar(value: str, type_: CatalogObject, written: str, context: Context) -> str:
    if type_.identity.kind is Kind.DOMAIN and _renewed_type(type_, context) is None:
        return f"{value}::{written}"
    return f"{value}::text::{written}"


def _row(value: str, type_: Identity, context: Context) -> str:
    """A composite value made of another's attributes; NULL for those that it has not."""
    new: facts.Composite = facts_of(context.target[type_])
    values = ", ".join(_attribute(value, each, type_, context) for each in new.attributes)
    # IS NULL would be true of a row of NULLs, too.
    return (
        f"CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL"
        f" ELSE ROW({values})::{qualified(type_.path)} END"
    )


def _attribute(value: str, new: facts.Attribute, type_: Identity, context: Context) -> str:
    before = context.source.get(Identity(Kind.COLUMN, (*type_.path, new.name)))
    if before is None:
        return "NULL"
    old_type: str = facts_of(before).type
    field = f"({value}).{quoted(new.name)}"
    renewed = _renewed_type(before, context)
    if renewed is None or old_type != new.type:
        return f"{field}::{new.type}"
    if _is_composite(renewed.identity, context) and not old_type.endswith("[]"):
        return _row(field, renewed.identity, context)
    return _scalar(field, renewed, new.type, context)


def _rows(name: str, type_: CatalogObject, context: Context) -> Cast:
    """An array's elements one by one: USING takes no subquery, but it takes a function."""
    old, new = qualified(aside(type_).identity.path), qualified(type_.identity.path)
    element = _row("($1)[n]", type_.identity, context)
    rows = f"SELECT coalesce(array_agg({element} ORDER BY n), '{{}}')"
    rows += " FROM generate_subscripts($1, 1) AS n"
    create = (
        f"CREATE FUNCTION {_FUNCTION}({old}[]) RETURNS {new}[] LANGUAGE sql IMMUTABLE STRICT AS\n"
        f"$${rows}$$"
    )
    drop = f"DROP FUNCTION {_FUNCTION}({old}[])"
    return Cast(f"{_FUNCTION}({name})", (Statement(create),), (Statement(drop),))
