"""Errors that name their place, as sqlc, PostgreSQL's messages and Atlas give them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import errors

from pgplumb.errors import LocatedError
from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.postgres.extensions import where_to_find_extension
from pgplumb.postgres.roles import lacks_role

# "db/query/contact.sql:12:8: column ... does not exist"
_LINE: Final = re.compile(r"^(?P<file>\S.*?\.sql):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One message, its place, and the lines below it."""

    place: Place
    message: str
    detail: str


def complaints(text: str, root: Path) -> Iterator[Complaint]:
    """The messages of a text that name their place; lines before the first one are left out."""
    current: Complaint | None = None
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            if current is not None:
                detail = f"{current.detail}\n{line}" if current.detail else line
                current = Complaint(current.place, current.message, detail)
            continue
        if current is not None:
            yield current
        column = found["column"]
        place = Place(
            relative(found["file"], root), int(found["line"]), int(column) if column else None
        )
        current = Complaint(place, found["text"], "")
    if current is not None:
        yield current


def refused(rule: Rule, error: LocatedError, root: Path) -> list[Finding]:
    """SQL that PostgreSQL refused, as findings.

    Raises the error itself when it is the server's fault: it lacks a role or an extension.
    """
    if _is_of_the_server(error):
        raise error
    found = list(complaints(error.message, root))
    hints = [error.hint] if error.hint else []
    return [
        rule.finding(
            each.message, place=each.place, detail="\n".join(filter(None, [each.detail, *hints]))
        )
        for each in found
    ] or [rule.finding(error.message, detail="\n".join(hints))]


def _is_of_the_server(error: LocatedError) -> bool:
    cause = error.__cause__
    if isinstance(cause, psycopg.Error) and where_to_find_extension(cause) is not None:
        return True
    return isinstance(cause, errors.UndefinedObject) and lacks_role(str(cause))
