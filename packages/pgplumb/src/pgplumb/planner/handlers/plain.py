"""What kinds of objects with nothing special about them have in common."""

from collections.abc import Iterable, Sequence

from pgplumb.planner.handler import Context, Handler
from pgplumb.planner.names import reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import CatalogObject


class PlainHandler(Handler):
    """A kind that is dropped by its name. All but some changes make an object anew."""

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP."""
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]


def bracketed(clauses: Iterable[str]) -> str:
    """Clauses in parentheses, each on a line of its own."""
    lines = ",\n    ".join(clauses)
    return f"(\n    {lines}\n)"
