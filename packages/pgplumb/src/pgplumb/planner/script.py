"""A plan as a script that people read."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from pgplumb.planner.kinds import PARTS
from pgplumb.planner.statement import Statement, joined
from pgplumb.planner.steps import PlannedStatement
from pgplumb.snapshot.model import Identity

_LISTED: Final = frozenset({"COMMENT", "DROP", "GRANT", "REVOKE"})
_INDEX: Final = re.compile(r"CREATE (UNIQUE )?INDEX ")


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
    text = ""
    last: str | None = None
    for group in paragraphs(planned, join=join):
        kind = _kind_of_line(group)
        if text and (kind is None or kind != last):
            text += "\n"
        text += "".join(map(write, group))
        last = kind
    return text


def _kind_of_line(group: list[Statement]) -> str | None:
    """What a paragraph of one line does, where several of that kind are read as a list."""
    statement = group[0]
    if len(group) > 1 or "\n" in statement.sql or statement.comment:
        return None
    word = statement.sql.partition(" ")[0]
    if word in _LISTED:
        return word
    return "CREATE INDEX" if _INDEX.match(statement.sql) else None


def _subject(identity: Identity) -> tuple[str, ...]:
    if identity.kind in PARTS:
        return identity.path[:-1] if len(identity.path) > 2 else identity.path  # noqa: PLR2004
    return identity.path
