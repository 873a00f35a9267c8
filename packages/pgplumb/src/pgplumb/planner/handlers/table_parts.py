"""Triggers, rules and policies."""

from collections.abc import Sequence
from typing import Final

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject

STATES: Final = {
    "O": "ENABLE",
    "D": "DISABLE",
    "R": "ENABLE REPLICA",
    "A": "ENABLE ALWAYS",
}
_COMMANDS: Final = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}


def _state(item: CatalogObject, word: str) -> Statement:
    path = item.identity.path
    return Statement(
        f"ALTER TABLE {qualified(path[:-1])} {STATES[facts_of(item).enabled]} {word}"
        f" {quoted(path[-1])}"
    )


class TriggerHandler(Handler):
    """A trigger."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TRIGGER, and its state where it is not simply enabled."""
        made: facts.Trigger = facts_of(item)
        state = [_state(item, "TRIGGER")] if made.enabled != "O" else []
        if item.implied_by is not None:
            return []
        return [Statement(reparsable(made.definition)), *state]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TRIGGER."""
        if item.implied_by is not None:
            return []
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE where it is not a constraint trigger; its state."""
        old: facts.Trigger = facts_of(before)
        new: facts.Trigger = facts_of(after)
        statements: list[Statement] = []
        if old.definition != new.definition and after.implied_by is None:
            plain = "CREATE TRIGGER "
            if not (old.definition.startswith(plain) and new.definition.startswith(plain)):
                return None
            replaced = new.definition.replace(plain, "CREATE OR REPLACE TRIGGER ", 1)
            statements.append(Statement(reparsable(replaced)))
        if old.enabled != new.enabled:
            statements.append(_state(after, "TRIGGER"))
        return Alteration(statements)


class RuleHandler(Handler):
    """A rewrite rule."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE RULE, and its state where it is not simply enabled."""
        made: facts.Rule = facts_of(item)
        state = [_state(item, "RULE")] if made.enabled != "O" else []
        return [Statement(reparsable(made.definition.rstrip(";"))), *state]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP RULE."""
        return [Statement(f"DROP {reference(item.identity)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE; its state."""
        old: facts.Rule = facts_of(before)
        new: facts.Rule = facts_of(after)
        statements: list[Statement] = []
        if old.definition != new.definition:
            replaced = new.definition.replace("CREATE RULE ", "CREATE OR REPLACE RULE ", 1)
            statements.append(Statement(reparsable(replaced.rstrip(";"))))
        if old.enabled != new.enabled:
            statements.append(_state(after, "RULE"))
        return Alteration(statements)


class PolicyHandler(Handler):
    """A row-level security policy."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE POLICY."""
        made: facts.Policy = facts_of(item)
        path = item.identity.path
        words = [f"CREATE POLICY {quoted(path[-1])} ON {qualified(path[:-1])}"]
        if not made.permissive:
            words.append("AS RESTRICTIVE")
        if made.command != "*":
            words.append(f"FOR {_COMMANDS[made.command]}")
        if made.roles != ("",):
            words.append(f"TO {_roles(made)}")
        words += _conditions(made)
        return [Statement(" ".join(words))]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP POLICY."""
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER POLICY, which can't change the command nor take a condition away."""
        old: facts.Policy = facts_of(before)
        new: facts.Policy = facts_of(after)
        if (old.permissive, old.command) != (new.permissive, new.command):
            return None
        if (old.using and not new.using) or (old.check and not new.check):
            return None
        words = [f"ALTER {reference(after.identity)}"]
        if old.roles != new.roles:
            words.append(f"TO {_roles(new)}")
        if old.using != new.using and new.using:
            words.append(f"USING ({reparsable(new.using)})")
        if old.check != new.check and new.check:
            words.append(f"WITH CHECK ({reparsable(new.check)})")
        return Alteration([Statement(" ".join(words))] if len(words) > 1 else [])


def _roles(made: facts.Policy) -> str:
    return ", ".join(quoted(role) if role else "PUBLIC" for role in made.roles)


def _conditions(made: facts.Policy) -> list[str]:
    words: list[str] = []
    if made.using is not None:
        words.append(f"USING ({reparsable(made.using)})")
    if made.check is not None:
        words.append(f"WITH CHECK ({reparsable(made.check)})")
    return words
