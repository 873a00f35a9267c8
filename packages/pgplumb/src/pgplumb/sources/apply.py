"""Applying a script to a scratch database, whatever the order its statements stand in.

First the files run as they are. Where PostgreSQL refuses that, the statements run one by one in a
fresh database, and one that needs what is not there yet waits for it: it runs as soon as something
with the missing name has been made. Migrations keep their order, and nothing waits.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus

from pgplumb.errors import LocatedError, PlumbError
from pgplumb.postgres.roles import missing_role
from pgplumb.sources.model import Script, Server
from pgplumb.sources.refusal import (
    is_unknown_setting,
    located,
    may_wait,
    missing_names,
    place_of,
    together,
)
from pgplumb.sources.roles import how_to_make, make_role
from pgplumb.sources.statements import Statement, statements_of

# A statement names what it makes among its first words.
_HEAD: Final = 12
_MOST_PLACES: Final = 5
_VALIDATE: Final = """
do $$ begin execute (
    select format('select %s(%s)', l.lanvalidator::regproc, p.oid)
    from pg_catalog.pg_proc as p join pg_catalog.pg_language as l on l.oid = p.prolang
    where p.oid = {} and l.lanvalidator <> 0
); end $$
"""


def apply_whole(connection: Connection[Any], script: Script) -> bool:
    """Run the files as they are; false when PostgreSQL refuses one of them.

    Raises PlumbError for a file that leaves its transaction open.
    """
    last = ""
    for text in script.texts:
        if not text.continues:
            _require_end(connection, last)
        last = text.path
        try:
            if not text.continues:
                connection.execute("discard all")
            connection.execute(text.text.encode())
        except psycopg.Error:
            return False
    _require_end(connection, last)
    return True


def _require_end(connection: Connection[Any], path: str) -> None:
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        raise PlumbError(
            f"{path} begins a transaction that it does not end.",
            hint="Write COMMIT; at its end, or leave the BEGIN; out.",
        )


def apply_each(connection: Connection[Any], script: Script, server: Server) -> tuple[str, ...]:
    """Run the statements one by one; gives notes for people.

    Raises LocatedError for what PostgreSQL refuses.
    """
    return _Run(connection, server, in_order=script.in_order).run(statements_of(script.texts))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A statement that was refused, and why; `names` is what it may be waiting for."""

    statement: Statement
    error: psycopg.Error
    names: frozenset[str]


