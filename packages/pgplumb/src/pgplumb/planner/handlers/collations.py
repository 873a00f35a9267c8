"""Collations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import literal, qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot.facts import Column
from pgplumb.snapshot.model import CatalogObject, Kind

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
        """A collation can't be changed; columns are led from the old one to a new one."""
        dependents = context.source_dependents.get(after.identity, ())
        columns = [context.source[each] for each in dependents if each.kind is Kind.COLUMN]
        kept = [
            column
            for column in columns
            if column.identity in context.target
            and isinstance(column.facts, Column)
            and column.facts.generated is None
        ]
        if not kept:
            return None
        name, schema = qualified(after.identity.path), after.identity.path[0]
        old = qualified((schema, f"{after.identity.path[1][:50]}__old"))
        statements = [
            Statement(f"ALTER {reference(after.identity)} RENAME TO {old.rpartition('.')[2]}"),
            Statement(_creation(after)),
        ]
        for column in kept:
            made: Column = facts_of(column)
            if made.local:
                field = quoted(column.identity.path[-1])
                statements.append(
                    alter_table(
                        qualified(column.identity.path[:-1]),
                        f"ALTER COLUMN {field} TYPE {made.type} COLLATE {name}",
                        Hazard.SCAN,
                        Hazard.BLOCKS_READS,
                        Hazard.MAY_FAIL,
                    )
                )
        statements.append(Statement(f"DROP COLLATION {old}"))
        others = [each for each in dependents if each.kind is not Kind.TABLE]
        rebuilt = [each for each in others if each not in {column.identity for column in kept}]
        for column in kept:
            rebuilt += (
                each
                for each in context.source_dependents.get(column.identity, ())
                if each.kind
                in {
                    Kind.VIEW,
                    Kind.MATERIALIZED_VIEW,
                    Kind.RULE,
                    Kind.POLICY,
                    Kind.TRIGGER,
                    Kind.FUNCTION,
                    Kind.COLUMN,
                    Kind.PUBLICATION_TABLE,
                }
            )
        return Alteration(statements, rebuilt=rebuilt)


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
