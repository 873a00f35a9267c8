"""Roles that SQL names: they belong to a whole server, and so are not in any source."""

from contextlib import suppress

from psycopg import errors

from pgplumb.postgres.databases import connect
from pgplumb.postgres.roles import create_role
from pgplumb.sources.model import Server


def make_role(server: Server, role: str) -> str | None:
    """Make a role that can't log in, on a server where that may be done; gives a note for people.

    Gives None on a server that goes away. Raises psycopg.Error when PostgreSQL refuses.
    """
    with connect(server.url) as connection, suppress(errors.DuplicateObject):
        connection.execute(create_role(role).encode())
    return None if server.is_temporary else f'made the role "{role}" on {server.url.server}'


def how_to_make(server: Server, role: str) -> str:
    """What a person has to do on a server where no role may be made unasked."""
    return (
        f"Roles belong to a whole server, and plumb makes none on {server.url.server}. "
        f"Run there: {create_role(role)};"
    )
