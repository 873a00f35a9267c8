"""What a copy of a database lacks: subscriptions, which PostgreSQL keeps for the whole server."""

from typing import Any

from psycopg import Connection

from pgplumb.planner.attributes import attribute_statements
from pgplumb.planner.handler import Context
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.snapshot.model import Kind, Snapshot


def complete_copy(connection: Connection[Any], original: Snapshot) -> None:
    """Create in a copy made by CREATE DATABASE what else the original holds.

    Raises psycopg.Error where the role may not.
    """
    context = Context(original, original)
    for item in original:
        if item.identity.kind is Kind.SUBSCRIPTION:
            for statement in (
                *handler_of(item).create(item, (), context),
                *attribute_statements(None, item, context),
            ):
                connection.execute(statement.sql.encode())
