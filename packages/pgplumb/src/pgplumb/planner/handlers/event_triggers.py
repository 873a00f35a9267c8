"""Event triggers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.handlers.table_parts import STATES
from pgplumb.planner.names import literal, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_routines import EventTrigger


class EventTriggerHandler(PlainHandler):
    """An event trigger."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE EVENT TRIGGER, and its state where it is not simply enabled."""
        made: EventTrigger = facts_of(item)
        words = [f"CREATE {reference(item.identity)} ON {made.event}"]
        if made.tags:
            words.append(f"WHEN TAG IN ({', '.join(map(literal, made.tags))})")
        words.append(f"EXECUTE FUNCTION {made.function}()")
        state = [_state(item)] if made.enabled != "O" else []
        return [Statement(" ".join(words)), *state]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Its state."""
        old: EventTrigger = facts_of(before)
        new: EventTrigger = facts_of(after)
        if (old.event, old.tags, old.function) != (new.event, new.tags, new.function):
            return None
        return Alteration([_state(after)])


def _state(item: CatalogObject) -> Statement:
    return Statement(f"ALTER {reference(item.identity)} {STATES[facts_of(item).enabled]}")
