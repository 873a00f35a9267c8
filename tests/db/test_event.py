"""The generated event, activity and note queries, against a migrated database."""

import datetime
from decimal import Decimal
from ipaddress import IPv4Address

import pytest
from psycopg import AsyncConnection, errors
from psycopg.types.range import Range

from db import activity, contact, event, models, note
from db.enums import AttendanceRole, ContactKind, EventStatus

UTC = datetime.UTC
NOW = datetime.datetime.now(UTC).replace(microsecond=0)
HOUR = datetime.timedelta(hours=1)

pytestmark = pytest.mark.anyio


async def organiser(conn: AsyncConnection) -> models.Contact:
    return await contact.create_contact(
        conn,
        kind=ContactKind.ORGANISATION,
        given_name="Users' group",
        family_name=None,
        email=None,
        phone_numbers=[],
        address=None,
        credit_limit=None,
        preferences={},
    )


async def create(
    conn: AsyncConnection,
    organiser_id: int,
    start: datetime.datetime = NOW + HOUR,
    location_id: int | None = None,
    status: EventStatus = EventStatus.SCHEDULED,
) -> models.Event:
    return await event.create_event(
        conn,
        organiser_id=organiser_id,
        location_id=location_id,
        title="Meet-up",
        description=None,
        status=status,
        during=Range(start, start + HOUR),
        tags=["sql"],
        ticket_price=Decimal("5.00"),
    )


async def test_an_event_comes_with_its_organiser_and_place(async_conn: AsyncConnection) -> None:
    host = await organiser(async_conn)
    room = await event.create_location(async_conn, name="Room 1", capacity=20)
    somewhere = await create(async_conn, host.id, location_id=room.id)
    nowhere = await create(async_conn, host.id)

    row = await event.get_event(async_conn, id=somewhere.id)
    assert row is not None
    assert (row.event, row.contact, row.location, row.length) == (somewhere, host, room, HOUR)
    row = await event.get_event(async_conn, id=nowhere.id)
    assert row is not None
    assert row.location is None


async def test_a_location_holds_one_event_at_a_time(async_conn: AsyncConnection) -> None:
    host = await organiser(async_conn)
    room = await event.create_location(async_conn, name="Room 1", capacity=20)
    await create(async_conn, host.id, location_id=room.id)
    await create(async_conn, host.id, location_id=room.id, status=EventStatus.CANCELLED)

    with pytest.raises(errors.ExclusionViolation):
        await create(async_conn, host.id, location_id=room.id, start=NOW + HOUR * 1.5)


async def test_a_status_may_be_asked_for_or_not(async_conn: AsyncConnection) -> None:
    host = await organiser(async_conn)
    first = await create(async_conn, host.id)
    draft = await create(async_conn, host.id, status=EventStatus.DRAFT)

    async def between(status: EventStatus | None) -> list[models.Event]:
        return await event.list_events_between(
            async_conn, starts_at=NOW, ends_at=NOW + 5 * HOUR, status=status, page_size=10
        )

    assert await between(None) == [first, draft]
    assert await between(EventStatus.DRAFT) == [draft]
    rows = await event.list_events_of_organisers(async_conn, organiser_ids=[host.id, 99])
    assert [row.id for row in rows] == [first.id, draft.id]
    changed = [
        await event.set_event_status(async_conn, status=EventStatus.DONE, id=each)
        for each in (first.id, first.id)
    ]
    assert changed == [1, 0]


async def test_views_count_attendees_and_events(async_conn: AsyncConnection) -> None:
    host = await organiser(async_conn)
    meetup = await create(async_conn, host.id)
    roles = [AttendanceRole.SPEAKER, AttendanceRole.HOST]
    for each in ([AttendanceRole.ATTENDEE], roles):
        await event.attend(async_conn, event_id=meetup.id, contact_id=host.id, roles=each)
    await event.refresh_organiser_statistics(async_conn)

    [upcoming] = await event.list_upcoming_events(async_conn, page_size=10)
    assert (upcoming.id, upcoming.attendee_count, upcoming.location_name) == (meetup.id, 1, None)
    [attendee] = await event.list_attendees(async_conn, event_id=meetup.id)
    assert (attendee.roles, attendee.contact) == (roles, host)
    [statistics] = await event.list_top_organisers(async_conn, page_size=10)
    assert (statistics.event_count, statistics.ticket_price_sum) == (1, Decimal("5.00"))


async def test_activity_goes_to_the_partition_of_its_year(async_conn: AsyncConnection) -> None:
    rows = [
        activity.ImportActivityRow(
            contact_id=1,
            action="login",
            address=IPv4Address("10.0.0.1"),
            details={"n": year},
            occurred_at=datetime.datetime(year, 7, 1, tzinfo=UTC),
        )
        for year in (2020, 2026, 2027)
    ]
    assert await activity.import_activity(async_conn, rows) == 3

    since = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    found = await activity.list_activity_of_contact(
        async_conn, contact_id=1, since=since, page_size=10
    )
    assert [row.details for row in found] == [{"n": 2027}, {"n": 2026}]
    counted = await async_conn.execute("select count(*) from activity_2026")
    assert await counted.fetchone() == (1,)
    recorded = await activity.record_activity(
        async_conn, contact_id=1, action="logout", address=None, details=None
    )
    assert recorded is not None
    assert recorded.occurred_at > NOW
    assert await activity.prune_activity(async_conn, before=since) == 1


async def test_a_note_is_seen_by_its_author_alone(async_conn: AsyncConnection) -> None:
    host = await organiser(async_conn)
    written = await note.write_note(async_conn, contact_id=host.id, body="Owes us a talk")
    assert written is not None
    assert await note.list_notes(async_conn, contact_id=host.id) == [written]

    async with async_conn.transaction(force_rollback=True):
        await async_conn.execute("create role plumb_test_colleague")
        await async_conn.execute("grant select on note to plumb_test_colleague")
        await async_conn.execute("set local role plumb_test_colleague")
        assert await note.list_notes(async_conn, contact_id=host.id) == []
