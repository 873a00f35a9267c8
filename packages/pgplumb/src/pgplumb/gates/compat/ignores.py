"""Comments in new migrations that silence the gate: -- plumb:ignore compat GetCar -- why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgplumb.gates.findings import Finding, Place, Rule, Severity
from pgplumb.gates.new_migrations import Migration
from pgplumb.gates.query_ignores import Ignore, ignores_in
from pgplumb.postgres.locations import location_of


@dataclass(frozen=True, slots=True)
class _Written:
    """A comment and the migration that it is in."""

    ignore: Ignore
    migration: Migration

    @property
    def place(self) -> Place:
        line, column = location_of(self.migration.text, self.ignore.start + 1).split(":")
        return Place(self.migration.path, int(line), int(column))


class Silencer:
    """The comments of migrations that are for a gate: its name, then queries, or none for all."""

    def __init__(self, gate: str, migrations: Sequence[Migration]) -> None:
        self._gate = gate
        self._written = [
            _Written(ignore, migration)
            for migration in migrations
            for ignore in ignores_in(migration.text)
            if ignore.words[:1] == (gate,) or not ignore.words
        ]

    def silences(self, rule: str, query: str) -> bool:
        """Whether a comment is for this query; by its name, or for all. `rule` may be named."""
        found = [
            each.ignore
            for each in self._written
            if each.ignore.words
            and (len(each.ignore.words) == 1 or {rule, query} & {*each.ignore.words[1:]})
        ]
        for ignore in found:
            ignore.used = True
        return bool(found)

    def complaints(self) -> Iterator[Finding]:
        """What is wrong with the comments: no reason, or nothing to silence."""
        unexplained = Rule(
            self._gate,
            "ignore-without-reason",
            "Whoever reads this later can't tell a decision from a way around the check.",
            f"Say why behind two dashes: -- plumb:ignore {self._gate} GetCar -- nobody calls it",
        )
        unused = Rule(
            self._gate,
            "unused-ignore",
            "An ignore that ignores nothing hides the next mistake.",
            "Take it out.",
            Severity.WARNING,
        )
        for each in self._written:
            ignore = each.ignore
            if not ignore.has_reason or not ignore.words:
                yield unexplained.finding(f"`{ignore.text}` gives no reason", place=each.place)
            elif not ignore.used:
                yield unused.finding(f"`{ignore.text}` silences nothing", place=each.place)