class _Run:
    """One run of statements: those that wait, and the settings of the session."""

    def __init__(self, connection: Connection[Any], server: Server, *, in_order: bool) -> None:
        self._connection = connection
        self._server = server
        self._in_order = in_order
        self._settings: tuple[Statement, ...] = ()
        # By their place in the script; and those places by what they may be waiting for.
        self._waiting: dict[int, _Waiting] = {}
        self._waiting_for: dict[str, set[int]] = {}
        self._unchecked: list[tuple[Statement, set[int]]] = []
        self._notes: dict[str, None] = {}

    def run(self, statements: Sequence[Statement]) -> tuple[str, ...]:
        """Run them all; gives the notes. Raises LocatedError."""
        for number, statement in enumerate(statements):
            self._try(number, statement)
            if number not in self._waiting:
                self._wake(statement)
        while self._waiting:
            if not self._retry(self._waiting) and not self._create_unchecked():
                raise self._stuck()
        self._check()
        return tuple(self._notes)

    def _try(self, number: int, statement: Statement) -> None:
        """Run the statement, or have it wait. Raises LocatedError when waiting does not help."""
        error = self._attempt(statement)
        if error is None:
            self._waiting.pop(number, None)
        elif self._in_order or not may_wait(error):
            raise located(statement, error) from error
        else:
            names = missing_names(error)
            self._waiting[number] = _Waiting(statement, error, names)
            for name in names:
                self._waiting_for.setdefault(name, set()).add(number)

    def _wake(self, made: Statement) -> None:
        """Try what waits for a name that the statement has, and what waits for that in turn."""
        news = deque([made])
        while news and self._waiting:
            words = news.popleft().words(_HEAD)
            if "extension" in words[:2]:  # nobody knows the names that it brings
                chosen = set(self._waiting)
            else:
                chosen = {each for word in words for each in self._waiting_for.pop(word, ())}
            news.extend(self._retry(chosen & self._waiting.keys()))

    def _retry(self, numbers: Iterable[int]) -> list[Statement]:
        """Try these again, in order; gives those that PostgreSQL has now accepted."""
        accepted: list[Statement] = []
        for number in sorted(numbers):
            statement = self._waiting[number].statement
            self._try(number, statement)
            if number not in self._waiting:
                accepted.append(statement)
        return accepted

    def _create_unchecked(self) -> bool:
        """Create functions whose bodies name what can't be there before them, when all is stuck.

        A table's default may call a function that reads the table. Such a body is checked when
        everything is there. Says whether there was one.
        """
        before = len(self._unchecked)
        for number, each in sorted(self._waiting.items()):
            if not _is_routine(each.statement):
                continue
            self._use(each.statement.settings)
            known = self._routines()
            self._connection.execute("set check_function_bodies to off")
            error = self._execute(each.statement)
            self._connection.execute("reset all")
            self._settings = ()
            if error is None:
                del self._waiting[number]
                self._unchecked.append((each.statement, self._routines() - known))
        return len(self._unchecked) > before

    def _check(self) -> None:
        """Do what CREATE FUNCTION does with a body. Raises LocatedError."""
        for statement, routines in self._unchecked:
            self._use(statement.settings)
            for oid in routines:
                try:
                    self._connection.execute(_VALIDATE.format(oid).encode())
                except psycopg.Error as error:
                    raise located(statement, error) from error

    def _routines(self) -> set[int]:
        rows = self._connection.execute("select oid::int8 from pg_catalog.pg_proc").fetchall()
        return {oid for (oid,) in rows}

    def _attempt(self, statement: Statement) -> psycopg.Error | None:
        """Run the statement under its settings; gives the error when PostgreSQL refuses it."""
        self._use(statement.settings)
        return self._execute(statement)

    def _execute(self, statement: Statement) -> psycopg.Error | None:
        while True:
            try:
                self._connection.execute(statement.text.encode())
            except psycopg.Error as error:
                if self._connection.closed:
                    raise PlumbError(f"PostgreSQL ended the connection: {error}") from error
                role = missing_role(error)
                if role is None:
                    return error
                self._make_role(role, statement, error)
            else:
                return None

    def _use(self, settings: tuple[Statement, ...]) -> None:
        """Give the session these settings, and no others."""
        if settings is self._settings:
            return
        have = len(self._settings)
        if settings[:have] != self._settings:
            self._connection.execute("reset session authorization; reset role; reset all")
            have = 0
        for setting in settings[have:]:
            error = self._execute(setting)
            if error is not None and not is_unknown_setting(error):
                raise located(setting, error)
            if error is not None:
                self._note(f"{setting.source.path}: left out: {error.diag.message_primary}")
        self._settings = settings

    def _make_role(self, role: str, statement: Statement, error: psycopg.Error) -> None:
        if not self._server.makes_roles:
            raise located(statement, error, [how_to_make(self._server, role)]) from error
        self._note(make_role(self._server, role))

    def _note(self, note: str | None) -> None:
        if note is not None:
            self._notes[note] = None

    def _stuck(self) -> LocatedError:
        """What to say of statements that wait for something that never came."""
        waiting = [self._waiting[number] for number in sorted(self._waiting)]
        made = [set(each.statement.words(_HEAD)) for each in waiting]
        # What waits for another one that waits is not to blame.
        roots = [
            each
            for number, each in enumerate(waiting)
            if all(each.names.isdisjoint(names) for names in made[:number] + made[number + 1 :])
        ]
        if roots:
            return together([located(each.statement, each.error) for each in roots[:_MOST_PLACES]])
        places = ", ".join(place_of(each.statement) for each in waiting[:_MOST_PLACES])
        circle = (
            f"Statements that need one another wait for ever: {places}\n"
            "Take a part out of one and add it behind them, with ALTER TABLE for example."
        )
        return located(waiting[0].statement, waiting[0].error, [circle])


def _is_routine(statement: Statement) -> bool:
    words = statement.words(4)
    return words[:1] == ["create"] and not {"function", "procedure"}.isdisjoint(words)
