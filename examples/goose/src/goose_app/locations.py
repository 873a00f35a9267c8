"""Queries written by hand: SQL, psycopg's row factories, Pydantic's validation.

`LocationQueries` takes a connection of its own for each call. The functions take the caller's, and
are part of its transaction, together with those that sqlc has generated.
"""

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.database import DatabaseClient
from goose_app.models import Location


class LocationQueries:
    """Single operations, each on a connection of its own."""

    def __init__(self, client: DatabaseClient) -> None:
        self._client = client

    async def create(self, name: str, capacity: int) -> Location:
        """Store a new location."""
        async with self._client.connection() as conn:
            return await create_location(conn, name, capacity)

    async def find(self, name: str) -> Location | None:
        """The location of this name."""
        async with self._client.connection() as conn:
            return await find_location(conn, name)


async def create_location(conn: AsyncConnection[Any], name: str, capacity: int) -> Location:
    """Store a new location, in the caller's transaction."""
    async with conn.cursor(row_factory=class_row(Location)) as cursor:
        await cursor.execute(
            "insert into location (name, capacity) values (%s, %s) returning id, name, capacity",
            [name, capacity],
        )
        [created] = await cursor.fetchall()
        return created


async def find_location(conn: AsyncConnection[Any], name: str) -> Location | None:
    """The location of this name, in the caller's transaction."""
    async with conn.cursor(row_factory=class_row(Location)) as cursor:
        await cursor.execute("select id, name, capacity from location where name = %s", [name])
        return await cursor.fetchone()
