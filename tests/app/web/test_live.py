"""The live feed: what it tells, and what a broken connection looks like."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

SESSIONS = (
    "select count(*) from pg_stat_activity"
    " where query like 'listen %' and datname = current_database()"
)


async def events(url: str) -> AsyncGenerator[tuple[str, Any]]:
    """The name and the data of each event."""
    name = ""
    async with (
        httpx.AsyncClient(base_url=url, timeout=20) as client,
        client.stream("GET", "/live") as feed,
    ):
        assert feed.headers["content-type"].startswith("text/event-stream")
        async for line in feed.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def test_changes_are_told_to_everybody(http: httpx.AsyncClient, service_url: str) -> None:
    async with (
        asyncio.timeout(20),
        aclosing(events(service_url)) as first,
        aclosing(events(service_url)) as second,
    ):
        for feed in (first, second):
            assert await anext(feed) == ("gap", {})
        added = (await http.post("/contacts", json={"given_name": "Ada"})).json()

        told = {"operation": "insert", "count": 1, "public_ids": [added["public_id"]]}
        for feed in (first, second):
            while (each := await anext(feed)) == ("gap", {}):
                pass
            assert each == ("contact_changed", told)


async def test_a_lost_connection_is_a_gap_and_the_feed_goes_on(
    http: httpx.AsyncClient, service_url: str, kill_connections: Callable[[], int]
) -> None:
    async with asyncio.timeout(20), aclosing(events(service_url)) as feed:
        assert await anext(feed) == ("gap", {})
        while (await http.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.02)
        kill_connections()
        assert await anext(feed) == ("gap", {})
        await http.post("/contacts", json={"given_name": "Ada"})
        while (each := await anext(feed)) == ("gap", {}):
            pass
        assert each[0] == "contact_changed"


async def test_one_connection_serves_all_feeds(
    service_url: str, async_conn: AsyncConnection
) -> None:
    async with asyncio.timeout(20):
        feeds = [events(service_url) for _ in range(5)]
        for feed in feeds:
            assert await anext(feed) == ("gap", {})
        row = await (await async_conn.execute(SESSIONS)).fetchone()
        for feed in feeds:
            await feed.aclose()
    assert row == (1,)
