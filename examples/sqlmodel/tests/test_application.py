"""Every endpoint, on a real database."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

ADA: dict[str, Any] = {
    "given_name": "Ada",
    "family_name": "Lovelace",
    "email": "Ada@example.com",
    "address": {"street": "1 Square", "city": "London", "postal_code": None, "country": "GB"},
    "preferences": {"newsletter": True},
}
TEA = {"title": "Tea", "starts_at": "2026-11-21T08:00:00Z", "ends_at": "2026-11-21T09:00:00Z"}


@pytest.mark.anyio
async def test_the_api_gives_the_models(client: AsyncClient) -> None:
    made = await client.post("/contacts", json=ADA)
    assert made.status_code == 201, made.text
    ada = made.json()
    assert (ada["id"], ada["full_name"], ada["kind"]) == (1, "Ada Lovelace", "person")
    assert (ada["address"], ada["preferences"]) == (ADA["address"], ADA["preferences"])
    assert [each["id"] for each in (await client.get("/contacts?words=LOVE")).json()] == [1]
    assert (await client.get("/contacts?words=%25")).json() == []

    place = f"/contacts/{ada['public_id']}"
    event = await client.post(f"{place}/events", json=TEA)
    assert event.status_code == 201, event.text
    assert event.json()["during"] == {
        "lower": "2026-11-21T08:00:00Z",
        "upper": "2026-11-21T09:00:00Z",
        "bounds": "[)",
        "empty": False,
    }
    found = (await client.get(place)).json()
    assert (found["contact"]["id"], [each["title"] for each in found["events"]]) == (1, ["Tea"])
    people = await client.put(f"/events/{event.json()['id']}/attendances/{ada['public_id']}")
    assert [each["full_name"] for each in people.json()] == ["Ada Lovelace"]


@pytest.mark.anyio
async def test_what_is_not_there_and_what_is_not_allowed(client: AsyncClient) -> None:
    nobody = f"/contacts/{uuid4()}"
    assert (await client.get(nobody)).status_code == 404
    assert (await client.post(f"{nobody}/events", json=TEA)).status_code == 404
    late = TEA | {"ends_at": TEA["starts_at"]}
    assert (await client.post(f"{nobody}/events", json=late)).status_code == 409
    assert (await client.put(f"/events/1/attendances/{uuid4()}")).status_code == 404


@pytest.mark.anyio
async def test_the_description_names_every_field(client: AsyncClient) -> None:
    schemas = (await client.get("/openapi.json")).json()["components"]["schemas"]
    assert {"public_id", "full_name", "preferences"} <= schemas["Contact"]["properties"].keys()
    assert schemas["Event"]["properties"]["during"]["type"] == "object"
