"""Procedural languages and transforms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import qualified, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_routines import Language, Transform


class LanguageHandler(PlainHandler):
    """A procedural language."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE LANGUAGE."""
        return [_language("CREATE", item)]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE."""
        return Alteration([_language("CREATE OR REPLACE", after)])


def _language(verb: str, item: CatalogObject) -> Statement:
    made: Language = facts_of(item)
    trusted = "TRUSTED " if made.trusted else ""
    words = [f"{verb} {trusted}LANGUAGE {qualified(item.identity.path)} HANDLER {made.handler}"]
    if made.inline:
        words.append(f"INLINE {made.inline}")
    if made.validator:
        words.append(f"VALIDATOR {made.validator}")
    return Statement(" ".join(words))


class TransformHandler(PlainHandler):
    """A transform."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TRANSFORM."""
        return [_transform("CREATE", item)]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE."""
        return Alteration([_transform("CREATE OR REPLACE", after)])


def _transform(verb: str, item: CatalogObject) -> Statement:
    made: Transform = facts_of(item)
    functions = {"FROM": made.from_sql, "TO": made.to_sql}
    clauses = ", ".join(
        f"{word} SQL WITH FUNCTION {function}" for word, function in functions.items() if function
    )
    return Statement(f"{verb} {reference(item.identity)} ({clauses})")
