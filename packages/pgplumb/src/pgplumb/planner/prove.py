"""Running a plan before anyone is asked to trust it.

The plan runs on a copy of what it starts from. What PostgreSQL refuses is planned in another way;
what is still different afterwards is planned again from there. The answer is either a list of
statements that was seen to turn one schema into the other, or what could not be done.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Final

import psycopg
from psycopg import Connection

from pgplumb.planner.column_order import moves, order_differences
from pgplumb.planner.difference import Difference, differences
from pgplumb.planner.effects import with_effects
from pgplumb.planner.inheritance import children_of, same_column
from pgplumb.planner.kinds import HOLDS_DATA
from pgplumb.planner.online import online
from pgplumb.planner.plan import Hints, plan
from pgplumb.planner.renames import Rename, renaming, renaming_unasked
from pgplumb.planner.steps import PlannedStatement, Verb
from pgplumb.planner.unchecked import has_body, runs_unchecked
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.snapshot.take import take_snapshot

# Each attempt learns one thing from PostgreSQL; more than this many is a circle.
_ATTEMPTS: Final = 40
# What one pass can leave to the next: privileges that ALTER DEFAULT PRIVILEGES gave to what was
# created, names that PostgreSQL chose. Nothing needs more passes than these.
_PASSES: Final = 4
# cannot_coerce and datatype_mismatch.
_NO_CAST: Final = frozenset({"42846", "42804"})

Take = Callable[[Connection[Any]], Snapshot]
Copy = Callable[[], AbstractContextManager[Connection[Any]]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the way should be.

    renames: what is one object under two names. column_order: move columns, too, which rewrites
    the table. online: take the low-lock way. effects: say what each statement locks, scans and
    rewrites.
    """

    renames: Sequence[Rename] = ()
    column_order: bool = False
    online: bool = False
    effects: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement that PostgreSQL refuses, and its words for that.

    bodies: what it says of routines that it makes when it does not look at their bodies.
    """

    planned: PlannedStatement
    error: psycopg.Error
    bodies: Mapping[Identity, str] = field(default_factory=dict[Identity, str])


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen to happen.

    statements: in the order they ran. left: what still differs afterwards; empty for a proof.
    refusal: what PostgreSQL refused, with no way round it; None for a proof.
    """

    statements: Sequence[PlannedStatement]
    left: Sequence[Difference] = ()
    refusal: Refusal | None = None

    @property
    def holds(self) -> bool:
        """Whether the statements turn the source into the target, with nothing left."""
        return not self.left and self.refusal is None

    def transactions(self) -> list[list[PlannedStatement]]:
        """The statements by transaction: what has to be committed first stands alone."""
        return in_transactions(self.statements)


def in_transactions(statements: Iterable[PlannedStatement]) -> list[list[PlannedStatement]]:
    """Statements by the transaction they have to run in, in order."""
    groups: list[list[PlannedStatement]] = []
    open_group = False
    for planned in statements:
        if planned.statement.in_transaction and open_group:
            groups[-1].append(planned)
        else:
            groups.append([planned])
        open_group = planned.statement.in_transaction and not planned.ends_transaction
    return groups


def prove(
    source: Snapshot,
    target: Snapshot,
    copy: Copy,
    *,
    wishes: Wishes | None = None,
    take: Take = take_snapshot,
) -> Proof:
    """Plan from `source` to `target` and run it until PostgreSQL agrees.

    copy: opens a fresh copy of the source's database, in autocommit mode, to be thrown away.
    take: how the two snapshots were taken, where something of them was left out.
    """
    wishes = wishes or Wishes()
    moved = wishes.column_order and order_differences(source, target)
    if not (wishes.renames or moved or differences(source, target)):
        return Proof(())  # nothing to do is what most runs find, and needs no copy to be seen
    hints = Hints()
    attempts = _ATTEMPTS
    while True:
        attempts -= 1
        with copy() as connection:
            proof, start = _attempt(connection, source, target, hints, wishes=wishes, take=take)
        better = None if proof.refusal is None else _learn(hints, proof.refusal, start, target)
        if better is None or not attempts:
            break
        hints = better
    if not proof.holds or not (wishes.online or wishes.effects):
        return proof
    seen = with_effects(proof.statements, start, target, copy)
    if wishes.online:
        gentle = _gentler(seen, start, target, copy, take)
        seen = with_effects(gentle, start, target, copy)
    return replace(proof, statements=seen)


def _gentler(
    statements: list[PlannedStatement], source: Snapshot, target: Snapshot, copy: Copy, take: Take
) -> list[PlannedStatement]:
    """The low-lock way as far as it leads to the target; what does not work stays as it is."""
    as_they_are: set[Identity] = set()
    while True:
        gentle = online(statements, source, target, as_they_are)
        if gentle == statements:
            return statements
        with copy() as connection:
            refusal = run(connection, gentle)
            left = [] if refusal is not None else differences(take(connection), target)
        if refusal is not None:
            culprits = {refusal.planned.step.identity}
        else:
            culprits = {each.identity for each in left}
        if not culprits:
            return gentle
        if culprits <= as_they_are:
            return statements
        as_they_are |= culprits


