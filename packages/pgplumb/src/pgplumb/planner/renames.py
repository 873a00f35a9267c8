"""What is one object under two names: said by a directive or by a person, never guessed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pgplumb.planner.handlers.constraints import is_for_a_partition
from pgplumb.planner.names import literal, qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.planner.steps import PlannedStatement, Step, Verb
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import ROUTINES, CatalogObject, Identity, Kind, Snapshot

_BREAKS_CODE: Final = frozenset({Hazard.BREAKS_CODE})
_TABLES: Final = frozenset({Kind.TABLE, Kind.FOREIGN_TABLE})


@dataclass(frozen=True, slots=True)
class Rename:
    """One object under two names.

    kinds: more than one where a word says less than the catalog (type). old, new: its paths,
    without a routine's arguments. arguments: of the overload that is meant, None for any.
    is_label: whether the last name is a label of the enum before it.
    """

    kinds: tuple[Kind, ...]
    old: tuple[str, ...]
    new: tuple[str, ...]
    arguments: str | None = None
    is_label: bool = False

    @property
    def before(self) -> str:
        """The kind and the old name, for people."""
        word = "value" if self.is_label else self.kinds[0]
        return f"{word} {qualified(self.old)}"

    @property
    def after(self) -> str:
        """The new name, for people; with its schema where that is new, too."""
        return qualified(self.new if self.old[0] != self.new[0] else self.new[-1:])

    def matches(self, snapshot: Snapshot) -> list[Identity]:
        """The objects of the old name."""
        if self.is_label:
            enum = Identity(Kind.ENUM, self.old[:-1])
            return [enum] if self.old[-1] in _labels(snapshot.get(enum)) else []
        if ROUTINES.isdisjoint(self.kinds):
            named = (Identity(kind, self.old) for kind in self.kinds)
            return [identity for identity in named if identity in snapshot]
        return [
            item.identity
            for item in snapshot
            if item.identity.kind in self.kinds
            and item.identity.path[:-1] == self.old
            and self.arguments in {None, item.identity.path[-1]}
        ]

    def statements(self, source: Snapshot, target: Snapshot) -> Iterator[PlannedStatement]:
        """What renames it, unless it has its new name already or keeps the old one."""
        for identity in self.matches(source):
            if self.is_label:
                old, new = _labels(source[identity]), _labels(target.get(identity))
                if self.old[-1] not in new and self.new[-1] in new and self.new[-1] not in old:
                    yield PlannedStatement(Step(Verb.MAKE, identity), self._of_label())
                continue
            new_identity = Identity(identity.kind, (*self.new, *identity.path[len(self.old) :]))
            if identity not in target and new_identity in target and new_identity not in source:
                yield from _renaming(source[identity], new_identity, _BREAKS_CODE)
                yield from _of_multirange(source[identity], target[new_identity])

    def _of_label(self) -> Statement:
        old, new = literal(self.old[-1]), literal(self.new[-1])
        return Statement(
            f"ALTER TYPE {qualified(self.old[:-1])} RENAME VALUE {old} TO {new}", _BREAKS_CODE
        )


def _labels(item: CatalogObject | None) -> tuple[str, ...]:
    return item.facts.labels if item is not None and isinstance(item.facts, facts.Enum) else ()


def _renaming(
    item: CatalogObject, new: Identity, hazards: frozenset[Hazard] = frozenset()
) -> Iterator[PlannedStatement]:
    """SET SCHEMA and RENAME, which keep everything else."""
    old, step = item.identity, Step(Verb.MAKE, new)
    place = -2 if old.kind in ROUTINES else -1
    if old.path[0] != new.path[0] and old.kind is not Kind.SCHEMA:
        sql = f"ALTER {reference(old)} SET SCHEMA {quoted(new.path[0])}"
        yield PlannedStatement(step, Statement(sql, hazards))
        old = Identity(old.kind, (new.path[0], *old.path[1:]))
    name, new_name = quoted(old.path[place]), quoted(new.path[place])
    if name == new_name:
        return
    within = qualified(old.path[:-1])
    if old.kind is Kind.COLUMN and item.parent is not None and item.parent.kind is Kind.COMPOSITE:
        sql = f"ALTER TYPE {within} RENAME ATTRIBUTE {name} TO {new_name}"
    elif old.kind in {Kind.COLUMN, Kind.CONSTRAINT}:
        sql = f"ALTER TABLE {within} RENAME {old.kind.upper()} {name} TO {new_name}"
    else:
        sql = f"ALTER {reference(old)} RENAME TO {new_name}"
    yield PlannedStatement(step, Statement(sql, hazards))


def _of_multirange(old: CatalogObject, new: CatalogObject) -> Iterator[PlannedStatement]:
    """A range type's multirange, which keeps its name when the range type gets another one."""
    if not isinstance(old.facts, facts.Range) or not isinstance(new.facts, facts.Range):
        return
    schema, name = f"{quoted(new.identity.path[0])}.", new.facts.multirange
    if old.facts.multirange != name and old.facts.multirange.startswith(schema):
        sql = f"ALTER TYPE {old.facts.multirange} RENAME TO {name.removeprefix(schema)}"
        yield PlannedStatement(Step(Verb.MAKE, new.identity), Statement(sql, _BREAKS_CODE))


