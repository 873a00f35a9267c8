"""What PostgreSQL says of a statement that it refuses, and what can be made of it."""

import re
from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg import errors

from pgplumb.errors import LocatedError
from pgplumb.postgres.extensions import where_to_find_extension
from pgplumb.postgres.locations import location_of
from pgplumb.sources.statements import Statement

# What a statement may need that a later one makes.
_NOT_THERE_YET: Final = frozenset(
    error.sqlstate
    for error in (
        errors.UndefinedObject,
        errors.UndefinedTable,
        errors.UndefinedFunction,
        errors.UndefinedColumn,
        errors.InvalidSchemaName,
        errors.InvalidForeignKey,  # no unique constraint on what is referenced
        errors.InvalidColumnReference,  # ON CONFLICT without such a constraint
        errors.ForeignKeyViolation,  # rows
        errors.InvalidTextRepresentation,  # a label that its enum has not yet
        errors.ObjectNotInPrerequisiteState,
        errors.WrongObjectType,
        errors.InvalidObjectDefinition,  # a shell type, a primary key that is not there
        errors.InvalidTableDefinition,
        errors.DependentObjectsStillExist,
    )
)
_UNKNOWN_SETTING: Final = re.compile(r"unrecognized configuration parameter")
_QUOTED: Final = re.compile(r'"((?:[^"]|"")+)"')
_CALLED: Final = re.compile(r"([\w$.]+)\(")


def may_wait(error: psycopg.Error) -> bool:
    """Whether a statement that is refused so may be accepted after others have run."""
    return error.sqlstate in _NOT_THERE_YET


def is_unknown_setting(error: psycopg.Error) -> bool:
    """Whether a SET names what this version of PostgreSQL does not know."""
    message = error.diag.message_primary or ""
    return isinstance(error, errors.UndefinedObject) and bool(_UNKNOWN_SETTING.search(message))


def missing_names(error: psycopg.Error) -> frozenset[str]:
    """The names in PostgreSQL's message, each without its schema; one is of what is missing."""
    message = error.diag.message_primary or ""
    names = _QUOTED.findall(message) or _CALLED.findall(message)
    return frozenset(name.rpartition(".")[2].replace('"', "") for name in names)


def located(statement: Statement, error: psycopg.Error, hints: Sequence[str] = ()) -> LocatedError:
    """The error with its place: file:line:column, the line of SQL and a caret below it."""
    text = statement.source.text
    position = statement.start + int(error.diag.statement_position or 1)
    place = location_of(text, position)
    message = error.diag.message_primary or str(error)
    number, column = (int(part) for part in place.split(":"))
    line = text.split("\n")[number - 1]
    before = line[: column - 1].lstrip()
    shown = [
        f"{statement.source.path}:{place}: {message}",
        f"    {line.strip()}",
        f"    {' ' * len(before)}^",
    ]
    elsewhere = where_to_find_extension(error)
    details = [error.diag.message_detail, error.diag.message_hint, elsewhere, *hints]
    return LocatedError("\n".join(shown), hint="\n".join(each for each in details if each) or None)


def place_of(statement: Statement) -> str:
    """Where the statement begins: file:line:column."""
    return f"{statement.source.path}:{location_of(statement.source.text, statement.start + 1)}"


def together(found: Sequence[LocatedError]) -> LocatedError:
    """Several errors as one."""
    hints = dict.fromkeys(error.hint for error in found if error.hint)
    message = "\n".join(error.message for error in found)
    return LocatedError(message, hint="\n".join(hints) or None)