def _attempt(
    connection: Connection[Any],
    source: Snapshot,
    target: Snapshot,
    hints: Hints,
    *,
    wishes: Wishes,
    take: Take,
) -> tuple[Proof, Snapshot]:
    """One try, and what it started from once all was renamed."""
    done: list[PlannedStatement] = []
    start, refusal = _rename(connection, source, target, wishes.renames, done=done, take=take)
    current, left = start, differences(start, target)
    for _ in range(_PASSES):
        if refusal is not None:
            return Proof(done, left, refusal), start
        planned = plan(current, target, hints)
        refusal = run(connection, planned)
        if refusal is not None:
            continue
        done += planned
        if planned:
            current = take(connection)
        remaining = differences(current, target)
        if planned and remaining:
            # PostgreSQL names what a partition gets from the table above.
            current = _rename_unasked(connection, current, target, done=done, take=take)
            remaining = differences(current, target)
        again = replace(hints, rebuild=frozenset(), moves={})
        if wishes.column_order and not remaining:
            # Also when nothing else had to be done.
            again = replace(again, moves=moves(current, target))
        nothing_new = not planned or not remaining or remaining == left
        if nothing_new and not again.moves:
            return Proof(done, remaining), start
        left, hints = remaining, again
    return Proof(done, left, refusal), start


def _rename(
    connection: Connection[Any],
    source: Snapshot,
    target: Snapshot,
    renames: Sequence[Rename],
    *,
    done: list[PlannedStatement],
    take: Take,
) -> tuple[Snapshot, Refusal | None]:
    """Rename what is to be renamed; a table's new name may be needed to rename its columns."""
    for _ in renames:
        planned = renaming(renames, source, target)
        if not planned:
            break
        refusal = run(connection, planned)
        if refusal is not None:
            return source, refusal
        done += planned
        source = take(connection)
    return _rename_unasked(connection, source, target, done=done, take=take), None


def _rename_unasked(
    connection: Connection[Any],
    source: Snapshot,
    target: Snapshot,
    *,
    done: list[PlannedStatement],
    take: Take,
) -> Snapshot:
    """Rename what is the same but for its name; what PostgreSQL refuses stays as it is."""
    planned = renaming_unasked(source, target)
    if not planned or run(connection, planned) is not None:
        return source
    done += planned
    return take(connection)


def run(connection: Connection[Any], statements: Sequence[PlannedStatement]) -> Refusal | None:
    """Run statements as they have to be run; stops at the first that PostgreSQL refuses."""
    for group in in_transactions(statements):
        if not group[0].statement.in_transaction:
            refusal = _execute(connection, group)
        else:
            with connection.transaction() as transaction:
                refusal = _execute(connection, group)
                if refusal is not None:
                    raise psycopg.Rollback(transaction)
        if refusal is not None:
            return refusal
    return None


def _execute(connection: Connection[Any], group: Sequence[PlannedStatement]) -> Refusal | None:
    bodies: dict[Identity, str] = {}
    refusal: Refusal | None = None
    for planned in group:
        try:
            with connection.transaction() if has_body(planned) else nullcontext():
                connection.execute(planned.statement.sql.encode())
        except psycopg.Error as error:
            refusal = Refusal(planned, error, bodies)
            if not has_body(planned) or not runs_unchecked(connection, planned):
                return refusal
            bodies[planned.step.identity] = error.diag.message_primary or str(error)
    return refusal


def _learn(hints: Hints, refusal: Refusal, source: Snapshot, target: Snapshot) -> Hints | None:
    """Another way to plan, after what PostgreSQL said; None when there is none left."""
    if refusal.bodies:
        return replace(hints, unchecked={**hints.unchecked, **refusal.bodies})
    identity = refusal.planned.step.identity
    state = refusal.error.sqlstate
    if state == psycopg.errors.UnsafeNewEnumValueUsage.sqlstate and not hints.labels_first:
        return replace(hints, labels_first=True)
    if refusal.planned.step.verb is Verb.DROP:
        return None
    if state in _NO_CAST and identity.kind is Kind.COLUMN and identity not in hints.through_text:
        return replace(hints, through_text=hints.through_text | {identity})
    if identity.kind not in HOLDS_DATA:
        whole = target[identity].parent if identity in target else None
        # What is new, or new again, and does not fit the whole that it belongs to.
        as_it_was = identity in source and identity not in hints.rebuild
        rebuild = {identity if as_it_was or whole is None else whole}
        rebuild = {each for each in rebuild if each.kind not in HOLDS_DATA}
    else:
        affected = (identity, *same_column(identity, children_of(source)))
        rebuild = {part for each in affected for part in _parts_and_dependents(each, source)}
    rebuild = {each for each in rebuild if each in source} - hints.rebuild
    if not rebuild:
        return None
    return replace(hints, rebuild=hints.rebuild | rebuild)


def _parts_and_dependents(identity: Identity, source: Snapshot) -> Iterable[Identity]:
    for item in source:
        needs = identity in item.depends_on or item.parent == identity
        if needs and item.identity.kind not in HOLDS_DATA:
            yield item.identity
