"""From one built source to another: the statements, as they are shown, seen to do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg

from pgplumb.errors import PlumbError
from pgplumb.planner.column_order import OrderDifference, order_differences
from pgplumb.planner.difference import Difference, described, differences
from pgplumb.planner.prove import Proof, Wishes, prove
from pgplumb.planner.script import paragraphs
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources.build import Built

Transaction = Sequence[Sequence[Statement]]
"""The statements of one transaction, in paragraphs."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What turns one source into another.

    transactions: the statements as they are shown, which have run in a copy of the first source.
    order: tables whose columns then still stand in another order.
    """

    differences: Sequence[Difference]
    proof: Proof
    transactions: Sequence[Transaction]
    order: Sequence[OrderDifference]

    @property
    def is_empty(self) -> bool:
        """Whether the two are the same, the order of columns included."""
        return not self.differences and not self.order and not self.transactions


def compare(source: Built, target: Built, wishes: Wishes | None = None) -> Comparison:
    """Find the statements that turn `source` into `target`, and see them do it.

    Raises PlumbError, with what is left, when they don't; columns that are wished in order, too.
    """
    wishes = wishes or Wishes()
    found = differences(source.snapshot, target.snapshot)
    proof = prove(source.snapshot, target.snapshot, source.copy, wishes=wishes, take=source.take)
    if not proof.holds:
        raise _not_done(source, target, proof)
    groups = proof.transactions()
    joined = [list(paragraphs(group)) for group in groups]
    final = _run(source, joined)
    if final is None or differences(final, target.snapshot):
        # Joined, they do not do what they did one by one.
        joined = [list(paragraphs(group, join=False)) for group in groups]
        final = _run(source, joined)
    if final is None or differences(final, target.snapshot):
        raise _not_done(source, target, proof)
    order = order_differences(final, target.snapshot)
    if order and wishes.column_order:
        raise _not_in_order(source, target, order)
    return Comparison(found, proof, joined, order)


def _run(source: Built, transactions: Iterable[Transaction]) -> Snapshot | None:
    """What the source is after these statements; None when PostgreSQL refuses one."""
    with source.copy() as connection:
        for transaction in transactions:
            statements = [each for paragraph in transaction for each in paragraph]
            try:
                if statements[0].in_transaction:
                    with connection.transaction():
                        for statement in statements:
                            connection.execute(statement.sql.encode())
                else:
                    connection.execute(statements[0].sql.encode())
            except psycopg.Error:
                return None
        return source.take(connection)


def _not_in_order(source: Built, target: Built, order: Iterable[OrderDifference]) -> PlumbError:
    left = "".join(
        f"\n  {each.table}: {', '.join(each.before)}; wanted: {', '.join(each.after)}"
        for each in order
    )
    return PlumbError(
        f"{source.source.name} can't be turned into {target.source.name}: the columns of these"
        f" would stand in another order, and can't be moved:{left}",
        hint="--no-column-order leaves columns where they are; the rest is done.",
    )


def _not_done(source: Built, target: Built, proof: Proof) -> PlumbError:
    message = f"{source.source.name} can't be turned into {target.source.name}"
    if proof.holds:
        return PlumbError(f"{message}: the plan did not do twice what it had done once.")
    if proof.refusal is None:
        return PlumbError(f"{message}; this would be left:\n{described(proof.left)}")
    diagnostic = proof.refusal.error.diag
    reason = diagnostic.message_primary or str(proof.refusal.error)
    statement = proof.refusal.planned.statement.sql
    details = [each for each in (diagnostic.message_detail, diagnostic.message_hint) if each]
    return PlumbError(
        f"{message}. PostgreSQL refuses part of the plan: {reason}\n  {statement}",
        hint="\n".join(details) or None,
    )
