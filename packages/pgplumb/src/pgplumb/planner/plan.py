"""The statements that turn one snapshot into another, in an order that PostgreSQL takes.

Each object that is dropped, created or changed gives a step or two; what pg_depend says of both
ends orders them. The parts of a table come and go with the table's own step, unless that makes a
circle (two tables whose foreign keys point at each other).
"""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pgplumb.planner.aside import aside, aside_statements
from pgplumb.planner.attributes import attribute_statements
from pgplumb.planner.decisions import Decisions, decide
from pgplumb.planner.enum_labels import casts_to
from pgplumb.planner.handler import Alteration, facts_of
from pgplumb.planner.handlers.columns import is_serial
from pgplumb.planner.handlers.constraints import (
    is_check,
    is_foreign_key,
    outlives_detachment,
    references,
)
from pgplumb.planner.handlers.inherited_columns import moves_up, stays_below
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.planner.inheritance import parents_of, same_column
from pgplumb.planner.kinds import HOLDS_DATA, NAME_SPACES, PARTS, ROUTINES_BY_NAME
from pgplumb.planner.ordering import close_to, ordered
from pgplumb.planner.statement import Statement
from pgplumb.planner.steps import PlannedStatement, Step, Verb
from pgplumb.planner.unchecked import with_unchecked
from pgplumb.postgres.tokens import Kind as TokenKind
from pgplumb.postgres.tokens import tokenize
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


