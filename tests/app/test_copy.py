"""CSV by COPY, and what else moves many rows: upserts, batches, streams, procedures."""

import asyncio
import csv
import datetime
import io
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from psycopg import errors
from psycopg.types.range import Range

from app.copy import dump_csv, load_csv
from app.database import DatabaseClient
from db import activity, contact, event
from db.enums import AttendanceRole, EventStatus

pytestmark = pytest.mark.anyio

HEADER = "given_name,family_name,email\n"
UTC = datetime.UTC


async def in_chunks(text: str, size: int = 7) -> AsyncIterator[bytes]:
    data = text.encode()
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def test_csv_goes_in_and_comes_out(client: DatabaseClient) -> None:
    given = HEADER + '"Ada, Countess",Lovelace,ada@example.org\nÉmile,,\n"two\nlines","",x@y\n'
    told: list[int] = []

    async def on_progress(taken: int) -> None:
        told.append(taken)

    async with client.transaction() as conn:
        loaded = await load_csv(
            conn, contact.IMPORT_PEOPLE.sql, in_chunks(given), on_progress=on_progress
        )
    async with client.connection() as conn:
        dumped = b"".join([chunk async for chunk in dump_csv(conn, contact.EXPORT_CONTACTS.sql)])

    assert loaded == 3
    assert told[-1] == len(given.encode())
    assert told == sorted(told)
    rows = list(csv.DictReader(io.StringIO(dumped.decode())))
    assert [(row["given_name"], row["family_name"], row["email"]) for row in rows] == [
        ("Ada, Countess", "Lovelace", "ada@example.org"),
        ("Émile", "", ""),
        ("two\nlines", "", "x@y"),
    ]


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        (HEADER + "Ada,,a@b\nBob,,not an address\n", errors.CheckViolation, "line 3"),
        (HEADER + "Ada,,a@b\nBob,,A@B\n", errors.UniqueViolation, "line 3"),
        (HEADER + "Ada\n", errors.BadCopyFileFormat, "line 2"),
        ("given_name,email,family_name\n", errors.BadCopyFileFormat, "line 1"),
    ],
)
async def test_a_bad_line_is_named_and_nothing_is_loaded(
    client: DatabaseClient, text: str, error: type[Exception], line: str
) -> None:
    with pytest.raises(error) as caught:
        async with client.connection() as conn:
            await load_csv(conn, contact.IMPORT_PEOPLE.sql, in_chunks(text))

    assert isinstance(caught.value, errors.Error)
    assert line in (caught.value.diag.context or "")
    assert await contact.ContactQueries(client).count_contacts_by_kind() == []


async def test_a_source_that_breaks_loads_nothing(client: DatabaseClient) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield HEADER.encode() + b"Ada,,\n"
        raise ConnectionResetError

    async with client.connection() as conn:
        with pytest.raises(ConnectionResetError):
            await load_csv(conn, contact.IMPORT_PEOPLE.sql, broken())
        assert await contact.count_contacts_by_kind(conn) == []


async def test_a_dump_that_is_given_up_leaves_the_connection_well(client: DatabaseClient) -> None:
    async with client.transaction() as conn:
        rows = (contact.ImportPeopleRow(f"P{number}", None, None) for number in range(5000))
        await contact.import_people(conn, rows)
    async with client.connection() as conn:
        dump = dump_csv(conn, contact.EXPORT_CONTACTS.sql)
        assert (await anext(dump)).startswith(b"kind,given_name")
        await dump.aclose()
        [row] = await contact.count_contacts_by_kind(conn)
    assert row.contacts == 5000


async def test_many_are_upserted_at_once(client: DatabaseClient) -> None:
    queries = contact.ContactQueries(client)
    await queries.upsert_people(
        given_names=["Ada"], family_names=["Byron"], emails=["ada@example.org"]
    )

    rows = await queries.upsert_people(
        given_names=["Ada", "Grace"],
        family_names=["Lovelace", None],
        emails=["ADA@example.org", "grace@example.org"],
    )

    assert sorted((row.full_name, row.is_new) for row in rows) == [
        ("Ada Lovelace", False),
        ("Grace", True),
    ]


async def test_a_batch_answers_for_each_item(client: DatabaseClient) -> None:
    async with client.connection() as conn:
        people = await contact.upsert_people(
            conn, given_names=["A", "B"], family_names=[None, None], emails=["a@x", "b@x"]
        )
        [first, second] = await contact.list_contacts_by_public_ids(
            conn, public_ids=[row.public_id for row in people]
        )
        start = datetime.datetime(2030, 1, 1, tzinfo=UTC)
        planned = await event.create_event(
            conn,
            organiser_id=first.id,
            location_id=None,
            title="Meet-up",
            description=None,
            status=EventStatus.SCHEDULED,
            during=Range(start, start + datetime.timedelta(hours=1)),
            tags=[],
            ticket_price=Decimal(0),
        )
        assert planned is not None
        roles = [AttendanceRole.ATTENDEE]
        await event.attend(conn, event_id=planned.id, contact_id=first.id, roles=roles)

        answers = await event.check_in(
            conn,
            [
                event.CheckInItem(event_id=planned.id, public_id=each.public_id)
                for each in (second, first, first)
            ],
        )

    [absent, once, twice] = answers
    assert absent is None
    assert once is not None
    assert once.public_id == first.public_id
    assert twice == once


async def test_a_procedure_commits_as_it_goes(client: DatabaseClient) -> None:
    rows = [
        activity.ImportActivityRow(
            contact_id=number,
            action="login",
            address=None,
            details=None,
            occurred_at=datetime.datetime(2026, 1, 1, tzinfo=UTC),
        )
        for number in range(25)
    ]
    before = datetime.datetime(2026, 2, 1, tzinfo=UTC)
    async with client.connection() as conn, client.connection() as other:
        await activity.import_activity(conn, rows)
        # Somebody holds a row of a later batch: the batches before it are gone for good.
        async with other.transaction():
            await other.execute("select * from activity where contact_id = 24 for update")
            pruning = asyncio.create_task(
                activity.prune_activity_in_batches(conn, before=before, batch_size=5)
            )
            async with asyncio.timeout(10):
                while await (await other.execute("select 1 from activity offset 5")).fetchone():
                    await asyncio.sleep(0.01)
            assert not pruning.done()
        assert await pruning == 25
        found = await activity.list_activity_of_contact(
            conn, contact_id=24, since=datetime.datetime(2020, 1, 1, tzinfo=UTC), page_size=1
        )
    assert found == []


async def test_a_procedure_that_commits_can_not_join_a_transaction(client: DatabaseClient) -> None:
    now = datetime.datetime.now(UTC)
    await activity.ActivityQueries(client).record_activity(
        contact_id=1, action="login", address=None, details=None
    )
    with pytest.raises(errors.InvalidTransactionTermination):
        async with client.transaction() as conn:
            await activity.prune_activity_in_batches(
                conn, before=now + datetime.timedelta(days=1), batch_size=5
            )
