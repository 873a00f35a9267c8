"""Contacts over HTTP, with a real server in front of a real database."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg import AsyncConnection

pytestmark = pytest.mark.anyio

HEADER = b"given_name,family_name,email\n"


async def add(http: httpx.AsyncClient, given_name: str, **more: object) -> dict[str, object]:
    answer = await http.post("/contacts", json={"given_name": given_name, **more})
    assert answer.status_code == 201, answer.text
    created: dict[str, object] = answer.json()
    return created


async def names(http: httpx.AsyncClient, **query: str | int) -> list[str]:
    """The names on all pages."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        pages: dict[str, str | int] = {"after": after} if after else {}
        answer = await http.get("/contacts", params=query | pages)
        assert answer.status_code == 200, answer.text
        found += [item["full_name"] for item in answer.json()["items"]]
        after = answer.json()["next"]
    return found


async def test_a_contact_is_added_read_changed_and_deleted(http: httpx.AsyncClient) -> None:
    added = await http.post(
        "/contacts",
        json={
            "kind": "organisation",
            "given_name": "Users' group",
            "email": "Group@example.org",
            "phone_numbers": ["+44 1"],
            "address": {"street": "1 High St", "city": None, "postal_code": None, "country": "GB"},
            "credit_limit": "12.50",
            "preferences": {"theme": ["dark", None]},
        },
    )
    where = added.headers["location"]
    contact = added.json()

    assert where == f"/contacts/{contact['public_id']}"
    assert "id" not in contact
    assert contact["address"]["country"] == "GB"
    assert contact["credit_limit"] == "12.50"
    assert (await http.get(where)).json() == contact

    changed = await http.patch(where, json={"family_name": "of Leeds"})
    assert changed.json()["full_name"] == "Users' group of Leeds"
    assert changed.json()["email"] == "Group@example.org"

    assert (await http.delete(where)).status_code == 204
    for answer in (
        await http.get(where),
        await http.patch(where, json={"given_name": "x"}),
        await http.delete(where),
    ):
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"There is no contact {contact['public_id']}."


async def test_what_is_done_is_recorded_with_it(
    http: httpx.AsyncClient, async_conn: AsyncConnection
) -> None:
    added = await add(http, "Ada", email="ada@example.org")
    await http.patch(f"/contacts/{added['public_id']}", json={"given_name": "Augusta"})
    refused = await http.post("/contacts", json={"given_name": "B", "email": "ADA@example.org"})

    assert refused.status_code == 409
    rows = await async_conn.execute("select action from activity order by id")
    assert await rows.fetchall() == [("created",), ("changed",)]


async def test_a_taken_address_is_a_conflict_that_names_the_field(http: httpx.AsyncClient) -> None:
    await add(http, "Ada", email="ada@example.org")
    other = await add(http, "Grace")

    for answer in (
        await http.post("/contacts", json={"given_name": "A", "email": "ADA@example.org"}),
        await http.patch(f"/contacts/{other['public_id']}", json={"email": "ada@example.org"}),
    ):
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (problem["status"], problem["title"]) == (409, "Conflict")
        assert (problem["code"], problem["fields"]) == ("unique_violation", ["email"])


async def test_what_breaks_a_check_can_not_be_processed(http: httpx.AsyncClient) -> None:
    answer = await http.post("/contacts", json={"given_name": "A", "credit_limit": -1})

    assert answer.status_code == 422
    assert answer.json()["code"] == "check_violation"
    assert answer.json()["fields"] == ["credit_limit"]


async def test_what_is_not_of_its_type_can_not_be_processed(http: httpx.AsyncClient) -> None:
    answer = await http.post("/contacts", json={"given_name": "", "kind": "robot"})

    assert answer.status_code == 422
    assert answer.json()["fields"] == ["kind", "given_name"]
    assert (await http.get("/contacts/not-a-uuid")).json()["fields"] == ["public_id"]
    assert (await http.get("/contacts", params={"after": "?"})).status_code == 422
    assert (await http.get("/contacts", params={"after": "e30="})).status_code == 422


async def test_every_page_goes_on_where_the_last_one_ended(http: httpx.AsyncClient) -> None:
    given = ["Ada", "Ada", "Ada", "Bob", "Zoe", "Zoe"]
    for name in given:
        await add(http, name)

    for page_size in (1, 2, 3, 6, 7):
        assert await names(http, page_size=page_size) == given
    last = await http.get("/contacts", params={"page_size": 6})
    assert last.json()["next"] is None


async def test_words_are_searched_for_as_they_are(http: httpx.AsyncClient) -> None:
    for name in ("50% off", "500 off", "under_score", "back\\slash", "O'Hara"):
        await add(http, name)

    assert await names(http, words="50%") == ["50% off"]
    assert await names(http, words="R_S") == ["under_score"]
    assert await names(http, words="k\\s") == ["back\\slash"]
    assert await names(http, words="o'h") == ["O'Hara"]
    assert await names(http, words="nobody") == []


async def test_people_are_upserted(http: httpx.AsyncClient) -> None:
    await add(http, "Ada", email="ada@example.org")
    people = [
        {"email": "ADA@example.org", "given_name": "Augusta"},
        {"email": "new@example.org", "given_name": "New", "family_name": "One"},
    ]

    rows = (await http.put("/contacts/people", json=people)).json()
    twice = await http.put("/contacts/people", json=[people[1], people[1]])

    assert {row["full_name"]: row["is_new"] for row in rows} == {"Augusta": False, "New One": True}
    assert (twice.status_code, twice.json()["code"]) == (422, "cardinality_violation")


