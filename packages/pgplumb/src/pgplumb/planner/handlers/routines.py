"""Functions and procedures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.names import reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot import facts

# Where a body that is a string begins, as pg_get_functiondef() writes it.
_BODY: Final = "\nAS "


class RoutineHandler(Handler):
    """A function or procedure. PostgreSQL writes it as CREATE OR REPLACE."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE FUNCTION."""
        definition = _reparsable(facts_of(item).definition)
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
        return Alteration([Statement(_reparsable(new.definition))])


def _reparsable(definition: str) -> str:
    """The definition with what PostgreSQL has parsed of it: all but a body that is a string."""
    head, as_string, body = definition.partition(_BODY)
    return reparsable(head) + as_string + body
