"""A statement of a plan, with what it may do to a database in use."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final


class Hazard(StrEnum):
    """What a statement may do to data or to those who use the database meanwhile."""

    DATA_LOSS = "data loss"
    MAY_FAIL = "may fail on the data there is"
    REWRITE = "rewrites the table"
    SCAN = "scans the table"
    BLOCKS_WRITES = "blocks writes"
    BLOCKS_READS = "blocks reads and writes"
    BREAKS_CODE = "breaks code that uses what was there"


@dataclass(frozen=True, slots=True, order=True)
class Lock:
    """A lock on a relation, which is written as in SQL; `mode` is one of the manual's."""

    relation: str
    mode: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement without its semicolon.

    table and action: of an ALTER TABLE, so that neighbours on one table can be joined.
    early: to be committed before the rest where the rest uses it (a new enum value).
    in_transaction: false for what PostgreSQL refuses inside a transaction block.
    locks: what it holds until its transaction ends, of the relations that were there before.
    comment: lines of SQL comment above it, for the person who reads the migration.
    """

    sql: str
    hazards: frozenset[Hazard] = field(default=frozenset())
    table: str | None = None
    action: str | None = None
    early: bool = False
    in_transaction: bool = True
    locks: tuple[Lock, ...] = ()
    comment: str = ""

    def with_hazards(self, *hazards: Hazard) -> "Statement":
        """The same statement with more hazards."""
        return replace(self, hazards=self.hazards | frozenset(hazards))


def alter_table(table: str, action: str, *hazards: Hazard, foreign: bool = False) -> Statement:
    """ALTER TABLE `table` `action`; neighbours on the same table are joined when printed."""
    word = "FOREIGN TABLE" if foreign else "TABLE"
    return Statement(
        f"ALTER {word} {table} {action}", frozenset(hazards), f"{word} {table}", action
    )


# From the weakest to the strongest (manual, chapter 13.3.1).
LOCK_MODES: Final = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)


def strongest(locks: Iterable[Lock]) -> tuple[Lock, ...]:
    """One lock for each relation, the strongest there is."""
    found: dict[str, Lock] = {}
    for lock in sorted(locks, key=lambda each: LOCK_MODES.index(each.mode)):
        found[lock.relation] = lock
    return tuple(sorted(found.values()))


def joined(statements: Iterable[Statement]) -> list[Statement]:
    """The statements with neighbouring ALTER TABLEs of one table made one."""
    result: list[Statement] = []
    for statement in statements:
        last = result[-1] if result else None
        if (
            last is not None
            and last.table is not None
            and last.table == statement.table
            and last.in_transaction
            and statement.in_transaction
        ):
            action = f"{last.action},\n    {statement.action}"
            result[-1] = Statement(
                f"ALTER {last.table}\n    {action}",
                last.hazards | statement.hazards,
                last.table,
                action,
                locks=strongest((*last.locks, *statement.locks)),
                comment="\n".join(dict.fromkeys(filter(None, (last.comment, statement.comment)))),
            )
        else:
            result.append(statement)
    return result
