"""Functions and procedures whose bodies PostgreSQL can't check when it creates them.

A body may name what only a search_path finds that its database or its callers have, or what is
there no more. The function is there all the same; pg_dump turns off check_function_bodies for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from psycopg import Connection, Error

from pgplumb.planner.statement import Statement
from pgplumb.planner.steps import PlannedStatement, Verb
from pgplumb.snapshot.model import ROUTINES, Identity

_OFF = Statement("SET check_function_bodies = off")
_AS_BEFORE = Statement("RESET check_function_bodies")


def has_body(planned: PlannedStatement) -> bool:
    """Whether PostgreSQL checks a body when it runs the statement."""
    step = planned.step
    return step.verb is Verb.MAKE and step.identity.kind in ROUTINES


def with_unchecked(
    planned: Sequence[PlannedStatement], bodies: Mapping[Identity, str]
) -> Iterator[PlannedStatement]:
    """The statements, those about routines whose `bodies` can't be checked in a frame.

    bodies: what PostgreSQL says of each; it stands above CREATE FUNCTION.
    """
    for unchecked, group in groupby(
        planned, lambda each: has_body(each) and each.step.identity in bodies
    ):
        if not unchecked:
            yield from group
            continue
        framed = list(group)
        yield PlannedStatement(framed[0].step, _OFF)
        for each in framed:
            creates = each.statement.sql.startswith("CREATE ")
            yield _explained(each, bodies[each.step.identity]) if creates else each
        yield PlannedStatement(framed[-1].step, _AS_BEFORE)


def runs_unchecked(connection: Connection[object], planned: PlannedStatement) -> bool:
    """Run a statement that PostgreSQL has refused without looking at the body; says if it could.

    In: a connection in a transaction, with nothing left of the first try.
    """
    try:
        with connection.transaction():
            connection.execute(_OFF.sql.encode())
            connection.execute(planned.statement.sql.encode())
            connection.execute(_AS_BEFORE.sql.encode())
    except Error:
        return False
    return True


def _explained(planned: PlannedStatement, why: str) -> PlannedStatement:
    words = " ".join(why.split())
    comment = f"-- PostgreSQL can't check the body here: {words}"
    return replace(planned, statement=replace(planned.statement, comment=comment))
