"""The statements that turn one snapshot into another, in an order that PostgreSQL takes.

Each object that is dropped, created or changed gives a step or two; what pg_depend says of both
ends orders them. The parts of a table come and go with the table's own step, unless that makes a
circle (two tables whose foreign keys point at each other).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pgplumb.planner.aside import aside, aside_statements
from pgplumb.planner.attributes import attribute_statements
from pgplumb.planner.decisions import Decisions, decide
from pgplumb.planner.edges import Edges
from pgplumb.planner.enum_labels import casts_to
from pgplumb.planner.handler import Alteration
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.planner.kinds import HOLDS_DATA, PARTS
from pgplumb.planner.merging import Merging
from pgplumb.planner.ordering import close_to, ordered
from pgplumb.planner.statement import Statement
from pgplumb.planner.steps import Edge, PlannedStatement, Step, Verb
from pgplumb.planner.unchecked import with_unchecked
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot


@dataclass(frozen=True, slots=True)
class Hints:
    """What PostgreSQL has taught about a plan when it ran.

    rebuild: objects to be dropped and made anew even where they could be changed in place.
    through_text: columns whose type changes by way of text.
    labels_first: new labels of enums come first and are committed before the rest uses them.
    moves: what brings columns into another order, from column_order.moves().
    unchecked: routines whose bodies PostgreSQL refuses, and what it says; they run, say, with a
    search_path that their database or their callers have.
    """

    rebuild: frozenset[Identity] = frozenset()
    through_text: frozenset[Identity] = frozenset()
    labels_first: bool = False
    moves: Mapping[Identity, Alteration] = field(default_factory=dict[Identity, Alteration])
    unchecked: Mapping[Identity, str] = field(default_factory=dict[Identity, str])


# In a circle these parts are taken out of their whole's step, the first kind first.
_LOOSE_PARTS: Final = (
    Kind.CONSTRAINT,
    Kind.DEFAULT,
    Kind.DOMAIN_CONSTRAINT,
    Kind.RULE,
    Kind.POLICY,
    Kind.INHERITANCE,
    Kind.COLUMN,
)
_KIND_ORDER: Final = {kind: number for number, kind in enumerate(Kind)}


def plan(source: Snapshot, target: Snapshot, hints: Hints | None = None) -> list[PlannedStatement]:
    """The statements that turn `source` into `target`, as far as the snapshots tell."""
    hints = hints or Hints()
    rebuild = set(hints.rebuild)
    while True:
        graph = _Graph(decide(source, target, rebuild, hints.through_text, hints.moves))
        planned = graph.solve()
        if planned is not None:
            enums = {each.step.identity for each in planned if each.statement.early}
            if hints.labels_first or casts_to(enums, source, target):
                planned = _labels_first(planned)
            return list(with_unchecked(planned, hints.unchecked))
        rebuild |= graph.stuck


def _labels_first(planned: list[PlannedStatement]) -> list[PlannedStatement]:
    early = [each for each in planned if each.statement.early]
    if not early:
        return planned
    last = replace(early.pop(), ends_transaction=True)
    return [*early, last, *(each for each in planned if not each.statement.early)]


class _Graph:
    """The steps of one set of decisions and their order."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._source = decisions.context.source
        self._target = decisions.context.target
        self._apart: set[Step] = set()
        self._merging = Merging(decisions, self._apart)
        self._edges = Edges(decisions, self._merging, self._apart)
        self._ignored: set[Edge] = set()
        self._soft = {*self._edges.of_bodies(), *self._edges.of_columns()}
        # PostgreSQL looks for what the body of an SQL function names when it is created.
        self._checked = {edge for edge in self._soft if self._is_sql_routine(edge[1].identity)}
        self.stuck: set[Identity] = set()
        """Objects that were to be altered, but have to be made anew for there to be an order."""

    def solve(self) -> list[PlannedStatement] | None:
        """The statements in order; None when `stuck` says what has to be made anew instead."""
        while True:
            merged = self._merging.merged()
            causes = sorted({*self._edges.hard(), *self._soft})
            steps = sorted(step for step in self._steps() if step not in merged)
            apart = len(self._apart)
            while len(self._apart) == apart:  # edges that are ignored change none of these
                edges = self._between(merged, causes)
                order, circle = ordered(steps, list(edges), _priority, self._group)
                if not circle:
                    order = self._closed_up(order, edges, merged)
                    return list(self._statements(order, merged))
                if not self._break(circle, edges):
                    return None

    def _closed_up(
        self, order: list[Step], edges: Collection[Edge], merged: Collection[Step]
    ) -> list[Step]:
        """The order with what is dropped and made anew side by side."""
        anew = ((step, self._made_anew(step)) for step in order)
        return close_to(
            order, edges, {one: made for one, made in anew if made and made not in merged}
        )

    def _group(self, step: Step) -> Identity:
        """What stands together: a table and its parts."""
        snapshot = self._source if step.verb is Verb.DROP else self._target
        whole = step.identity
        while whole.kind in PARTS and (parent := snapshot[whole].parent) is not None:
            whole = parent
        return whole

    def _made_anew(self, step: Step) -> Step | None:
        """The step that makes what this one drops, for parts of tables that the plan keeps."""
        identity = step.identity
        parent = self._target[identity].parent if identity in self._target else None
        anew = step.verb is Verb.DROP and identity in self._decisions.new
        if not anew or parent is None or parent in self._decisions.new:
            return None
        return Step(Verb.MAKE, identity)

    def _steps(self) -> Iterator[Step]:
        decisions = self._decisions
        yield from (Step(Verb.DROP, identity) for identity in decisions.gone)
        yield from (Step(Verb.ASIDE, identity) for identity in decisions.aside)
        yield from (Step(Verb.MAKE, identity) for identity in decisions.new)
        yield from (Step(Verb.MAKE, identity) for identity in decisions.altered)

    def _between(self, merged: dict[Step, Step], causes: list[Edge]) -> dict[Edge, list[Edge]]:
        """Which step has to come before which, with the single dependencies behind it."""
        edges: dict[Edge, list[Edge]] = {}
        for cause in causes:
            if cause in self._ignored:
                continue
            edge = merged.get(cause[0], cause[0]), merged.get(cause[1], cause[1])
            if edge[0] != edge[1]:
                edges.setdefault(edge, []).append(cause)
        return edges

    def _is_sql_routine(self, identity: Identity) -> bool:
        item = self._target.get(identity)
        made = None if item is None else item.facts
        return isinstance(made, facts.Routine) and made.language == "sql"

    def _break(self, circle: list[Step], edges: dict[Edge, list[Edge]]) -> bool:
        """Loosen one edge of the circle; false when an altered object has to be made anew."""
        around = list(zip(circle, [*circle[1:], circle[0]], strict=True))
        causes = [edges[edge] for edge in around]
        if self._ignore(causes, self._soft - self._checked):
            return True
        for kind in _LOOSE_PARTS:
            loose = {
                step
                for edge in around
                for cause in edges[edge]
                for step, end in zip(cause, edge, strict=True)
                if step != end and step.identity.kind is kind
            } - self._apart
            if loose:
                self._apart |= loose
                return True
        if self._ignore(causes, self._soft):
            return True
        for step in circle:
            if step.identity in self._decisions.altered and step.identity.kind not in HOLDS_DATA:
                self.stuck.add(step.identity)
                return False
        # PostgreSQL itself let these come about; running the plan will tell whether it matters.
        self._ignored |= set(edges[around[0]])
        return True

    def _ignore(self, causes: list[list[Edge]], soft: set[Edge]) -> bool:
        """Ignore what makes up one of the edges, where all of it is soft; says whether it was."""
        for cause in causes:
            if soft.issuperset(cause):
                self._ignored |= set(cause)
                return True
        return False

    def _statements(
        self, order: list[Step], merged: dict[Step, Step]
    ) -> Iterator[PlannedStatement]:
        parts: dict[Step, list[CatalogObject]] = {}
        for step in sorted(merged):
            if step.verb is Verb.MAKE:
                parts.setdefault(merged[step], []).append(self._target[step.identity])
        for step in order:
            harmless = step.verb is Verb.MAKE and self._is_part_of_new(step.identity)
            for statement in self._statements_of(step, parts.get(step, [])):
                calm = replace(statement, hazards=frozenset()) if harmless else statement
                yield PlannedStatement(step, calm)

    def _is_part_of_new(self, identity: Identity) -> bool:
        """Whether it belongs to an object that the plan creates: nobody uses that yet."""
        parent = self._target[identity].parent
        while parent is not None:
            if parent in self._decisions.new:
                return True
            parent = self._target[parent].parent
        return False

    def _statements_of(self, step: Step, parts: list[CatalogObject]) -> Iterator[Statement]:
        context = self._decisions.context
        if step.verb is Verb.ASIDE:
            own = (item for item in self._source if item.parent == step.identity)
            yield from aside_statements(self._source[step.identity], own)
            return
        if step.verb is Verb.DROP:
            item = self._source[step.identity]
            if step.identity in self._decisions.aside:
                item = aside(item)
            yield from handler_of(item).drop(item, context)
            return
        item = self._target[step.identity]
        alteration = self._decisions.altered.get(step.identity)
        if alteration is not None:
            yield from alteration.statements
            yield from attribute_statements(self._source[step.identity], item, context)
            for each in parts:
                yield from attribute_statements(None, each, context)
            return
        yield from handler_of(item).create(item, parts, context)
        for each in (item, *parts):
            yield from attribute_statements(None, each, context)


def _priority(step: Step) -> tuple[int, int, tuple[str, ...]]:
    """Drops first, the last kind of all first; then the rest in the order of the kinds."""
    number = _KIND_ORDER[step.identity.kind]
    return (
        int(step.verb),
        -number if step.verb is Verb.DROP else number,
        step.identity.path,
    )
