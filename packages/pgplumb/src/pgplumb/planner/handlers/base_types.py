"""Base types."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler, bracketed
from pgplumb.planner.handlers.routines import RoutineHandler
from pgplumb.planner.names import literal, qualified
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.facts_types import BaseType
from pgplumb.snapshot.model import ROUTINES, CatalogObject

_ALIGNMENTS: Final = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
_STORAGES: Final = {"p": "plain", "e": "external", "x": "extended", "m": "main"}
# What ALTER TYPE ... SET can change, and its words for it.
_CHANGEABLE: Final = {
    "receive": "RECEIVE",
    "send": "SEND",
    "modifier_input": "TYPMOD_IN",
    "modifier_output": "TYPMOD_OUT",
    "analyze": "ANALYZE",
    "subscript": "SUBSCRIPT",
    "storage": "STORAGE",
}


class ShellTypeHandler(PlainHandler):
    """A type that has a name and nothing else yet."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TYPE without anything."""
        return [_shell(item)]


class BaseTypeHandler(PlainHandler):
    """A base type. Its functions and the type need each other, so they come and go as one."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """The functions that take the type or give it."""
        return part.identity.kind in ROUTINES

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """The name alone, the functions that need it, then the type that needs them."""
        functions = RoutineHandler()
        return [
            _shell(item),
            *(
                statement
                for part in parts
                if part.identity.kind in ROUTINES
                for statement in functions.create(part, (), context)
            ),
            Statement(
                f"CREATE TYPE {qualified(item.identity.path)} {bracketed(_clauses(facts_of(item)))}"
            ),
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TYPE, with CASCADE for its functions: all else that needs it is gone before."""
        return [
            Statement(
                f"DROP TYPE {qualified(item.identity.path)} CASCADE",
                frozenset({Hazard.BREAKS_CODE}),
            )
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER TYPE ... SET, for what does not change how values are stored."""
        old: BaseType = facts_of(before)
        new: BaseType = facts_of(after)
        changes = {
            each.name: getattr(new, each.name)
            for each in fields(new)
            if getattr(old, each.name) != getattr(new, each.name)
        }
        if not changes.keys() <= _CHANGEABLE.keys() or changes.get("storage") == "p":
            return None
        if "storage" in changes:
            changes["storage"] = _STORAGES[new.storage]
        listed = ", ".join(
            f"{_CHANGEABLE[name]} = {value or 'NONE'}" for name, value in changes.items()
        )
        return Alteration(
            [Statement(f"ALTER TYPE {qualified(after.identity.path)} SET ({listed})")]
        )


def _shell(item: CatalogObject) -> Statement:
    return Statement(f"CREATE TYPE {qualified(item.identity.path)}")


def _clauses(made: BaseType) -> Iterator[str]:
    yield f"INPUT = {made.input}"
    yield f"OUTPUT = {made.output}"
    functions = {
        "RECEIVE": made.receive,
        "SEND": made.send,
        "TYPMOD_IN": made.modifier_input,
        "TYPMOD_OUT": made.modifier_output,
        "ANALYZE": made.analyze,
        "SUBSCRIPT": made.subscript,
    }
    yield from (f"{word} = {name}" for word, name in functions.items() if name)
    yield f"INTERNALLENGTH = {'VARIABLE' if made.length < 0 else made.length}"
    if made.by_value:
        yield "PASSEDBYVALUE"
    yield f"ALIGNMENT = {_ALIGNMENTS[made.alignment]}"
    yield f"STORAGE = {_STORAGES[made.storage]}"
    if made.category != "U":
        yield f"CATEGORY = {literal(made.category)}"
    if made.preferred:
        yield "PREFERRED = true"
    if made.default is not None:
        yield f"DEFAULT = {literal(made.default)}"
    if made.element:
        yield f"ELEMENT = {made.element}"
    if made.delimiter != ",":
        yield f"DELIMITER = {literal(made.delimiter)}"
    if made.collatable:
        yield "COLLATABLE = true"
