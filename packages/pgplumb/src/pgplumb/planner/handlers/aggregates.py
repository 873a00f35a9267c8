"""Aggregates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler, bracketed
from pgplumb.planner.names import qualified
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_routines import Aggregate


class AggregateHandler(PlainHandler):
    """An aggregate."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE AGGREGATE."""
        return [_aggregate("CREATE AGGREGATE", item)]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE, which keeps names of arguments, kind and result."""
        old: Aggregate = facts_of(before)
        new: Aggregate = facts_of(after)
        if (old.signature, old.result, old.kind) != (new.signature, new.result, new.kind):
            return None
        return Alteration([_aggregate("CREATE OR REPLACE AGGREGATE", after)])


def _aggregate(verb: str, item: CatalogObject) -> Statement:
    made: Aggregate = facts_of(item)
    name = qualified(item.identity.path[:-1])
    return Statement(f"{verb} {name}({made.signature}) {bracketed(made.clauses)}")
