"""Bringing the columns of a table into another order.

PostgreSQL adds columns at the end and moves none. Where the order is to be the same, too, the
columns behind the first one out of place are made anew behind it, in order, with their values:
one rewrite of the table. What depends on them is dropped before and made anew behind it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.planner.attributes import attribute_statements
from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.columns import (
    afterwards,
    column_definition,
    goes_on,
    identity_clause,
)
from pgplumb.planner.handlers.inherited_columns import is_own
from pgplumb.planner.handlers.not_nulls import not_null_clause
from pgplumb.planner.names import qualified, quoted
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot


@dataclass(frozen=True, slots=True)
class OrderDifference:
    """A table whose columns are the same, but not in the same order."""

    table: Identity
    before: tuple[str, ...]
    after: tuple[str, ...]


def order_differences(source: Snapshot, target: Snapshot) -> list[OrderDifference]:
    """The tables whose columns stand in another order; those with other columns are left out."""
    found: list[OrderDifference] = []
    one, other = _columns(source), _columns(target)
    for table, columns in one.items():
        before = tuple(column.identity.path[-1] for column in columns)
        after = tuple(column.identity.path[-1] for column in other.get(table, ()))
        if before != after and sorted(before) == sorted(after):
            found.append(OrderDifference(table, before, after))
    return found


def movable(table: Identity, columns: Iterable[CatalogObject], snapshot: Snapshot) -> bool:
    """Whether these columns of a table can be moved: all of them are its own, and its alone."""
    if table.kind is not Kind.TABLE:
        return False
    if any(
        isinstance(item.facts, facts.Inheritance)
        and (item.facts.parent == table or (item.parent == table and item.facts.bound))
        for item in snapshot
    ):
        return False
    return all(map(is_own, columns))


def moves(source: Snapshot, target: Snapshot) -> dict[Identity, Alteration]:
    """The alterations that bring the columns of `source` into the order they have in `target`.

    The two are equal but for the order.
    """
    dependents = source.dependents()
    context = Context(source, target, target.children(), dependents)
    children = source.children()
    found: dict[Identity, Alteration] = {}
    for difference in order_differences(source, target):
        moved = [
            source[Identity(Kind.COLUMN, (*difference.table.path, name))]
            for name in _to_move(difference, source)
        ]
        if not movable(difference.table, moved, source):
            continue
        own = {column.identity for column in moved}
        rebuilt = {
            each
            for column in own
            for each in (
                *dependents.get(column, ()),
                *(part.identity for part in children.get(column, ())),
            )
        } - own
        statements = list(_statements(difference.table, moved, context))
        found[moved[0].identity] = Alteration(statements, rebuilt=sorted(rebuilt))
    return found


def _to_move(difference: OrderDifference, source: Snapshot) -> Sequence[str]:
    """The columns to be made anew, in their order; those that stay are a prefix of the target."""
    stay: list[str] = []
    place = -1
    for name in difference.after:
        if difference.before.index(name) < place:
            break
        place = difference.before.index(name)
        stay.append(name)
    # A generated column goes with those that it is computed from.
    while True:
        moved = difference.after[len(stay) :]
        paths = {(*difference.table.path, name) for name in moved}
        computed = next(
            (
                number
                for number, name in enumerate(stay)
                for needed in source[
                    Identity(Kind.COLUMN, (*difference.table.path, name))
                ].depends_on
                if needed.kind is Kind.COLUMN and needed.path in paths
            ),
            None,
        )
        if computed is None:
            return moved
        del stay[computed:]


def _statements(
    table: Identity, moved: Sequence[CatalogObject], context: Context
) -> Iterator[Statement]:
    name = qualified(table.path)
    copied = [column for column in moved if facts_of(column).generated is None]
    aside = {column.identity: quoted(f"{column.identity.path[-1][:50]}__moved") for column in moved}
    for column in moved:
        old = quoted(column.identity.path[-1])
        yield Statement(f"ALTER TABLE {name} RENAME COLUMN {old} TO {aside[column.identity]}")
    yield _alter(name, (f"ADD COLUMN {_bare(column)}" for column in moved))
    if copied:
        # ALTER COLUMN ... TYPE ... USING copies without firing triggers (manual, ALTER TABLE).
        yield _alter(
            name,
            (
                f"ALTER COLUMN {quoted(column.identity.path[-1])} TYPE {facts_of(column).type}"
                f" USING {aside[column.identity]}"
                for column in copied
            ),
        ).with_hazards(Hazard.REWRITE, Hazard.BLOCKS_READS)
    generated = [column for column in moved if facts_of(column).generated is not None]
    dropped = [*generated, *copied]
    yield _alter(name, (f"DROP COLUMN {aside[column.identity]}" for column in dropped))
    rest = [action for column in copied for action in _settings(column)]
    rest += [action for column in generated for action in afterwards(column)]
    if rest:
        yield _alter(name, rest)
    for column in copied:
        if facts_of(column).identity is not None:
            yield goes_on(column.identity, facts_of(column).identity.options)
    for column in moved:
        yield from attribute_statements(None, column, context)


def _bare(column: CatalogObject) -> str:
    """The column without what its values have to meet: those come afterwards."""
    made: facts.Column = facts_of(column)
    if made.generated is not None:
        return column_definition(column, None)
    collation = f" COLLATE {made.collation}" if made.collation else ""
    return f"{quoted(column.identity.path[-1])} {made.type}{collation}"


def _settings(column: CatalogObject) -> Iterator[str]:
    made: facts.Column = facts_of(column)
    name = quoted(column.identity.path[-1])
    if made.not_null is not None and made.not_null.valid:
        if made.not_null.name or made.not_null.no_inherit:
            yield f"ADD {not_null_clause(column.identity.path[-1], made.not_null)}"
        else:
            yield f"ALTER COLUMN {name} SET NOT NULL"
    if made.identity is not None:
        yield f"ALTER COLUMN {name} ADD {identity_clause(column, made.identity)}"
    yield from afterwards(column)


def _alter(table: str, actions: Iterable[str]) -> Statement:
    return Statement(f"ALTER TABLE {table}\n    " + ",\n    ".join(actions))


def _columns(snapshot: Snapshot) -> Mapping[Identity, list[CatalogObject]]:
    found: dict[Identity, list[CatalogObject]] = {}
    for item in snapshot:
        if isinstance(item.facts, facts.Column) and item.parent is not None:
            found.setdefault(item.parent, []).append(item)
    for columns in found.values():
        columns.sort(key=lambda column: column.position)
    return found
