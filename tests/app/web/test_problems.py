"""What is answered when the database can't do it, and when we can't."""

import logging

import httpx
import psycopg
import pytest

from app.database import DatabaseClient
from app.services import contacts
from app.settings import DatabaseSettings

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_settings(database_settings: DatabaseSettings) -> DatabaseSettings:
    return database_settings.model_copy(
        update={"retries": 1, "lock_timeout": 0.1, "pool_timeout": 0.5, "pool_max_size": 2}
    )


async def failing_with(url: str, sqlstate: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(
            "create or replace function fail() returns trigger language plpgsql as"
            f" $$ begin raise exception 'why' using errcode = '{sqlstate}'; end $$".encode()
        )
        await conn.execute(
            "create or replace trigger fail before insert on contact execute function fail()"
        )


async def test_when_every_attempt_fails_it_is_not_the_clients_fault(
    http: httpx.AsyncClient, plumb_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    for sqlstate, code in (("40001", "serialization_failure"), ("40P01", "deadlock_detected")):
        await failing_with(plumb_dsn, sqlstate)

        answer = await http.post("/contacts", json={"given_name": "Ada"})

        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert "why" not in answer.text
    assert "the database could not do it: why" in caplog.text


async def test_a_lock_that_is_not_to_be_had_is_told(
    http: httpx.AsyncClient, plumb_dsn: str
) -> None:
    async with await psycopg.AsyncConnection.connect(plumb_dsn) as conn:
        await conn.execute("lock table contact")
        answer = await http.get("/contacts")
    assert (answer.status_code, answer.json()["code"]) == (503, "lock_not_available")


async def test_a_pool_that_is_used_up_is_told(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hoard(client: DatabaseClient, new: contacts.NewContact) -> None:
        async with client.connection(), client.connection(), client.connection():
            pytest.fail(f"{new} got a third connection")

    monkeypatch.setattr("app.services.contacts.create", hoard)
    answer = await http.post("/contacts", json={"given_name": "Ada"})
    assert (answer.status_code, answer.json()["code"]) == (503, None)


async def test_a_mistake_of_ours_tells_nothing(
    service_url: str, plumb_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    await failing_with(plumb_dsn, "XX000")
    async with httpx.AsyncClient(base_url=service_url) as client:
        answer = await client.post("/contacts", json={"given_name": "Ada"})

    assert answer.status_code == 500
    assert answer.json()["detail"] == "This is our mistake."
    assert "why" not in answer.text
    [record] = [each for each in caplog.records if each.name == "uvicorn.error" and each.exc_info]
    assert record.levelno == logging.ERROR


async def test_every_answer_is_a_problem(service_url: str) -> None:
    async with httpx.AsyncClient(base_url=service_url) as client:
        for answer, status in (
            (await client.get("/nowhere"), 404),
            (await client.put("/contacts"), 405),
            (await client.post("/contacts", content=b"{"), 422),
        ):
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == status
