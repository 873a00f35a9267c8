"""Every endpoint that the OpenAPI description has, used by a real client through a real server."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from .conftest import operation_of

pytestmark = pytest.mark.anyio

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
PERIOD = {"starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=1)).isoformat()}
CSV = b"given_name,family_name,email\nGrace,Hopper,grace@example.org\n"


async def test_every_endpoint(http: httpx.AsyncClient, described: dict[str, Any]) -> None:
    """One client from the first contact to the last answer; each answer is as described."""
    used: set[tuple[str, str]] = set()

    async def note(response: httpx.Response) -> None:
        request = response.request
        used.add(operation_of(described, request.method.lower(), request.url.path))

    http.event_hooks["response"].append(note)

    async def ask(status: int, method: str, path: str, **more: Any) -> httpx.Response:
        answer = await http.request(method, path, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        return answer

    assert (await ask(200, "GET", "/health/live")).is_success
    async with asyncio.timeout(20):
        while (await http.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.02)

    added = await ask(201, "POST", "/contacts", json={"given_name": "Ada", "family_name": "L"})
    ada, identifier = added.headers["location"], added.json()["public_id"]
    changed = await ask(200, "PATCH", ada, json={"email": "ada@example.org"})
    assert (await ask(200, "GET", ada)).json() == changed.json()
    people = [{"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.org"}]
    [upserted] = (await ask(200, "PUT", "/contacts/people", json=people)).json()
    assert upserted["public_id"] == identifier
    imported = await ask(
        200,
        "PUT",
        f"/contacts/imports/{uuid4()}",
        content=CSV,
        headers={"content-type": "text/csv"},
    )
    assert imported.json() == {"rows": 1}
    listed = (await ask(200, "GET", "/contacts", params={"words": "a"})).json()
    assert [each["full_name"] for each in listed["items"]] == ["Ada Lovelace", "Grace Hopper"]
    exported = await ask(200, "GET", "/contacts/export")
    assert exported.text.count("@example.org") == 2

    event = {"organiser_public_id": identifier, "title": "T", "status": "scheduled"}
    planned = await ask(201, "POST", "/events", json=event | {"during": PERIOD})
    where = planned.headers["location"]
    await ask(204, "PUT", f"{where}/attendees/{listed['items'][1]['public_id']}")
    assert (await ask(200, "GET", where)).json()["attendee_count"] == 1
    [upcoming] = (await ask(200, "GET", "/events")).json()
    assert upcoming["title"] == "T"
    who = [listed["items"][1]["public_id"], identifier]
    await ask(200, "POST", f"{where}/check-ins", json=who)
    assert (await ask(200, "PATCH", where, json={"title": "U"})).json()["title"] == "U"
    await ask(204, "DELETE", where)
    await ask(204, "DELETE", ada)

    # An answer without an end: only its beginning is read.
    address = str(http.base_url).rstrip("/")
    async with (
        asyncio.timeout(20),
        httpx.AsyncClient(base_url=address) as listener,
        listener.stream("GET", "/live") as feed,
    ):
        assert await anext(feed.aiter_lines()) == "event: gap"
        used.add(operation_of(described, "get", "/live"))

    operations = {
        (method, path) for path, methods in described["paths"].items() for method in methods
    }
    assert used == operations
