"""Level 1: the queries, on a database that the migrations have built for this run."""

import datetime

import psycopg
import pytest
from psycopg import errors
from psycopg.types.range import Range
from pydantic import ValidationError

from app.database import DatabaseClient
from goose_app.db import event
from goose_app.locations import LocationQueries, create_location, find_location

START = datetime.datetime(2026, 11, 21, 8, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.mark.anyio
async def test_single_operations_take_a_connection_each(client: DatabaseClient) -> None:
    queries = LocationQueries(client)
    room = await queries.create("Room", 12)
    assert await queries.find("Room") == room
    assert await queries.find("Hall") is None


@pytest.mark.anyio
async def test_hand_written_and_generated_queries_share_a_transaction(
    client: DatabaseClient,
) -> None:
    async def plan(title: str, during: Range[datetime.datetime]) -> None:
        async with client.transaction() as conn:
            room = await find_location(conn, "Room") or await create_location(conn, "Room", 12)
            organiser = await event.create_contact(conn, given_name="Ada", family_name=None)
            await event.create_event(
                conn, organiser_id=organiser, location_id=room.id, title=title, during=during
            )

    await plan("Tea", Range(START, START + HOUR))
    with pytest.raises(errors.ExclusionViolation):
        await plan("Coffee", Range(START, START + HOUR))

    room = await LocationQueries(client).find("Room")
    assert room is not None
    [tea] = await event.EventQueries(client).list_events_at(location_id=room.id)
    assert (tea.title, tea.organiser, tea.during.lower) == ("Tea", "Ada", START)
    async with client.connection() as conn:
        cursor = await conn.execute("select count(*) from contact")
        assert await cursor.fetchone() == (1,), "the second plan left nothing"


@pytest.mark.anyio
async def test_a_renamed_column_fails(client: DatabaseClient, plumb_dsn: str) -> None:
    with psycopg.connect(plumb_dsn) as conn:
        conn.execute("alter table location rename capacity to seats")
    with pytest.raises(errors.UndefinedColumn):
        await LocationQueries(client).find("Room")


@pytest.mark.anyio
async def test_a_value_that_may_be_missing_fails(client: DatabaseClient, plumb_dsn: str) -> None:
    with psycopg.connect(plumb_dsn) as conn:
        conn.execute("alter table location alter capacity drop not null")
        conn.execute("insert into location (name) values ('Room')")
    with pytest.raises(ValidationError, match="capacity"):
        await LocationQueries(client).find("Room")
