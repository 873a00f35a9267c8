"""LISTEN / NOTIFY: one connection a process hears notifications and tells every subscriber.

PostgreSQL keeps no notification for those who are not connected. So the rule is: at every `Gap`,
of which the first thing each subscriber hears is one, read the tables; from then on nothing is
missed until the next `Gap`. A notification says what to look at, not what it looks like.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

import psycopg
from psycopg import AsyncConnection, sql
from pydantic import TypeAdapter, ValidationError

from app.retries import pause_before
from db import notification

T = TypeVar("T")
_PING_TIMEOUT: Final = 5.0

_logger = logging.getLogger(__name__)


class Channel(Generic[T]):
    """A channel of PostgreSQL whose payloads are of one type, which Pydantic can read and write."""

    def __init__(self, name: str, payload: type[T]) -> None:
        self.name = name
        self._payload = TypeAdapter(payload)

    def read(self, payload: str) -> T:
        """The value of a payload. Raises pydantic.ValidationError."""
        return self._payload.validate_json(payload)

    async def notify(self, conn: AsyncConnection[Any], value: T) -> None:
        """Tell everybody who listens, once the transaction commits.

        PostgreSQL refuses 8,000 bytes and more: tell what has changed, not to what.
        """
        payload = self._payload.dump_json(value).decode()
        await notification.notify(conn, channel=self.name, payload=payload)


@dataclass(frozen=True, slots=True)
class Notification(Generic[T]):
    """What was told on a channel."""

    channel: Channel[T]
    payload: T


@dataclass(frozen=True, slots=True)
class Gap:
    """Notifications may have been missed: read again what they would have told."""


class Listener:
    """Listens on a connection of its own, and makes another one when that is lost.

        async with Listener(settings.direct, [CONTACT_CHANGED]) as listener:
            async for each in listener.subscribe(): ...

    In: how to connect, past any pooler; the channels; how long silence lasts, in seconds, before
    it is tried whether the connection still works; how many notifications wait for a subscriber
    that is slow, before they are dropped and it hears of a gap.
    """

    def __init__(
        self,
        conninfo: str,
        channels: Sequence[Channel[Any]],
        *,
        ping_interval: float = 30.0,
        backlog: int = 1000,
    ) -> None:
        self._conninfo = conninfo
        self._channels = {channel.name: channel for channel in channels}
        self._ping_interval = ping_interval
        self._backlog = backlog
        self._subscribers: set[_Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._is_listening = False

    @property
    def is_listening(self) -> bool:
        """Whether notifications arrive at present, as far as is known."""
        return self._is_listening

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._end)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening; every subscription ends."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def subscribe(self) -> AsyncGenerator[Notification[Any] | Gap]:
        """A `Gap`, then whatever is told, until the listener stops."""
        if self._task is None or self._task.done():
            raise RuntimeError("the listener is not running")
        subscriber = _Subscriber(self._backlog)
        self._subscribers.add(subscriber)
        try:
            while (each := await subscriber.get()) is not None:
                yield each
        finally:
            self._subscribers.discard(subscriber)

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                async with await AsyncConnection.connect(self._conninfo, autocommit=True) as conn:
                    for name in self._channels:
                        await conn.execute(sql.SQL("listen {}").format(sql.Identifier(name)))
                    attempt = 0
                    self._is_listening = True
                    self._tell(Gap())
                    await self._receive(conn)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _logger.warning("not listening: %s", error)
            finally:
                self._is_listening = False
            attempt += 1
            await asyncio.sleep(pause_before(attempt))

    def _end(self, _: asyncio.Task[None]) -> None:
        for subscriber in self._subscribers:
            subscriber.end()

    async def _receive(self, conn: AsyncConnection[Any]) -> None:
        while True:
            async for each in conn.notifies(timeout=self._ping_interval):
                self._tell(self._read(each))
            # A connection that was cut without a word would be silent for ever.
            async with asyncio.timeout(_PING_TIMEOUT):
                await conn.execute("")

    def _read(self, notify: psycopg.Notify) -> Notification[Any] | Gap:
        channel = self._channels[notify.channel]
        try:
            return Notification(channel, channel.read(notify.payload))
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            _logger.error("unreadable payload on channel %s: %s", channel.name, details)
            return Gap()

    def _tell(self, what: Notification[Any] | Gap) -> None:
        for subscriber in self._subscribers:
            subscriber.put(what)


class _Subscriber:
    """What one subscriber has still to hear; None is the end."""

    def __init__(self, backlog: int) -> None:
        self._queue: asyncio.Queue[Notification[Any] | Gap | None] = asyncio.Queue(backlog + 1)
        self.put(Gap())

    async def get(self) -> Notification[Any] | Gap | None:
        return await self._queue.get()

    def put(self, what: Notification[Any] | Gap) -> None:
        if self._queue.full():
            self._clear()
            what = Gap()
        self._queue.put_nowait(what)

    def end(self) -> None:
        self._clear()
        self._queue.put_nowait(None)

    def _clear(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()
