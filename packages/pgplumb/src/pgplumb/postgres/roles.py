"""Roles that SQL names: they belong to a whole server, and may be missing on another one."""

import re
from typing import Final

import psycopg
from psycopg import errors, sql

_MISSING: Final = re.compile(r'role "(.+)" does not exist')


def missing_role(error: psycopg.Error) -> str | None:
    """The role that is missing, where that is the reason."""
    if error.sqlstate not in {
        errors.UndefinedObject.sqlstate,
        errors.InvalidParameterValue.sqlstate,
    }:
        return None
    found = _MISSING.search(error.diag.message_primary or "")
    return found and found[1]


def lacks_role(text: str) -> bool:
    """Whether a text, another program's say, is about a role that is missing."""
    return _MISSING.search(text) is not None


def create_role(role: str) -> str:
    """The statement that makes a role that can't log in."""
    return sql.SQL("create role {} nologin").format(sql.Identifier(role)).as_string()
