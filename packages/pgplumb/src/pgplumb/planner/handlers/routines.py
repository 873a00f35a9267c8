"""Functions and procedures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.names import reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot import facts


class RoutineHandler(Handler):
    """A function or procedure. PostgreSQL writes it as CREATE OR REPLACE."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE FUNCTION."""
        definition: str = facts_of(item).definition
        return [Statement(definition.replace("CREATE OR REPLACE ", "CREATE ", 1))]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP FUNCTION."""
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE, which keeps names of arguments, defaults and the result's type."""
        old: facts.Routine = facts_of(before)
        new: facts.Routine = facts_of(after)
        if (old.arguments, old.result, old.kind) != (new.arguments, new.result, new.kind):
            return None
        if new.defaults < old.defaults:
            return None
        return Alteration([Statement(new.definition)])
