"""Which steps another step does on the way: columns come and go with their table, say."""

from collections.abc import Collection, Iterator

from pgplumb.planner.decisions import Decisions
from pgplumb.planner.handlers.columns import is_serial
from pgplumb.planner.handlers.constraints import is_foreign_key, outlives_detachment, references
from pgplumb.planner.handlers.inherited_columns import stays_below
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.planner.steps import Step, Verb
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind


class Merging:
    """What comes and goes with something else, in one set of decisions.

    apart: steps that are to stand alone all the same; whoever gave it may add to it.
    """

    def __init__(self, decisions: Decisions, apart: Collection[Step]) -> None:
        self._decisions = decisions
        self._source = decisions.context.source
        self._target = decisions.context.target
        self._apart = apart

    def merged(self) -> dict[Step, Step]:
        """The steps that another step does on the way, with that other one."""
        direct = dict(self._columns_of_altered())
        for identity in self._decisions.gone:
            step = Step(Verb.DROP, identity)
            whole = None if step in self._apart else self._goes_with(self._source[identity])
            if whole is not None:
                direct[step] = Step(Verb.DROP, whole)
        for identity in self._decisions.new:
            step = Step(Verb.MAKE, identity)
            whole = None if step in self._apart else self.comes_with(self._target[identity])
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

    def comes_with(self, item: CatalogObject) -> Identity | None:
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


def _last(direct: dict[Step, Step], step: Step) -> Step:
    while step in direct:
        step = direct[step]
    return step