async def test_a_file_is_imported_and_its_progress_told(
    http: httpx.AsyncClient, service_url: str
) -> None:
    import_id = str(uuid4())
    lines = [b"P%d,F,p%d@example.org\n" % (number, number) for number in range(3000)]
    total = len(HEADER) + sum(map(len, lines))
    told: list[dict[str, Any]] = []
    is_heard = asyncio.Event()

    async def watch() -> None:
        async with (
            httpx.AsyncClient(base_url=service_url, timeout=20) as watcher,
            watcher.stream("GET", "/live") as feed,
        ):
            is_heard.set()
            async for line in feed.aiter_lines():
                if line.startswith("data: ") and import_id in line:
                    told.append(json.loads(line.removeprefix("data: ")))
                    if told[-1]["state"] != "running":
                        return

    async def upload() -> AsyncIterator[bytes]:
        yield HEADER
        for start in range(0, 3000, 1000):
            yield b"".join(lines[start : start + 1000])
            await asyncio.sleep(0.3)

    watching = asyncio.create_task(watch())
    await is_heard.wait()
    answer = await http.put(
        f"/contacts/imports/{import_id}",
        content=upload(),
        headers={"content-type": "text/csv", "content-length": str(total)},
    )
    await watching

    assert answer.json() == {"rows": 3000}
    assert [each["state"] for each in told] == ["running"] * (len(told) - 1) + ["done"]
    assert len(told) > 2
    processed = [each["bytes_processed"] for each in told]
    assert 0 < processed[0] < total
    assert processed == sorted(processed)
    assert told[-1] == {
        "import_id": import_id,
        "state": "done",
        "rows": 3000,
        "bytes_processed": total,
        "bytes_total": total,
    }


@pytest.mark.parametrize(
    ("body", "status", "code", "line"),
    [
        (HEADER + b"A,,a@b\nB,,a@b\n", 409, "unique_violation", "line 3"),
        (HEADER + b"A,,a@b\nB,,b\n", 422, "check_violation", "line 3"),
        (b"email\n", 422, "bad_copy_file_format", "line 1"),
        (HEADER + b"\xff,,\n", 422, "character_not_in_repertoire", "line 2"),
    ],
)
async def test_an_import_that_fails_loads_nothing(
    http: httpx.AsyncClient, body: bytes, status: int, code: str, line: str
) -> None:
    answer = await http.put(f"/contacts/imports/{uuid4()}", content=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert line in answer.json()["detail"]
    assert await names(http) == []


async def test_one_import_at_a_time(http: httpx.AsyncClient) -> None:
    has_begun = asyncio.Event()
    may_end = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield HEADER
        yield b"A,,\n"
        has_begun.set()
        await may_end.wait()

    first = asyncio.create_task(http.put(f"/contacts/imports/{uuid4()}", content=slow()))
    await has_begun.wait()
    async with asyncio.timeout(10):
        while True:
            second = await http.put(f"/contacts/imports/{uuid4()}", content=HEADER)
            if second.status_code == 409:
                break
    may_end.set()

    assert second.json()["detail"] == "Another import is running."
    assert (await first).json() == {"rows": 1}


async def test_an_upload_that_breaks_off_loads_nothing(
    http: httpx.AsyncClient, service_url: str
) -> None:
    url = httpx.URL(service_url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        b"PUT /contacts/imports/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        % str(UUID(int=1)).encode()
    )
    writer.write(HEADER + b"A,,\n")
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()
    await writer.wait_closed()

    async with asyncio.timeout(10):
        # The next one can begin as soon as the broken one has let go of its lock.
        while (
            await http.put(f"/contacts/imports/{uuid4()}", content=HEADER + b"B,,\n")
        ).status_code == 409:
            await asyncio.sleep(0.05)
    assert await names(http) == ["B"]


async def test_contacts_are_exported(http: httpx.AsyncClient) -> None:
    await add(http, "Ada, Countess", email="ada@example.org")

    answer = await http.get("/contacts/export")

    assert answer.headers["content-type"].startswith("text/csv")
    [header, line] = answer.text.splitlines()
    assert header == "kind,given_name,family_name,email,created_at"
    assert line.startswith('person,"Ada, Countess",,ada@example.org,')


async def test_the_answer_comes_after_the_commit(http: httpx.AsyncClient, plumb_dsn: str) -> None:
    """A constraint that PostgreSQL checks only at the COMMIT: its failure is the answer."""
    with psycopg.connect(plumb_dsn, autocommit=True) as conn:
        conn.execute(
            "create function refuse() returns trigger language plpgsql as $$"
            " begin raise unique_violation using message = 'refused at commit'; end $$"
        )
        conn.execute(
            "create constraint trigger late after insert on contact"
            " deferrable initially deferred for each row"
            " when (new.given_name = 'Mallory') execute function refuse()"
        )

        answer = await http.post("/contacts", json={"given_name": "Mallory"})
        assert (answer.status_code, answer.json()["detail"]) == (409, "refused at commit")

        for number in range(20):
            await add(http, f"P{number}")
            row = conn.execute("select count(*) from contact").fetchone()
            assert row == (number + 1,)