def renaming(
    renames: Iterable[Rename], source: Snapshot, target: Snapshot
) -> list[PlannedStatement]:
    """The statements for the renames that are still to be done; new schemas come first."""
    planned = [each for rename in renames for each in rename.statements(source, target)]
    done = {each.step.identity for each in planned}
    needed = dict.fromkeys(Identity(Kind.SCHEMA, identity.path[:1]) for identity in sorted(done))
    new = [each for each in needed if each not in source and each not in done]
    return [
        *(
            PlannedStatement(Step(Verb.MAKE, each), Statement(f"CREATE {reference(each)}"))
            for each in new
        ),
        *planned,
    ]


def renaming_unasked(source: Snapshot, target: Snapshot) -> list[PlannedStatement]:
    """The statements that rename what is the same but for its name.

    Indexes and constraints, which would be built anew, and the sequences of columns, which would
    lose where they are. Nothing is guessed: the outcome is the same.
    """
    return list(_equal_but_for_name(source, target))


def _equal_but_for_name(source: Snapshot, target: Snapshot) -> Iterator[PlannedStatement]:
    new: dict[object, list[CatalogObject]] = {}
    for item in target:
        if item.identity not in source and (shape := _nameless(item, target)) is not None:
            new.setdefault(shape, []).append(item)
    for item in source:
        if item.identity in target or not new:
            continue
        others = new.get(_nameless(item, source))
        if others:
            yield from _renaming(item, others.pop(0).identity)


def _nameless(item: CatalogObject, snapshot: Snapshot) -> object:
    """All but the name; None for what is not renamed unasked."""
    made, path = item.facts, item.identity.path
    if isinstance(made, facts.Index):
        words = f"INDEX {quoted(path[-1])} ON "
        definition = made.definition.replace(words, "INDEX ON ", 1)
        return item.parent, replace(made, definition=definition, attached_to=None)
    if isinstance(made, facts.Constraint):
        inherited = made.type == "c" and item.implied_by is not None
        return None if inherited or is_for_a_partition(item) else (item.parent, made)
    if isinstance(made, facts.Sequence):
        owner = snapshot.get(Identity(Kind.SEQUENCE_OWNER, path))
        return None if owner is None else (owner.facts, path[0], made)
    return None


def undone(renames: Sequence[Rename]) -> list[Rename]:
    """The renames that lead back."""
    return in_new_places([replace(rename, old=rename.new, new=rename.old) for rename in renames])


def in_new_places(renames: Sequence[Rename]) -> list[Rename]:
    """The renames with what is in a renamed table or schema named by the new name of that."""
    return [
        replace(rename, old=_moved(rename.old, renames), new=_moved(rename.new, renames))
        for rename in renames
    ]


def _moved(path: tuple[str, ...], renames: Sequence[Rename]) -> tuple[str, ...]:
    for whole in renames:
        length = len(whole.old)
        if length < len(path) and path[:length] == whole.old:
            return (*whole.new, *path[length:])
    return path


def candidates(source: Snapshot, target: Snapshot) -> list[Rename]:
    """Pairs that a person could be asked about: the same but for the name, and only one of each."""
    gone = [item for item in source if item.identity not in target]
    new = [item for item in target if item.identity not in source]
    before, after = _Shapes(source), _Shapes(target)
    pairs: list[tuple[CatalogObject, CatalogObject]] = []
    for old in gone:
        alike = [other for other in new if _may_be(old, other) and before[old] == after[other]]
        if len(alike) == 1:
            pairs.append((old, alike[0]))
    found = [
        Rename((old.identity.kind,), old.identity.path, other.identity.path)
        for old, other in pairs
        if sum(other is another for _, another in pairs) == 1
    ]
    return [*found, *_label_candidates(source, target)]


def _may_be(old: CatalogObject, new: CatalogObject) -> bool:
    """Whether one may be the other: a table of another name or schema, a column of its table."""
    one, other = old.identity, new.identity
    if one.kind is not other.kind:
        return False
    if one.kind in _TABLES:
        return one.path[0] == other.path[0] or one.path[-1] == other.path[-1]
    return one.kind is Kind.COLUMN and one.path[:-1] == other.path[:-1]


class _Shapes:
    """What has to be alike: a column's type, the names and types of a table's columns."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._children = snapshot.children()

    def __getitem__(self, item: CatalogObject) -> object:
        if item.identity.kind is Kind.COLUMN:
            return getattr(item.facts, "type", None)
        return {
            part.identity.path[-1]: getattr(part.facts, "type", None)
            for part in self._children.get(item.identity, ())
            if part.identity.kind is Kind.COLUMN
        }


def _label_candidates(source: Snapshot, target: Snapshot) -> Iterator[Rename]:
    """A label in the place of another one, all others being the same."""
    for item in source:
        old, new = _labels(item), _labels(target.get(item.identity))
        different = [pair for pair in zip(old, new, strict=False) if pair[0] != pair[1]]
        if len(old) == len(new) and len(different) == 1:
            before, after = different[0]
            if before not in new and after not in old:
                path = item.identity.path
                yield Rename((Kind.ENUM,), (*path, before), (*path, after), is_label=True)
