"""Turning one schema into another and back again, rows and all."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any, Final

import psycopg
from psycopg import Connection

from pgplumb.planner.difference import differences
from pgplumb.planner.plan import plan
from pgplumb.planner.prove import Proof, prove
from pgplumb.planner.statement import Hazard, Statement, joined
from pgplumb.planner.steps import Verb
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.take import take_snapshot

from .databases import Server
from .random_choices import Choices
from .random_schemas import Schema
from .random_tables import Table
from .rows import contents, lost

_PASSES: Final = 3
# "Data Exception" and "Integrity Constraint Violation".
_ABOUT_DATA: Final = frozenset({"22", "23"})
# Expressions of the schema's author are computed of the rows that are there.
_COMPUTES: Final = re.compile(
    r"CREATE (MATERIALIZED VIEW|INDEX|UNIQUE INDEX) |ALTER TABLE .* GENERATED ALWAYS AS \(",
    re.DOTALL,
)


class DivergedError(AssertionError):
    """A plan that did not do what it says; `what` is the check that failed."""

    def __init__(self, what: str, details: object, planned: Sequence[Statement] = ()) -> None:
        text = "".join(f"\n{statement.sql};" for statement in planned)
        super().__init__(f"{what}: {details}\n-- plan{text}")
        self.what = what


class RefusedError(AssertionError):
    """A change that plumb is known not to find a way for: it says so, and writes nothing."""


@dataclass(frozen=True)
class Side:
    """A database made of statements that PostgreSQL has taken."""

    database: str
    statements: list[str]
    snapshot: Snapshot


@dataclass
class Counts:
    """What was tried: pairs, those that plumb refuses, statements, rows that were kept, plans that
    the rows stood against, dumps that were compared; how often an object of each kind was dropped,
    made and altered.
    """

    pairs: int = 0
    unplanned: int = 0
    statements: int = 0
    rows: int = 0
    refused: int = 0
    dumps: int = 0
    steps: Counter[str] = field(default_factory=Counter[str])

    def add(self, other: "Counts") -> None:
        """Count another trial's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def build(server: Server, schema: Schema) -> Side:
    """Make what PostgreSQL takes of a schema; the rest is removed from it."""
    database = server.create()
    accepted: list[str] = []
    with server.connected(database) as connection:
        waiting = [(item, list(item.statements(schema))) for item in schema.items]
        made = {id(item) for item in schema.items if not list(item.make(schema))}
        for _ in range(_PASSES):  # one may need another that comes later
            for item, statements in waiting:
                for statement in list(statements):
                    if _takes(connection, statement):
                        made.add(id(item))
                        accepted.append(statement)
                        statements.remove(statement)
                    elif id(item) not in made:
                        break
        schema.items = [item for item in schema.items if id(item) in made]
        snapshot = take_snapshot(connection)
    return Side(database, accepted, snapshot)


def rebuild(server: Server, statements: Sequence[str]) -> Side:
    """Make a database of statements that are known."""
    database = server.create()
    with server.connected(database) as connection:
        accepted = [statement for statement in statements if _takes(connection, statement)]
        return Side(database, accepted, take_snapshot(connection))


def rows_for(schema: Schema, choices: Choices) -> list[str]:
    """Rows for its tables."""
    return [row for table in schema.all(Table) for row in table.rows(schema, choices)]


def try_pair(server: Server, old: Side, new: Side, rows: Sequence[str], *, dump: bool) -> Counts:
    """From old to new, and back. Raises DivergedError.

    dump: compare what pg_dump says, too.
    """
    counts = Counts(pairs=1, dumps=2 * dump)
    work = server.create(old.database)
    try:
        with server.connected(work) as connection:
            for row in rows:
                _takes(connection, row)
        for source, target in ((old, new), (new, old)):
            proof = _proof(server, source, target)
            counts.statements += len(proof.statements)
            counts.steps.update(
                f"{Verb(each.step.verb).name} {each.step.identity.kind}"
                for each in proof.statements
            )
            if not _kept(server, work, proof, source=source, target=target, counts=counts):
                # The rows stood against it: then without them.
                counts.refused += 1
                server.drop(work)
                work = server.create(source.database)
                _kept(server, work, proof, source=source, target=target, counts=counts)
            if dump:
                _compare_dumps(server, work, target, proof)
    finally:
        server.drop(work)
    return counts


def _takes(connection: Connection[Any], statement: str) -> bool:
    try:
        connection.execute(statement.encode())
    except psycopg.Error:
        return False
    return True


def _proof(server: Server, source: Side, target: Side) -> Proof:
    proof = prove(source.snapshot, target.snapshot, server.copier(source.database))
    if not proof.holds:
        refusal = proof.refusal
        if _is_refused(proof, source.snapshot, target.snapshot):
            raise RefusedError
        found = "\n".join(map(str, proof.left[:5]))
        if refusal is not None:
            found = f"{refusal.planned.statement.sql}\n{refusal.error}\n{found}"
        raise DivergedError("no proof", found, [each.statement for each in proof.statements])
    return proof