Edge = tuple[Step, Step]

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
# What the text of a routine's body may name; PostgreSQL records none of it.
_NAMED_IN_BODIES: Final = frozenset(
    {
        Kind.TABLE,
        Kind.FOREIGN_TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.COLUMN,
        Kind.SEQUENCE,
        Kind.FUNCTION,
        Kind.PROCEDURE,
        Kind.AGGREGATE,
        Kind.ENUM,
        Kind.COMPOSITE,
        Kind.DOMAIN,
    }
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


def _has_index_attached(item: CatalogObject) -> bool:
    return isinstance(item.facts, facts.Constraint) and item.facts.index_attached_to is not None


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
        self._parents_before = parents_of(self._source)
        self._parents_after = parents_of(self._target)
        self._apart: set[Step] = set()
        self._ignored: set[Edge] = set()
        self._soft = {*self._edges_of_bodies(), *self._edges_of_columns()}
        # PostgreSQL looks for what the body of an SQL function names when it is created.
        self._checked = {edge for edge in self._soft if self._is_sql_routine(edge[1].identity)}
        self.stuck: set[Identity] = set()
        """Objects that were to be altered, but have to be made anew for there to be an order."""

    def solve(self) -> list[PlannedStatement] | None:
        """The statements in order; None when `stuck` says what has to be made anew instead."""
        while True:
            merged = self._merged()
            causes = sorted({*self._hard_edges(), *self._soft})
            steps = sorted(step for step in self._steps() if step not in merged)
            apart = len(self._apart)
            while len(self._apart) == apart:  # edges that are ignored change none of these
                edges = self._edges(merged, causes)
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

    def _merged(self) -> dict[Step, Step]:
        """The steps that another step does on the way, with that other one."""
        direct = dict(self._columns_of_altered())
        for identity in self._decisions.gone:
            step = Step(Verb.DROP, identity)
            whole = None if step in self._apart else self._goes_with(self._source[identity])
            if whole is not None:
                direct[step] = Step(Verb.DROP, whole)
        for identity in self._decisions.new:
            step = Step(Verb.MAKE, identity)
            whole = None if step in self._apart else self._comes_with(self._target[identity])
            if whole is not None:
                direct[step] = Step(Verb.MAKE, whole)
        return {step: _last(direct, step) for step in direct}

    def _columns_of_altered(self) -> Iterator[tuple[Step, Step]]:
        """Attributes of types and columns of views change when their whole does."""
        for verb, side, changing in (
            (Verb.DROP, self._source, self._decisions.gone),
            (Verb.MAKE, self._target, self._decisions.new),
        ):
            for identity in changing:
                whole = side[identity].parent
                is_part = isinstance(side[identity].facts, facts.ViewColumn)
                if is_part and whole is not None and whole in self._decisions.altered:
                    yield Step(verb, identity), Step(Verb.MAKE, whole)

    def _goes_with(self, item: CatalogObject) -> Identity | None:
        """The dropped object that takes this one along, None when it needs its own DROP."""
        gone = self._decisions.gone
        if isinstance(item.facts, facts.Inheritance) and item.facts.bound is not None:
            # DROP TABLE is refused for a partition that a foreign key may refer to.
            referring = references(item.facts.parent, self._decisions.context)
            if any(each not in gone for each in referring):
                return None
        above = None if outlives_detachment(item, self._decisions.context) else item.implied_by
        for whole in (item.parent, above):
            if whole is not None and whole in gone:
                return whole
        if item.identity.kind is Kind.SEQUENCE:
            owner = self._source.get(Identity(Kind.SEQUENCE_OWNER, item.identity.path))
            if owner is not None and isinstance(owner.facts, facts.SequenceOwner):
                return owner.facts.column if owner.facts.column in gone else None
        if item.identity.kind in {Kind.INDEX, Kind.CONSTRAINT} and item.implied_by is None:
            columns = [each for each in item.depends_on if each.kind is Kind.COLUMN]
            own = [each for each in columns if item.parent and each.path[:-1] == item.parent.path]
            if is_foreign_key(item) and len(own) == len(columns):
                # It refers to its own table: no column that it refers to takes it along.
                return None
            whole = next((each for each in sorted(own) if each in gone), None)
            # A column that others keep does not take along what they have of its constraints.
            return whole if whole and not stays_below(whole, self._decisions.context) else None
        return None

    def _comes_with(self, item: CatalogObject) -> Identity | None:
        """The created object whose statement creates this one, None when it needs its own."""
        new = self._decisions.new
        if item.implied_by is not None and item.implied_by in new:
            return item.implied_by
        if item.identity.kind is Kind.SEQUENCE:
            return self._serial_column(item)
        if item.identity.kind is Kind.SEQUENCE_OWNER and item.parent is not None:
            sequence = self._target[item.parent]
            return item.parent if self._serial_column(sequence) is not None else None
        if item.parent is None or item.parent not in new:
            return None
        parent = self._target[item.parent]
        if item.identity.kind is Kind.COLUMN and item.parent.kind is not Kind.COMPOSITE:
            return item.parent
        if handler_of(parent).mergeable(item, parent, self._decisions.context):
            return item.parent
        return None

    def _serial_column(self, sequence: CatalogObject) -> Identity | None:
        """The new column whose type can be written as serial, sequence included."""
        owned = Identity(Kind.SEQUENCE_OWNER, sequence.identity.path)
        new = self._decisions.new
        if not {owned, sequence.identity} <= new or not is_serial(
            sequence, self._decisions.context
        ):
            return None
        owner = self._target[owned].facts
        if not isinstance(owner, facts.SequenceOwner):
            return None
        alone = {owner.column, Identity(Kind.DEFAULT, owner.column.path)}
        apart = {step.identity for step in self._apart}
        return owner.column if alone <= new and not alone & apart else None

    def _edges(self, merged: dict[Step, Step], causes: list[Edge]) -> dict[Edge, list[Edge]]:
        """Which step has to come before which, with the single dependencies behind it."""
        edges: dict[Edge, list[Edge]] = {}
        for cause in causes:
            if cause in self._ignored:
                continue
            edge = merged.get(cause[0], cause[0]), merged.get(cause[1], cause[1])
            if edge[0] != edge[1]:
                edges.setdefault(edge, []).append(cause)
        return edges

    def _hard_edges(self) -> Iterator[Edge]:
        for identity in self._decisions.gone:
            yield from self._edges_of_drop(identity)
        made = self._decisions.new | self._decisions.altered.keys()
        for identity in made:
            make = Step(Verb.MAKE, identity)
            item = self._target[identity]
            for needed in (*_needs(item), *self._attachments(item)):
                if needed in made and needed != identity:
                    yield Step(Verb.MAKE, needed), make
                for above in same_column(needed, self._parents_after):
                    if above in self._decisions.altered:
                        yield Step(Verb.MAKE, above), make
                yield from self._edges_of_rows(needed, make)
            if isinstance(item.facts, facts.Constraint) and item.facts.index_attached_to in made:
                # CREATE INDEX takes those of the partitions for its own that are alike.
                yield make, Step(Verb.MAKE, item.facts.index_attached_to)
        for identity in self._decisions.altered:
            yield from self._edges_of_alteration(identity)
        yield from self._name_edges()
        yield from self._edges_of_inheritance()

    def _edges_of_rows(self, column: Identity, make: Step) -> Iterator[Edge]:
        """What reads a materialized view comes while that has rows."""
        view = self._target[column].parent if column in self._target else None
        if view is None or view not in self._decisions.altered or view == make.identity:
            return
        made = self._target[view].facts
        if isinstance(made, facts.MaterializedView):
            refresh = Step(Verb.MAKE, view)
            yield (refresh, make) if made.populated else (make, refresh)

    def _edges_of_drop(self, identity: Identity) -> Iterator[Edge]:
        decisions = self._decisions
        drop = Step(Verb.DROP, identity)
        if identity in decisions.new:
            yield from self._edges_of_renewal(identity)
        parent = self._source[identity].parent
        if parent is not None and parent in decisions.aside and drop in self._apart:
            yield drop, Step(Verb.ASIDE, parent)
        for needed in _needs(self._source[identity]):
            if needed in decisions.gone:
                yield drop, Step(Verb.DROP, needed)
                if needed in decisions.aside and not self._is_late(identity):
                    yield drop, Step(Verb.ASIDE, needed)
            elif needed.kind is Kind.SCHEMA or (identity.kind is Kind.COLUMN and needed == parent):
                pass  # A table may change before or after it loses columns, a schema anything.
            elif needed in decisions.altered and not self._is_late(identity):
                # A type that waits for its columns to be cast stands in nobody's way.
                yield drop, Step(Verb.MAKE, needed)
            for above in same_column(needed, self._parents_before):
                if above in decisions.altered:
                    yield drop, Step(Verb.MAKE, above)
                if above in decisions.gone:
                    yield drop, Step(Verb.DROP, above)

    def _edges_of_renewal(self, identity: Identity) -> Iterator[Edge]:
        out = self._out_of_the_way(identity)
        yield out, Step(Verb.MAKE, identity)
        for above in same_column(identity, self._parents_after):
            if above in self._decisions.new:
                yield out, Step(Verb.MAKE, above)
        if moves_up(identity, self._decisions.context):
            # It is renamed, and goes when its values have been taken over.
            yield from self._edges_of_types(identity)

    def _edges_of_alteration(self, identity: Identity) -> Iterator[Edge]:
        decisions = self._decisions
        make = Step(Verb.MAKE, identity)
        yield from self._edges_of_types(identity)
        for rebuilt in decisions.altered[identity].rebuilt:
            if rebuilt in decisions.gone:
                yield Step(Verb.DROP, rebuilt), make
            if rebuilt in decisions.new:
                yield make, Step(Verb.MAKE, rebuilt)

    def _edges_of_types(self, identity: Identity) -> Iterator[Edge]:
        """What goes outlasts what stays and has needed it."""
        for needed in _needs(self._source[identity]):
            if needed in self._decisions.gone:
                yield Step(Verb.MAKE, identity), Step(Verb.DROP, needed)

    def _attachments(self, item: CatalogObject) -> Iterator[Identity]:
        """What comes down from the table above needs the partition to be attached."""
        if item.implied_by is not None and item.parent is not None and not is_check(item):
            for part in self._decisions.context.target_children.get(item.parent, ()):
                if part.identity.kind is Kind.INHERITANCE:
                    yield part.identity

    def _edges_of_inheritance(self) -> Iterator[Edge]:
        """Columns change while their table is by itself; what is inherited changes above first."""
        gone, new = self._decisions.gone, self._decisions.new
        steps = self._steps_of_columns()
        for identity in sorted(self._source.objects.keys() | self._target.objects.keys()):
            if identity.kind is not Kind.INHERITANCE:
                continue
            item = self._target.get(identity) or self._source[identity]
            above = facts_of(item).parent
            mine = steps.get(item.parent.path, {}) if item.parent is not None else {}
            theirs = steps.get(above.path, {})
            if identity in gone or identity in new:
                if item.parent is not None:
                    yield from self._edges_of_place(identity, item.parent)
                for step in (*mine.values(), *theirs.values()):
                    if identity in gone:
                        yield Step(Verb.DROP, identity), step
                    if identity in new:
                        yield step, Step(Verb.MAKE, identity)
                continue
            for (verb, name), step in theirs.items():
                if (verb, name) in mine:
                    yield step, mine[verb, name]
                if verb is Verb.DROP and (Verb.MAKE, name) in mine:
                    yield step, mine[Verb.MAKE, name]

    def _edges_of_place(self, place: Identity, table: Identity) -> Iterator[Edge]:
        """What a table keeps of what came from above goes when it has left; ATTACH wants CHECKs."""
        gone, new = self._decisions.gone, self._decisions.new
        for part in self._decisions.context.source_children.get(table, ()):
            if place in gone and part.identity in gone and part.implied_by is not None:
                yield Step(Verb.DROP, place), Step(Verb.DROP, part.identity)
        if place not in new or self._comes_with(self._target[place]) is not None:
            return  # CREATE TABLE says the place
        for part in self._decisions.context.target_children.get(table, ()):
            if part.identity in new and (is_check(part) or _has_index_attached(part)):
                yield Step(Verb.MAKE, part.identity), Step(Verb.MAKE, place)

    def _steps_of_columns(self) -> dict[tuple[str, ...], dict[tuple[Verb, str], Step]]:
        """For each table the steps of its columns, by what they do and the column's name."""
        found: dict[tuple[str, ...], dict[tuple[Verb, str], Step]] = {}
        decisions = self._decisions
        for verb, identities in (
            (Verb.DROP, decisions.gone),
            (Verb.MAKE, decisions.new | decisions.altered.keys()),
        ):
            for identity in identities:
                if identity.kind is Kind.COLUMN:
                    *table, name = identity.path
                    found.setdefault(tuple(table), {})[verb, name] = Step(verb, identity)
        return found

    def _name_edges(self) -> Iterator[Edge]:
        decisions = self._decisions
        for group in NAME_SPACES:
            taken = {
                path: each
                for each in decisions.gone
                if (path := _name_in(group, self._source[each])) is not None
            }
            for identity in decisions.new:
                path = _name_in(group, self._target[identity])
                other = None if path is None else taken.get(path)
                if other is None:
                    continue
                yield self._out_of_the_way(other), Step(Verb.MAKE, identity)
                column = self._target[identity].parent
                made = decisions.new | decisions.altered.keys()
                if (
                    identity.kind is Kind.IDENTITY_SEQUENCE
                    and column is not None
                    and column in made
                ):
                    yield self._out_of_the_way(other), Step(Verb.MAKE, column)

    def _is_late(self, identity: Identity) -> bool:
        """Whether it goes only when columns are cast away, by itself or with its whole."""
        if Step(Verb.DROP, identity) in self._apart:
            return False
        item, late = self._source[identity], self._decisions.late
        return bool({identity, item.parent, item.implied_by} & late)

    def _out_of_the_way(self, identity: Identity) -> Step:
        """What frees the name of an object that goes."""
        drop, aside = Step(Verb.DROP, identity), self._decisions.aside
        for whole in (identity, self._source[identity].parent):
            if whole is not None and whole in aside and drop not in self._apart:
                return Step(Verb.ASIDE, whole)
        return drop

    def _edges_of_columns(self) -> Iterator[Edge]:
        """Columns are added in the order they are to stand in, where that can be had."""
        added: dict[Identity, list[CatalogObject]] = {}
        for identity in self._decisions.new:
            item = self._target[identity]
            if identity.kind is Kind.COLUMN and item.parent is not None:
                added.setdefault(item.parent, []).append(item)
        for columns in added.values():
            columns.sort(key=lambda column: column.position)
            for one, other in itertools.pairwise(columns):
                yield Step(Verb.MAKE, one.identity), Step(Verb.MAKE, other.identity)

    def _edges_of_bodies(self) -> Iterator[Edge]:
        """A routine comes behind what its body seems to name, where that can be had."""
        decisions = self._decisions
        made = sorted(decisions.new | decisions.altered.keys())
        named: dict[str, list[Identity]] = {}
        for identity in made:
            # A column of a new table comes with that, which the body names, too.
            comes_along = self._target[identity].parent in decisions.new
            if identity.kind in _NAMED_IN_BODIES and not comes_along:
                last = identity.path[-2 if identity.kind in ROUTINES_BY_NAME else -1]
                named.setdefault(last, []).append(identity)
        for identity in made:
            item = self._target[identity]
            if isinstance(item.facts, facts.Routine) and item.facts.body:
                for name in _names_in(item.facts.body):
                    for needed in named.get(name, ()):
                        if needed != identity:
                            yield Step(Verb.MAKE, needed), Step(Verb.MAKE, identity)

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


def _name_in(group: Collection[Kind], item: CatalogObject) -> tuple[str, ...] | None:
    """The name that an object takes among kinds that share their names; None for no such kind."""
    kind, path = item.identity.kind, item.identity.path
    if kind in group:
        return path
    has_index = isinstance(item.facts, facts.Constraint) and item.facts.type in facts.WITH_INDEX
    return (path[0], path[-1]) if has_index and Kind.INDEX in group else None


def _needs(item: CatalogObject) -> Iterator[Identity]:
    yield from item.depends_on
    if item.parent is not None:
        yield item.parent
    if item.implied_by is not None:
        yield item.implied_by


def _last(direct: dict[Step, Step], step: Step) -> Step:
    while step in direct:
        step = direct[step]
    return step


def _priority(step: Step) -> tuple[int, int, tuple[str, ...]]:
    """Drops first, the last kind of all first; then the rest in the order of the kinds."""
    number = _KIND_ORDER[step.identity.kind]
    return (
        int(step.verb),
        -number if step.verb is Verb.DROP else number,
        step.identity.path,
    )


def _names_in(body: str) -> set[str]:
    names: set[str] = set()
    for token in tokenize(body):
        if token.kind is TokenKind.WORD:
            names.add(token.text.lower())
        elif token.kind is TokenKind.QUOTED:
            names.add(token.text[1:-1].replace('""', '"'))
    return names
