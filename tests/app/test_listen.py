"""LISTEN / NOTIFY: what is heard, what is not, and what happens to the connection."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeAlias

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import BaseModel

from app.database import DatabaseClient
from app.listen import Channel, Gap, Listener, Notification
from db import contact, notification

pytestmark = pytest.mark.anyio

Heard: TypeAlias = AsyncGenerator[Notification[Any] | Gap]


class Greeting(BaseModel):
    words: str


GREETINGS = Channel("greetings", Greeting)
NUMBERS = Channel("Numbers; with a name to quote", int)


@asynccontextmanager
async def listening(
    conninfo: str, *channels: Channel[Any], **options: Any
) -> AsyncGenerator[tuple[Listener, Heard]]:
    """A listener that is connected, and what a subscriber hears behind that."""
    listener = Listener(conninfo, channels or (GREETINGS, NUMBERS), **options)
    async with asyncio.timeout(20), listener, aclosing(listener.subscribe()) as heard:
        assert await anext(heard) == Gap()
        if not listener.is_listening:
            assert await anext(heard) == Gap()
        yield listener, heard


async def test_what_is_committed_is_heard(client: DatabaseClient) -> None:
    async with listening(client.settings.direct) as (_, heard):
        with pytest.raises(ZeroDivisionError):
            async with client.transaction() as conn:
                await GREETINGS.notify(conn, Greeting(words="never said"))
                raise ZeroDivisionError
        async with client.transaction() as conn:
            await GREETINGS.notify(conn, Greeting(words='"héllo"'))
            await NUMBERS.notify(conn, 42)

        assert await anext(heard) == Notification(GREETINGS, Greeting(words='"héllo"'))
        assert await anext(heard) == Notification(NUMBERS, 42)


async def test_every_subscriber_hears_everything(client: DatabaseClient) -> None:
    async with (
        listening(client.settings.direct) as (listener, first),
        aclosing(listener.subscribe()) as second,
        client.connection() as conn,
    ):
        assert await anext(second) == Gap()
        await NUMBERS.notify(conn, 1)
        assert await anext(first) == await anext(second) == Notification(NUMBERS, 1)


async def test_a_lost_connection_is_made_anew_and_leaves_a_gap(
    client: DatabaseClient, kill_connections: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(client.settings.direct) as (listener, heard):
        for number in range(2):
            kill_connections()
            async with client.connection() as conn:
                await NUMBERS.notify(conn, -1)  # nobody listens: it is lost
            each = await anext(heard)
            while each == Notification(NUMBERS, -1):  # ... unless the listener was that quick
                each = await anext(heard)
            assert each == Gap()
            assert listener.is_listening
            async with client.connection() as conn:
                await NUMBERS.notify(conn, number)
            while (each := await anext(heard)) == Notification(NUMBERS, -1):
                pass
            assert each == Notification(NUMBERS, number)
    assert "not listening" in caplog.text


class Proxy:
    """Passes bytes on to the server, until it falls silent: then only for new connections.

    So does a firewall that has forgotten a connection.
    """

    def __init__(self, conninfo: str) -> None:
        parts = conninfo_to_dict(conninfo)
        self._address = str(parts["host"]), str(parts["port"])
        self._loud: set[asyncio.StreamWriter] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def fall_silent(self) -> None:
        self._loud.clear()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(*self._address)
        for source, target in ((reader, to_writer), (to_reader, writer)):
            self._loud.add(target)
            self._tasks.append(asyncio.create_task(self._pass_on(source, target)))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if target in self._loud:
                    target.write(data)
        finally:
            target.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def test_a_connection_that_falls_silent_is_noticed(
    client: DatabaseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.listen._PING_TIMEOUT", 0.2)
    proxy = Proxy(client.settings.direct)
    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        conninfo = make_conninfo(client.settings.direct, port=port)
        async with listening(conninfo, ping_interval=0.1) as (_, heard):
            proxy.fall_silent()
            assert await anext(heard) == Gap()
            async with client.connection() as conn:
                await NUMBERS.notify(conn, 7)
            assert await anext(heard) == Notification(NUMBERS, 7)
    await proxy.close()


async def test_nothing_is_lost_while_the_connection_is_tried(client: DatabaseClient) -> None:
    async with listening(client.settings.direct, ping_interval=0.001) as (_, heard):
        async with client.connection() as conn:
            for number in range(300):
                await NUMBERS.notify(conn, number)
        for number in range(300):
            assert await anext(heard) == Notification(NUMBERS, number)


async def test_a_slow_subscriber_hears_of_a_gap(client: DatabaseClient) -> None:
    async with (
        listening(client.settings.direct, backlog=3) as (listener, slow),
        aclosing(listener.subscribe()) as quick,
        client.connection() as conn,
    ):
        assert await anext(quick) == Gap()
        for number in range(5):
            await NUMBERS.notify(conn, number)
            assert await anext(quick) == Notification(NUMBERS, number)
        assert await anext(slow) == Gap()
        await NUMBERS.notify(conn, 5)
        assert await anext(slow) == Notification(NUMBERS, 5)


async def test_what_can_not_be_read_is_a_gap(
    client: DatabaseClient, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(client.settings.direct) as (_, heard), client.connection() as conn:
        await notification.notify(conn, channel="greetings", payload='{"words": 1}')
        assert await anext(heard) == Gap()
    assert "unreadable payload on channel greetings" in caplog.text


async def test_a_subscription_ends_with_the_listener(client: DatabaseClient) -> None:
    async with Listener(client.settings.direct, [NUMBERS]) as listener:
        heard = listener.subscribe()
        assert await anext(heard) == Gap()
    assert [each async for each in heard if each != Gap()] == []
    assert not listener.is_listening
    with pytest.raises(RuntimeError):
        await anext(listener.subscribe())


async def test_too_long_a_payload_is_refused(client: DatabaseClient) -> None:
    async with client.connection() as conn:
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="payload string too long"):
            await GREETINGS.notify(conn, Greeting(words="x" * 8000))


async def test_the_triggers_tell_what_a_statement_changes(client: DatabaseClient) -> None:
    class Changed(BaseModel):
        operation: str
        count: int
        public_ids: list[str]

    channel = Channel("contact_changed", Changed)
    async with listening(client.settings.direct, channel) as (_, heard):
        queries = contact.ContactQueries(client)
        [ada] = await queries.upsert_people(
            given_names=["Ada"], family_names=[None], emails=["ada@x"]
        )
        await queries.update_contact_address(address=None, public_id=ada.public_id)
        await queries.delete_contact(public_id=ada.public_id)
        await queries.delete_contact(public_id=ada.public_id)  # changes nothing
        await queries.import_people(contact.ImportPeopleRow("P", None, None) for _ in range(101))

        told: list[Changed] = []
        for _ in range(4):
            each = await anext(heard)
            assert isinstance(each, Notification)
            told.append(each.payload)

    ids = [str(ada.public_id)]
    assert [(each.operation, each.count, each.public_ids) for each in told] == [
        ("insert", 1, ids),
        ("update", 1, ids),
        ("delete", 1, ids),
        ("insert", 101, []),
    ]
