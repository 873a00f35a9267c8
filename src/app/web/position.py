"""Whoever has written reads it, from a replica that lags behind, too.

After each request that may have written, a cookie says how far the primary was; with it a client's
next requests read a replica that is as far, or else the primary.
"""

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psycopg
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from app.database import DatabaseClient

_COOKIE: Final = "position"
# A replica that lags more than this is a case for its owner.
_SECONDS: Final = 60
_POSITION: Final = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def position_of(request: Request) -> str | None:
    """How far the primary was when the client last wrote."""
    # A slash is written as "-": not every client leaves it as it is.
    given = request.cookies.get(_COOKIE, "").replace("-", "/")
    return given if _POSITION.fullmatch(given) else None


class RememberPosition:
    """Gives clients that write the cookie, where there is a replica."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._app(scope, receive, send)
            return
        client: DatabaseClient = scope["state"]["client"]

        async def send_with_position(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:  # noqa: PLR2004
                position = None
                with suppress(psycopg.Error):  # what was asked for is done all the same
                    position = await client.position()
                if position is not None:
                    value = position.replace("/", "-")
                    MutableHeaders(scope=message).append(
                        "Set-Cookie",
                        f"{_COOKIE}={value}; Max-Age={_SECONDS}; Path=/; HttpOnly; SameSite=Lax",
                    )
            await send(message)

        await self._app(scope, receive, send_with_position)
