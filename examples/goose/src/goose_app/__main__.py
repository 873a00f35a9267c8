"""`python -m goose_app`: plans an event in a new room, in one transaction, and shows the plan."""

import asyncio
import datetime
import sys

import psycopg
from psycopg.types.range import Range

from app.database import DatabaseClient
from app.settings import ConfigurationError, load_settings
from goose_app.db import event
from goose_app.locations import LocationQueries, create_location

HOUR = datetime.timedelta(hours=1)


async def main() -> None:
    """Run it. Raises ConfigurationError, and psycopg's errors."""
    async with await DatabaseClient.create(load_settings()) as client:
        now = datetime.datetime.now(datetime.UTC)
        name = f"Room of {now:%H:%M:%S.%f}"
        async with client.transaction() as conn:
            room = await create_location(conn, name, capacity=12)
            organiser = await event.create_contact(conn, given_name="Ada", family_name="Lovelace")
            await event.create_event(
                conn,
                organiser_id=organiser,
                location_id=room.id,
                title="Tea",
                during=Range(now, now + HOUR),
            )
        found = await LocationQueries(client).find(name)
        planned = await event.EventQueries(client).list_events_at(location_id=room.id)
        print(found, *planned, sep="\n")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except ConfigurationError as error:
        sys.exit(str(error))
    except psycopg.Error as error:
        sys.exit(f"PostgreSQL: {error}")
