"""Casts and conversions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pgplumb.planner.handler import Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import literal, qualified, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_routines import Cast, Conversion

_METHODS: Final = {"f": "WITH FUNCTION", "i": "WITH INOUT", "b": "WITHOUT FUNCTION"}
_CONTEXTS: Final = {"e": "", "a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}


class CastHandler(PlainHandler):
    """A cast."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE CAST."""
        made: Cast = facts_of(item)
        function = f" {made.function}" if made.function else ""
        return [
            Statement(
                f"CREATE {reference(item.identity)} {_METHODS[made.method]}{function}"
                f"{_CONTEXTS[made.context]}"
            )
        ]


class ConversionHandler(PlainHandler):
    """A conversion."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE CONVERSION."""
        made: Conversion = facts_of(item)
        default = "DEFAULT " if made.default else ""
        return [
            Statement(
                f"CREATE {default}CONVERSION {qualified(item.identity.path)}"
                f" FOR {literal(made.from_encoding)} TO {literal(made.to_encoding)}"
                f" FROM {made.function}"
            )
        ]
