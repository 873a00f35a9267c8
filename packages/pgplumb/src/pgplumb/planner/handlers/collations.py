"""Collations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import literal, quoted, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_types import Collation


class CollationHandler(PlainHandler):
    """A collation."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE COLLATION."""
        return [Statement(_creation(item))]


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
