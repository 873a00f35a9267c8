"""A plan as a script that people read."""

from collections.abc import Callable, Iterable
from typing import Final

from pgplumb.planner.plan import PlannedStatement
from pgplumb.planner.statement import Statement, joined
from pgplumb.snapshot.model import Identity, Kind

# Parts that are shown together with the table or view they belong to.
_PARTS: Final = frozenset(
    {
        Kind.COLUMN,
        Kind.DEFAULT,
        Kind.CONSTRAINT,
        Kind.TRIGGER,
        Kind.RULE,
        Kind.POLICY,
        Kind.REPLICA_IDENTITY,
        Kind.CLUSTER,
    }
)


def paragraphs(
    planned: Iterable[PlannedStatement], *, join: bool = True
) -> Iterable[list[Statement]]:
    """The statements in groups: those about one table or object that stand together.

    join: whether neighbouring ALTER TABLEs of one table become one.
    """
    for group in _groups(planned):
        yield joined(group) if join else group


def _groups(planned: Iterable[PlannedStatement]) -> Iterable[list[Statement]]:
    group: list[Statement] = []
    last: tuple[str, ...] | None = None
    for each in planned:
        subject = _subject(each.step.identity)
        if group and subject != last:
            yield group
            group = []
        group.append(each.statement)
        last = subject
    if group:
        yield group


def written(statement: Statement) -> str:
    """A statement with its semicolon, on lines of its own."""
    comment = f"{statement.comment}\n" if statement.comment else ""
    return f"{comment}{statement.sql};\n"


def script(
    planned: Iterable[PlannedStatement],
    write: Callable[[Statement], str] = written,
    *,
    join: bool = True,
) -> str:
    """The statements of one transaction as SQL.

    write: how one statement is written, for tools that want more than a semicolon behind it.
    """
    return "\n".join("".join(map(write, group)) for group in paragraphs(planned, join=join))


def _subject(identity: Identity) -> tuple[str, ...]:
    if identity.kind in _PARTS:
        return identity.path[:-1] if len(identity.path) > 2 else identity.path  # noqa: PLR2004
    return identity.path
