"""Every endpoint, on a real database."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from dual_layer.settings import ConfigurationError, database_dsn

ADA: dict[str, Any] = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "Ada@example.com",
    "address": {"street": "1 Square", "city": "London", "postal_code": None, "country": "GB"},
    "preferences": {"newsletter": True},
}
TIMES = {"starts_at": "2026-11-21T08:00:00Z", "ends_at": "2026-11-21T09:00:00+00:00"}


@pytest.mark.anyio
async def test_contacts_and_events_through_the_orm(client: AsyncClient) -> None:
    made = await client.post("/contacts", json=ADA)
    assert made.status_code == 201, made.text
    ada = made.json()
    assert (ada["full_name"], ada["kind"]) == ("Ada Lovelace", "person")
    assert ada["address"] == ADA["address"]

    event = {"organiser": ada["public_id"], "title": "Tea", **TIMES}
    made = await client.post("/events", json=event)
    assert made.status_code == 201, made.text
    there = await client.get(f"/contacts/{ada['public_id']}")
    assert there.json()["events"] == [made.json()]

    place = f"/events/{made.json()['id']}/attendances/{ada['public_id']}"
    assert [each["full_name"] for each in (await client.put(place)).json()] == ["Ada Lovelace"]


@pytest.mark.anyio
async def test_what_the_business_does_not_allow(client: AsyncClient) -> None:
    assert (await client.get(f"/contacts/{uuid4()}")).status_code == 404
    event = {"organiser": str(uuid4()), "title": "Tea", **TIMES}
    assert (await client.post("/events", json=event)).status_code == 404
    event |= {"ends_at": TIMES["starts_at"]}
    refused = await client.post("/events", json=event)
    assert (refused.status_code, refused.json()) == (
        409,
        {"detail": "An event ends after it starts."},
    )


@pytest.mark.anyio
async def test_imports_and_reports_in_raw_sql(client: AsyncClient) -> None:
    people = [{"given_name": f"P{number}", "phone_numbers": ["1"]} for number in range(1000)]
    loaded = await client.post("/imports", json=people)
    assert (loaded.status_code, loaded.json()) == (201, 1000)
    [month] = (await client.get("/reports/contacts-by-month")).json()
    assert (month["kind"], month["contacts"]) == ("person", 1000)

    ada = (await client.post("/contacts", json=ADA)).json()
    await client.post("/events", json={"organiser": ada["public_id"], "title": "Tea", **TIMES})
    assert (await client.get("/reports/organisers")).json() == [
        {
            "public_id": ada["public_id"],
            "full_name": "Ada Lovelace",
            "events": 1,
            "attendances": 0,
        }
    ]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_any_spelling_of_a_url_will_do(scheme: str) -> None:
    assert database_dsn(f"{scheme}://u@h/d") == "postgresql://u@h/d"


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not a PostgreSQL URL"):
        database_dsn("mysql://h")
