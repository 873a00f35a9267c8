"""What an endpoint can ask for."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Query, Request

from app.database import Connection, DatabaseClient
from app.listen import Listener
from app.web.position import position_of


def _client(request: Request) -> DatabaseClient:
    client: DatabaseClient = request.state.client
    return client


def _listener(request: Request) -> Listener:
    listener: Listener = request.state.listener
    return listener


Client = Annotated[DatabaseClient, Depends(_client)]
"""For services that write: each has a transaction of its own, committed before it returns."""

Live = Annotated[Listener, Depends(_listener)]


After = Annotated[str | None, Depends(position_of)]
"""How far a replica has to be for this client to read what it has written."""


async def _reading(client: Client, after: After) -> AsyncGenerator[Connection]:
    async with client.connection(read_only=True, after=after) as conn:
        yield conn


# Of function scope: the connection goes back before the response is sent, not after.
Reading = Annotated[Connection, Depends(_reading, scope="function")]
"""A connection for reading, the replica's if there is one."""

PageSize = Annotated[int, Query(ge=1, le=200)]
