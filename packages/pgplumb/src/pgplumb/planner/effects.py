"""What each statement of a plan does to a database in use, as PostgreSQL is seen to do it.

Every statement runs in a transaction of its own on a copy of the database. Before that ends,
pg_locks says what it holds, and PostgreSQL's own counters and file numbers say which tables it has
scanned or written anew. PostgreSQL does both whether or not there are rows.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg
from psycopg import Connection

from pgplumb.planner.statement import LOCK_MODES, Hazard, Lock, Statement, strongest
from pgplumb.planner.steps import PlannedStatement, Verb
from pgplumb.snapshot.model import RELATIONS, ROUTINES, Kind, Snapshot

_SEEN: Final = frozenset({Hazard.REWRITE, Hazard.SCAN, Hazard.BLOCKS_READS, Hazard.BLOCKS_WRITES})
# What any query takes is not worth a word.
_WEAKEST: Final = LOCK_MODES.index("SHARE UPDATE EXCLUSIVE")

_RELATIONS: Final = """
    select c.oid::int8, format('%I.%I', n.nspname, c.relname)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
       and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""
_STATE: Final = """
    select c.oid::int8, pg_catalog.pg_relation_filenode(c.oid)::int8,
           pg_catalog.pg_stat_get_xact_numscans(c.oid)
      from pg_catalog.pg_class c
     where c.relkind in ('r', 'm') and c.oid = any(%s)
"""
_LOCKS: Final = """
    select l.relation::int8, l.mode from pg_catalog.pg_locks l
     where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted
       and l.relation = any(%s)
"""

# What code knows more of than that it is there.
_USED_BY_CODE: Final = RELATIONS | ROUTINES | {Kind.COLUMN, Kind.AGGREGATE, Kind.SEQUENCE}
# A relation may have another name after these.
_RENAMES: Final = re.compile(r"\bRENAME\b|\bSET SCHEMA\b")

Copy = Callable[[], AbstractContextManager[Connection[Any]]]


def with_effects(
    statements: Sequence[PlannedStatement], source: Snapshot, target: Snapshot, copy: Copy
) -> list[PlannedStatement]:
    """The statements with their locks, and with the hazards that can be seen.

    In: statements that turn `source` into `target`; `copy` opens a fresh copy of the source's
    database, in autocommit mode, to be thrown away. Those that do not run one by one stay as they
    are.
    """
    judged = [_not_for_long(planned, source, target) for planned in statements]
    if RELATIONS.isdisjoint(identity.kind for identity in source.objects):
        return judged
    with copy() as connection:
        return list(_Observer(connection).observe(judged))


def _not_for_long(
    planned: PlannedStatement, source: Snapshot, target: Snapshot
) -> PlannedStatement:
    """An object that comes back as it was breaks nothing."""
    step = planned.step
    # What a plan's second pass drops may have come with its first.
    before, after = source.get(step.identity), target.get(step.identity)
    if step.verb is not Verb.DROP or before is None or after is None:
        return planned
    if before.facts != after.facts and step.identity.kind in _USED_BY_CODE:
        return planned
    hazards = planned.statement.hazards - {Hazard.BREAKS_CODE}
    return replace(planned, statement=replace(planned.statement, hazards=hazards))


@dataclass(frozen=True, slots=True)
class _State:
    """A table's file, and how often this session has read the whole of it."""

    file: int | None
    scans: int


class _Observer:
    """Runs statements one by one and looks at what each of them does."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._names: dict[int, str] = dict(connection.execute(_RELATIONS).fetchall())

    def observe(self, statements: Iterable[PlannedStatement]) -> Iterable[PlannedStatement]:
        """The statements, each with what was seen; from one that is refused on, as they are."""
        rest = iter(statements)
        for planned in rest:
            try:
                statement = self._run(planned.statement)
            except psycopg.Error:
                yield planned
                break
            yield replace(planned, statement=statement)
        yield from rest

    def _run(self, statement: Statement) -> Statement:
        connection, sql = self._connection, statement.sql.encode()
        try:
            with connection.transaction():
                before = self._state()
                connection.execute(sql)
                held = self._locks()
                after = self._state()
        except psycopg.errors.ActiveSqlTransaction:
            connection.execute(sql)
            return statement
        if _RENAMES.search(statement.sql):
            named = connection.execute(_RELATIONS).fetchall()
            self._names |= {oid: name for oid, name in named if oid in self._names}
        locks = strongest(Lock(self._names[oid], mode) for oid, mode in held)
        there = {oid for oid, _ in held if oid in after and oid in before}
        rewritten = any(before[oid].file != after[oid].file for oid in there)
        scanned = any(before[oid].scans != after[oid].scans for oid in there)
        hazards = (statement.hazards - _SEEN) | _hazards(
            locks, rewritten=rewritten, scanned=scanned
        )
        if not rewritten and not scanned:  # it does not even look at the data
            hazards -= {Hazard.MAY_FAIL}
        return replace(statement, locks=locks, hazards=hazards)

    def _state(self) -> dict[int, _State]:
        rows = self._connection.execute(_STATE, [list(self._names)]).fetchall()
        return {oid: _State(file, scans) for oid, file, scans in rows}

    def _locks(self) -> list[tuple[int, str]]:
        rows = self._connection.execute(_LOCKS, [list(self._names)]).fetchall()
        named = ((oid, _mode(mode)) for oid, mode in rows)
        return [(oid, mode) for oid, mode in named if LOCK_MODES.index(mode) >= _WEAKEST]


def _mode(name: str) -> str:
    """`AccessExclusiveLock` of pg_locks in the manual's words."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return words.removesuffix(" Lock").strip().upper()


def _hazards(locks: Iterable[Lock], *, rewritten: bool, scanned: bool) -> frozenset[Hazard]:
    found: set[Hazard] = set()
    if rewritten or scanned:
        found.add(Hazard.REWRITE if rewritten else Hazard.SCAN)
        # A lock for a moment is no hazard.
        modes = {lock.mode for lock in locks}
        if "ACCESS EXCLUSIVE" in modes:
            found.add(Hazard.BLOCKS_READS)
        elif modes & {"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE"}:
            found.add(Hazard.BLOCKS_WRITES)
    return frozenset(found)
