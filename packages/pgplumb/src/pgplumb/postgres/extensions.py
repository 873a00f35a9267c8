"""Extensions that a server does not have."""

from typing import Final

import psycopg
from psycopg import errors

_ELSEWHERE: Final = (
    "The PostgreSQL that comes with plumb lacks some. Name the programs of one that has it with "
    "PLUMB_PG_BIN, or a server with DATABASE_URL."
)


def where_to_find_extension(error: psycopg.Error) -> str | None:
    """What to do about an extension that the server can't create; None for another error."""
    is_missing = isinstance(error, errors.FeatureNotSupported | errors.UndefinedFile)
    return _ELSEWHERE if is_missing and "extension" in str(error) else None
