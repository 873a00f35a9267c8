"""Collations."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.planner.attributes import attribute_statements
from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.columns import IN_THE_WAY_OF_TYPE
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.handlers.types import DomainHandler
from pgplumb.planner.names import literal, qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot.facts import Column
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_types import Collation


class CollationHandler(PlainHandler):
    """A collation."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE COLLATION."""
        return [Statement(_creation(item))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """A collation can't be changed: columns and domains are led from the old to a new one."""
        dependents = context.source_dependents.get(after.identity, ())
        columns = [each for each in dependents if _keeps_values(each, context)]
        if not columns or any(each.kind is Kind.TABLE for each in dependents):
            return None  # also where it orders the partitions of a table
        schema, name = after.identity.path
        old = f"{name[:50]}__old"
        statements = [
            Statement(f"ALTER {reference(after.identity)} RENAME TO {quoted(old)}"),
            Statement(_creation(after)),
            *attribute_statements(None, after, context),
        ]
        rebuilt: list[Identity] = []
        for each in dependents:
            if each.kind is Kind.DOMAIN and each in context.target:
                swap = _swapped(context.target[each], context)
                statements += swap.statements
                rebuilt += swap.rebuilt
            elif each not in columns:
                rebuilt.append(each)
        collation = qualified(after.identity.path)
        for each in columns:
            made: Column = facts_of(context.source[each])
            if made.collation == collation:  # otherwise it is its type's
                rebuilt += _in_the_way(each, context)
            if made.collation == collation and made.local:
                statements.append(
                    alter_table(
                        qualified(each.path[:-1]),
                        f"ALTER COLUMN {quoted(each.path[-1])} TYPE {made.type} COLLATE {collation}",
                        Hazard.SCAN,
                        Hazard.BLOCKS_READS,
                        Hazard.MAY_FAIL,
                    )
                )
        statements.append(Statement(f"DROP COLLATION {qualified((schema, old))}"))
        return Alteration(statements, rebuilt=rebuilt)


def _swapped(domain: CatalogObject, context: Context) -> Alteration:
    """What takes the columns of a domain to a new one, and all that has to step aside for it."""
    swap = DomainHandler().swap(domain, context)
    users = (
        each
        for each in context.source_dependents.get(domain.identity, ())
        if each.kind in swap.blocked_by
    )
    return replace(swap, rebuilt=[*swap.rebuilt, *users])


def _keeps_values(identity: Identity, context: Context) -> bool:
    column = context.source[identity].facts
    return isinstance(column, Column) and column.generated is None and identity in context.target


def _in_the_way(column: Identity, context: Context) -> Iterator[Identity]:
    for each in context.source_dependents.get(column, ()):
        if each.kind in IN_THE_WAY_OF_TYPE:
            yield each


def _creation(item: CatalogObject) -> str:
    made: Collation = facts_of(item)
    clauses = [f"provider = {quoted(made.provider)}"]
    if not made.deterministic:
        clauses.append("deterministic = false")
    if made.locale is not None:
        clauses.append(f"locale = {literal(made.locale)}")
    if made.collate is not None:
        clauses.append(f"lc_collate = {literal(made.collate)}")
    if made.character_type is not None:
        clauses.append(f"lc_ctype = {literal(made.character_type)}")
    if made.rules is not None:
        clauses.append(f"rules = {literal(made.rules)}")
    return f"CREATE {reference(item.identity)} ({', '.join(clauses)})"
