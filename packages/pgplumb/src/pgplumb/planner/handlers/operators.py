"""Operators, operator families and classes, access methods."""

from collections.abc import Iterator, Sequence
from typing import Final

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler, bracketed
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.facts_operators import AccessMethod, Operator, OperatorClass, OperatorFamily
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

_CAN_LINK: Final = 170000
"""Since PostgreSQL 17, ALTER OPERATOR says what an operator's counterparts are."""


class AccessMethodHandler(PlainHandler):
    """An access method."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE ACCESS METHOD."""
        made: AccessMethod = facts_of(item)
        kind = "INDEX" if made.type == "i" else "TABLE"
        return [Statement(f"CREATE {reference(item.identity)} TYPE {kind} HANDLER {made.handler}")]


class OperatorHandler(PlainHandler):
    """An operator."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE OPERATOR. A counterpart that is not there yet becomes a mere name till it is."""
        made: Operator = facts_of(item)
        schema, name, types = item.identity.path
        clauses = [f"FUNCTION = {made.function}"]
        for side, operand in zip(("LEFTARG", "RIGHTARG"), _operands(types), strict=True):
            clauses += [f"{side} = {operand}"] if operand != "NONE" else []
        clauses += _counterparts(made)
        clauses += [f"RESTRICT = {made.restrict}"] if made.restrict else []
        clauses += [f"JOIN = {made.join}"] if made.join else []
        clauses += ["HASHES"] if made.hashes else []
        clauses += ["MERGES"] if made.merges else []
        return [Statement(f"CREATE OPERATOR {quoted(schema)}.{name} {bracketed(clauses)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER OPERATOR ... SET, which can add counterparts and abilities but not take them."""
        old: Operator = facts_of(before)
        new: Operator = facts_of(after)
        if old.function != new.function:
            return None
        changes: list[str] = []
        for word, one, other in (
            ("COMMUTATOR", old.commutator, new.commutator),
            ("NEGATOR", old.negator, new.negator),
        ):
            if one == other or _is_linked_elsewhere(one, other, word, after, context):
                continue
            if one is not None or not _can_link(context):
                return None
            changes.append(f"{word} = OPERATOR({other})")
        changes += [
            f"{word} = {function or 'NONE'}"
            for word, was, function in (
                ("RESTRICT", old.restrict, new.restrict),
                ("JOIN", old.join, new.join),
            )
            if was != function
        ]
        for word, could, can in (
            ("HASHES", old.hashes, new.hashes),
            ("MERGES", old.merges, new.merges),
        ):
            if could != can:
                if could or not _can_link(context):
                    return None
                changes.append(word)
        if not changes:
            return Alteration()
        return Alteration(
            [Statement(f"ALTER {reference(after.identity)} SET ({', '.join(changes)})")]
        )


def _can_link(context: Context) -> bool:
    return context.source.server_version >= _CAN_LINK


def _is_linked_elsewhere(
    before: str | None, after: str | None, word: str, item: CatalogObject, context: Context
) -> bool:
    """Whether dropping or creating the counterpart itself sets the link on this side, too."""
    left, right = _operands(item.identity.path[2])
    types = f"{right}, {left}" if word == "COMMUTATOR" else f"{left}, {right}"

    def found(name: str | None) -> Identity | None:
        schema, _, symbol = (name or "").partition(".")
        # Names of schemas that are quoted are left to be made anew.
        return Identity(Kind.OPERATOR, (schema, symbol, types)) if name else None

    old, new = found(before), found(after)
    loses = old is None or (old in context.source and old not in context.target)
    gains = new is None or (new in context.target and new not in context.source)
    return loses and gains


def _operands(types: str) -> tuple[str, str]:
    """The two types of `left, right`; a comma inside quotes is part of a name."""
    parts = types.split(", ")
    for number in range(1, len(parts)):
        left = ", ".join(parts[:number])
        if left.count('"') % 2 == 0:
            return left, ", ".join(parts[number:])
    raise ValueError(types)


def _counterparts(made: Operator) -> Iterator[str]:
    if made.commutator:
        yield f"COMMUTATOR = OPERATOR({made.commutator})"
    if made.negator:
        yield f"NEGATOR = OPERATOR({made.negator})"


class OperatorFamilyHandler(PlainHandler):
    """An operator family, with the members that belong to none of its classes."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE OPERATOR FAMILY, ALTER OPERATOR FAMILY ... ADD."""
        made: OperatorFamily = facts_of(item)
        family = reference(item.identity)
        creation = Statement(f"CREATE {family}")
        members = [member.definition for member in made.members]
        return [creation, _add(family, members)] if members else [creation]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER OPERATOR FAMILY ... DROP and ADD."""
        old: OperatorFamily = facts_of(before)
        new: OperatorFamily = facts_of(after)
        family = reference(after.identity)
        statements: list[Statement] = []
        gone = [member.slot for member in old.members if member not in new.members]
        added = [member.definition for member in new.members if member not in old.members]
        if gone:
            statements.append(Statement(f"ALTER {family} DROP\n    " + ",\n    ".join(gone)))
        if added:
            statements.append(_add(family, added))
        return Alteration(statements)


def _add(family: str, members: Sequence[str]) -> Statement:
    return Statement(f"ALTER {family} ADD\n    " + ",\n    ".join(members))


class OperatorClassHandler(PlainHandler):
    """An operator class, with the members that belong to it."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE OPERATOR CLASS."""
        made: OperatorClass = facts_of(item)
        *name, access_method = item.identity.path
        default = " DEFAULT" if made.default else ""
        lines = [member.definition for member in made.members]
        if made.storage or not lines:  # there has to be something
            lines.append(f"STORAGE {made.storage or made.type}")
        listed = ",\n    ".join(lines)
        return [
            Statement(
                f"CREATE OPERATOR CLASS {qualified(name)}{default} FOR TYPE {made.type}"
                f" USING {quoted(access_method)} FAMILY {made.family} AS\n    {listed}"
            )
        ]
