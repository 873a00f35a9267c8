"""Which step has to come before which."""

import itertools
from collections.abc import Collection, Iterator
from typing import Final

from pgplumb.planner.decisions import Decisions
from pgplumb.planner.handler import facts_of
from pgplumb.planner.handlers.constraints import is_check
from pgplumb.planner.handlers.inherited_columns import moves_up
from pgplumb.planner.inheritance import parents_of, same_column
from pgplumb.planner.kinds import NAME_SPACES, ROUTINES_BY_NAME
from pgplumb.planner.merging import Merging
from pgplumb.planner.steps import Edge, Step, Verb
from pgplumb.postgres.tokens import Kind as TokenKind
from pgplumb.postgres.tokens import tokenize
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

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


class Edges:
    """The dependencies among the steps of one set of decisions.

    apart: steps that stand alone although something else would do them on the way.
    """

    def __init__(self, decisions: Decisions, merging: Merging, apart: Collection[Step]) -> None:
        self._decisions = decisions
        self._merging = merging
        self._apart = apart
        self._source = decisions.context.source
        self._target = decisions.context.target
        self._parents_before = parents_of(self._source)
        self._parents_after = parents_of(self._target)

    def hard(self) -> Iterator[Edge]:
        """What PostgreSQL asks for."""
        for identity in self._decisions.gone:
            yield from self._of_drop(identity)
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
                yield from self._of_rows(needed, make)
            whole = _attached_to(item)
            if whole is not None and whole in made:
                # CREATE INDEX takes those of the partitions for its own that are alike.
                yield make, Step(Verb.MAKE, whole)
        for identity in self._decisions.altered:
            yield from self._of_alteration(identity)
        yield from self._of_names()
        yield from self._of_inheritance()

    def _of_rows(self, column: Identity, make: Step) -> Iterator[Edge]:
        """What reads a materialized view comes while that has rows."""
        view = self._target[column].parent if column in self._target else None
        if view is None or view not in self._decisions.altered or view == make.identity:
            return
        made = self._target[view].facts
        if isinstance(made, facts.MaterializedView):
            refresh = Step(Verb.MAKE, view)
            yield (refresh, make) if made.populated else (make, refresh)

    def _of_drop(self, identity: Identity) -> Iterator[Edge]:
        decisions = self._decisions
        drop = Step(Verb.DROP, identity)
        if identity in decisions.new:
            yield from self._of_renewal(identity)
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

    def _of_renewal(self, identity: Identity) -> Iterator[Edge]:
        out = self._out_of_the_way(identity)
        yield out, Step(Verb.MAKE, identity)
        for above in same_column(identity, self._parents_after):
            if above in self._decisions.new:
                yield out, Step(Verb.MAKE, above)
        if moves_up(identity, self._decisions.context):
            # It is renamed, and goes when its values have been taken over.
            yield from self._of_types(identity)

    def _of_alteration(self, identity: Identity) -> Iterator[Edge]:
        decisions = self._decisions
        make = Step(Verb.MAKE, identity)
        yield from self._of_types(identity)
        for rebuilt in decisions.altered[identity].rebuilt:
            if rebuilt in decisions.gone:
                yield Step(Verb.DROP, rebuilt), make
            if rebuilt in decisions.new:
                yield make, Step(Verb.MAKE, rebuilt)

    def _of_types(self, identity: Identity) -> Iterator[Edge]:
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

    def _of_inheritance(self) -> Iterator[Edge]:
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
                    yield from self._of_place(identity, item.parent)
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

    def _of_place(self, place: Identity, table: Identity) -> Iterator[Edge]:
        """What a table keeps of what came from above goes when it has left; ATTACH wants CHECKs."""
        gone, new = self._decisions.gone, self._decisions.new
        for part in self._decisions.context.source_children.get(table, ()):
            if place in gone and part.identity in gone and part.implied_by is not None:
                yield Step(Verb.DROP, place), Step(Verb.DROP, part.identity)
        if place not in new or self._merging.comes_with(self._target[place]) is not None:
            return  # CREATE TABLE says the place
        for part in self._decisions.context.target_children.get(table, ()):
            if part.identity in new and (is_check(part) or _attached_to(part)):
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

    def _of_names(self) -> Iterator[Edge]:
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

    def of_columns(self) -> Iterator[Edge]:
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

    def of_bodies(self) -> Iterator[Edge]:
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


def _attached_to(item: CatalogObject) -> Identity | None:
    """The index of the table above that a constraint's index is attached to."""
    return item.facts.index_attached_to if isinstance(item.facts, facts.Constraint) else None


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


def _names_in(body: str) -> set[str]:
    names: set[str] = set()
    for token in tokenize(body):
        if token.kind is TokenKind.WORD:
            names.add(token.text.lower())
        elif token.kind is TokenKind.QUOTED:
            names.add(token.text[1:-1].replace('""', '"'))
    return names
