"""Events over HTTP: the rules of the business, and those of the database."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from psycopg_pool import AsyncConnectionPool

from db import event, models

pytestmark = pytest.mark.anyio

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


def during(start: datetime = START, hours: int = 1) -> dict[str, str]:
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat()}


@pytest.fixture
async def organiser(http: httpx.AsyncClient) -> str:
    added = await http.post("/contacts", json={"given_name": "Host"})
    return str(added.json()["public_id"])


@pytest.fixture
async def room(pool: AsyncConnectionPool) -> models.Location:
    return await event.EventQueries(pool).create_location(name="Room 1", capacity=5)


async def plan(http: httpx.AsyncClient, organiser: str, **changes: Any) -> httpx.Response:
    values = {
        "organiser_public_id": organiser,
        "title": "Meet-up",
        "status": "scheduled",
        "during": during(),
        **changes,
    }
    return await http.post("/events", json=values)


async def test_an_event_is_planned_read_changed_and_deleted(
    http: httpx.AsyncClient, organiser: str, room: models.Location
) -> None:
    planned = await plan(http, organiser, location_id=room.id, tags=["sql"], ticket_price="5.00")
    where = planned.headers["location"]

    assert planned.status_code == 201
    assert planned.json() | {"id": 0} == {
        "id": 0,
        "title": "Meet-up",
        "description": None,
        "status": "scheduled",
        "starts_at": START.isoformat().replace("+00:00", "Z"),
        "ends_at": (START + timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
        "tags": ["sql"],
        "ticket_price": "5.00",
        "organiser_public_id": organiser,
        "organiser_name": "Host",
        "location_name": "Room 1",
        "capacity": 5,
        "attendee_count": 0,
    }
    assert (await http.get(where)).json() == planned.json()
    [upcoming] = (await http.get("/events")).json()
    assert (upcoming["title"], upcoming["location_name"]) == ("Meet-up", "Room 1")

    changed = await http.patch(where, json={"status": "cancelled", "during": during(hours=3)})
    assert changed.json()["status"] == "cancelled"
    assert changed.json()["title"] == "Meet-up"
    assert (await http.get("/events")).json() == []

    assert (await http.delete(where)).status_code == 204
    for answer in (
        await http.get(where),
        await http.patch(where, json={}),
        await http.delete(where),
    ):
        assert answer.status_code == 404


async def test_rules_are_kept(http: httpx.AsyncClient, organiser: str) -> None:
    yesterday = START - timedelta(days=2)
    past = await plan(http, organiser, during=during(yesterday))
    backwards = await plan(http, organiser, during=during(hours=-1))
    nobody = await plan(http, str(uuid4()))
    draft = await plan(http, organiser, status="draft", during=during(yesterday))

    assert (past.status_code, backwards.status_code, nobody.status_code) == (409, 422, 409)
    assert backwards.json()["fields"] == ["during"]
    attended = await http.put(f"{draft.headers['location']}/attendees/{organiser}")
    assert (attended.status_code, attended.json()["detail"]) == (
        409,
        "Only a scheduled event can be attended.",
    )


async def test_a_location_holds_one_event_at_a_time(
    http: httpx.AsyncClient, organiser: str, room: models.Location
) -> None:
    await plan(http, organiser, location_id=room.id)
    answer = await plan(http, organiser, location_id=room.id)

    assert (answer.status_code, answer.json()["code"]) == (409, "exclusion_violation")
    assert answer.json()["fields"] == ["location_id", "during"]


async def test_a_reference_to_nothing_can_not_be_processed(
    http: httpx.AsyncClient, organiser: str
) -> None:
    answer = await plan(http, organiser, location_id=99)

    assert (answer.status_code, answer.json()["code"]) == (422, "foreign_key_violation")
    assert answer.json()["fields"] == ["location_id"]


async def test_who_organises_an_event_is_not_deleted(
    http: httpx.AsyncClient, organiser: str
) -> None:
    await plan(http, organiser)
    answer = await http.delete(f"/contacts/{organiser}")

    assert answer.status_code == 409
    assert answer.json()["fields"] == ["organiser_id"]


async def test_never_do_more_attend_than_there_is_room_for(
    http: httpx.AsyncClient, organiser: str, room: models.Location
) -> None:
    where = (await plan(http, organiser, location_id=room.id)).headers["location"]
    people = [{"email": f"p{n}@example.org", "given_name": f"P{n}"} for n in range(20)]
    rows = (await http.put("/contacts/people", json=people)).json()

    answers = await asyncio.gather(
        *(http.put(f"{where}/attendees/{row['public_id']}") for row in rows)
    )

    assert Counter(answer.status_code for answer in answers) == {204: 5, 409: 15}
    assert {answer.json()["detail"] for answer in answers if answer.status_code == 409} == {
        "The event is full."
    }
    assert (await http.get(where)).json()["attendee_count"] == 5


async def test_who_comes_is_checked_in(http: httpx.AsyncClient, organiser: str) -> None:
    where = (await plan(http, organiser)).headers["location"]
    await http.put(f"{where}/attendees/{organiser}")

    answer = await http.post(f"{where}/check-ins", json=[str(uuid4()), organiser])

    [checked_in] = answer.json()
    assert checked_in["public_id"] == organiser
    assert checked_in["checked_in_at"] is not None