def _is_refused(proof: Proof, source: Snapshot, target: Snapshot) -> bool:
    """Whether it is a partition key's type, the order of a typed table's columns, or a table that
    is there and begins to inherit.

    What a table has had by itself, PostgreSQL goes on taking for its own, whatever it inherits.
    """
    words = str(proof.refusal and proof.refusal.error)
    if "part of the partition key of relation" in words or " where type requires " in words:
        return True
    own = any(each.what == "local" for each in proof.left) and proof.refusal is None
    return (own or "child table is missing constraint" in words) and any(
        isinstance(item.facts, facts.Inheritance)
        and item.facts.bound is None
        and (item.identity not in source or source[item.identity].facts != item.facts)
        and item.parent is not None
        and item.parent in source
        for item in target
    )


def _kept(
    server: Server, database: str, proof: Proof, *, source: Side, target: Side, counts: Counts
) -> bool:
    """Run the plan as a migration would; false when it can't be done with the rows there are."""
    statements = [each.statement for each in proof.statements]
    with server.connected(database) as connection:
        before = contents(connection, source.snapshot, target.snapshot)
        try:
            if not _migrate(connection, proof):
                return False
        except psycopg.Error as error:
            raise DivergedError("refused", error, statements) from error
        result = take_snapshot(connection)
        left = differences(result, target.snapshot)
        if left:
            raise DivergedError("different", "\n".join(map(str, left[:5])), statements)
        again = plan(result, target.snapshot)
        if again:
            raise DivergedError("not empty", [each.statement.sql for each in again], statements)
        after = contents(connection, source.snapshot, target.snapshot)
    missing = lost(before, after, source.snapshot, target.snapshot)
    if missing:
        raise DivergedError("rows lost", missing, statements)
    counts.rows += sum(len(rows) for rows in after.values())
    return True


def _migrate(connection: Connection[Any], proof: Proof) -> bool:
    """Run the statements as they are printed; false when one fails that may fail on data."""
    for group in proof.transactions():
        with connection.transaction() if group[0].statement.in_transaction else nullcontext():
            for statement in joined(each.statement for each in group):
                try:
                    connection.execute(statement.sql.encode())
                except psycopg.Error as error:
                    about_data = (error.sqlstate or "")[:2] in _ABOUT_DATA
                    computes = _COMPUTES.match(statement.sql)
                    if about_data and (computes or Hazard.MAY_FAIL in statement.hazards):
                        return False
                    error.add_note(statement.sql)
                    raise
    return True


def _compare_dumps(server: Server, database: str, target: Side, proof: Proof) -> None:
    mine, theirs = server.dump(database), server.dump(target.database)
    if mine != theirs:
        lines = "\n".join(
            line for line in unified_diff(mine, theirs, "migrated", "wanted", lineterm="", n=0)
        )
        raise DivergedError("dumps differ", lines, [each.statement for each in proof.statements])


def reduced(
    server: Server, old: Sequence[str], new: Sequence[str], rows: Sequence[str], what: str
) -> tuple[list[str], list[str], list[str]]:
    """The fewest statements of both schemas, and rows, for which the same check fails."""

    def fails(parts: list[list[str]]) -> bool:
        sides = [rebuild(server, part) for part in parts[:2]]
        try:
            try_pair(server, sides[0], sides[1], parts[2], dump=what == "dumps differ")
        except DivergedError as error:
            return error.what == what
        except Exception as error:
            return type(error).__name__ == what
        finally:
            for side in sides:
                server.drop(side.database)
        return False

    parts: list[list[str]] = [list(old), list(new), list(rows)]
    if not fails(parts):
        return parts[0], parts[1], parts[2]
    if fails([parts[0], parts[1], []]):
        parts[2] = []
    size = max(map(len, parts))
    while size:
        changed = False
        for text in _chunks(parts, size):
            smaller = [[each for each in part if each not in text] for part in parts]
            if smaller != parts and fails(smaller):
                parts, changed = smaller, True
        for number in range(3):
            for text in _chunks([parts[number]], size):
                smaller = list(parts)
                smaller[number] = [each for each in parts[number] if each not in text]
                if smaller != parts and fails(smaller):
                    parts, changed = smaller, True
        size = size // 2 if not changed or size > 1 else size
    return parts[0], parts[1], parts[2]


def _chunks(parts: Sequence[Sequence[str]], size: int) -> list[set[str]]:
    whole = list(dict.fromkeys(each for part in parts for each in reversed(part)))
    return [set(whole[start : start + size]) for start in range(0, len(whole), size)]
