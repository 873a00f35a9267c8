"""Extended statistics."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts import Statistics


class StatisticsHandler(PlainHandler):
    """A statistics object."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE STATISTICS, and its target where it is not the columns'."""
        made: Statistics = facts_of(item)
        kinds = f" ({', '.join(made.kinds)})" if made.kinds else ""
        what = [*map(quoted, made.columns), *(f"({reparsable(each)})" for each in made.expressions)]
        table = qualified(item.parent.path) if item.parent else ""
        sql = f"CREATE {reference(item.identity)}{kinds} ON {', '.join(what)} FROM {table}"
        return [Statement(sql), *([_target(item)] if made.target is not None else [])]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP STATISTICS; no query is written for them."""
        return [Statement(f"DROP {reference(item.identity)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """SET STATISTICS."""
        if replace(facts_of(before), target=facts_of(after).target) != after.facts:
            return None
        return Alteration([_target(after)])


def _target(item: CatalogObject) -> Statement:
    made: Statistics = facts_of(item)
    target = -1 if made.target is None else made.target
    return Statement(f"ALTER {reference(item.identity)} SET STATISTICS {target}")
