"""Whether the process lives, and whether it can do its work."""

from http import HTTPStatus
from typing import Final

import psycopg
from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.web.dependencies import Client, Live

router = APIRouter(prefix="/health", tags=["health"])
_PATIENCE: Final = 2.0


class Readiness(BaseModel):
    """What works."""

    database: bool
    notifications: bool


@router.get("/live")
async def live() -> None:
    """The process answers: nothing else is looked at, so that a restart can help if it does not."""


@router.get("/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness}})
async def ready(client: Client, listener: Live, response: Response) -> Readiness:
    """The database answers and notifications arrive; 503 where one of the two is not so."""
    try:
        async with client.connection(timeout=_PATIENCE) as conn:
            await conn.execute("select 1")
            answers = True
    except psycopg.Error:
        answers = False
    if not (answers and listener.is_listening):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(database=answers, notifications=listener.is_listening)
