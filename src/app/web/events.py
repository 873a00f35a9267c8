"""Events over HTTP."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from app.services import events
from app.services.events import EventChange, NewEvent
from app.web.dependencies import Client, PageSize, Reading
from app.web.problems import problem_responses
from db import models
from db.event import CheckInRow, DescribeEventRow

router = APIRouter(prefix="/events", tags=["events"], responses=problem_responses())


@router.get("")
async def upcoming_events(conn: Reading, page_size: PageSize = 50) -> list[models.UpcomingEvent]:
    """Scheduled events that have not ended, the next one first."""
    return await events.upcoming(conn, page_size)


@router.post("", status_code=HTTPStatus.CREATED, responses=problem_responses(HTTPStatus.CONFLICT))
async def create_event(client: Client, new: NewEvent, response: Response) -> DescribeEventRow:
    """Plan an event."""
    created = await events.create(client, new)
    response.headers["Location"] = f"{router.prefix}/{created.id}"
    return created


@router.get("/{event_id}", responses=problem_responses(HTTPStatus.NOT_FOUND))
async def get_event(conn: Reading, event_id: int) -> DescribeEventRow:
    """One event."""
    return await events.get(conn, event_id)


@router.patch("/{event_id}", responses=problem_responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
async def change_event(client: Client, event_id: int, changes: EventChange) -> DescribeEventRow:
    """Change what is given."""
    return await events.change(client, event_id, changes)


@router.delete(
    "/{event_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_responses(HTTPStatus.NOT_FOUND),
)
async def delete_event(client: Client, event_id: int) -> None:
    """Delete an event, and who attends it."""
    await events.remove(client, event_id)


@router.put(
    "/{event_id}/attendees/{public_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def attend(client: Client, event_id: int, public_id: UUID) -> None:
    """Let a contact attend, if there is room."""
    await events.attend(client, event_id, public_id)


@router.post("/{event_id}/check-ins")
async def check_in(
    client: Client, event_id: int, public_ids: Annotated[list[UUID], Field(max_length=1000)]
) -> list[CheckInRow]:
    """Note who has come; gives those who attend the event."""
    return await events.check_in(client, event_id, public_ids)
