"""What may be done with events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, Self
from uuid import UUID

from psycopg import IsolationLevel
from psycopg.types.range import Range
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from app.database import Connection, DatabaseClient
from app.services import NotFoundError, RuleError, contacts
from db import contact, event, models
from db.enums import AttendanceRole, EventStatus
from db.event import CheckInItem, CheckInRow, DescribeEventRow


class Period(BaseModel):
    """From when (included) to when (excluded)."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at has to be later than starts_at")
        return self

    def as_range(self) -> Range[datetime]:
        """PostgreSQL's value for it."""
        return Range(self.starts_at, self.ends_at)


class NewEvent(BaseModel):
    """What an event is made of."""

    organiser_public_id: UUID
    location_id: int | None = None
    title: str = Field(min_length=1)
    description: str | None = None
    status: Literal[EventStatus.DRAFT, EventStatus.SCHEDULED] = EventStatus.DRAFT
    during: Period
    tags: list[str] = []
    ticket_price: Decimal = Decimal(0)


class EventChange(BaseModel):
    """What is to be changed; what is left out stays."""

    title: str | None = Field(None, min_length=1)
    description: str | None = None
    status: EventStatus | None = None
    during: Period | None = None
    ticket_price: Decimal | None = None


async def upcoming(conn: Connection, page_size: int) -> list[models.UpcomingEvent]:
    """The events that come next."""
    return await event.list_upcoming_events(conn, page_size=page_size)


async def get(conn: Connection, event_id: int) -> DescribeEventRow:
    """The event. Raises NotFoundError."""
    row = await event.describe_event(conn, id=event_id)
    if row is None:
        raise NotFoundError(f"There is no event {event_id}.")
    return row


async def create(client: DatabaseClient, new: NewEvent) -> DescribeEventRow:
    """Plan an event. Raises RuleError."""
    if new.status == EventStatus.SCHEDULED and new.during.starts_at <= datetime.now(UTC):
        raise RuleError("An event can't be scheduled for the past.")

    async def work(conn: Connection) -> DescribeEventRow:
        organiser = await contact.get_contact(conn, public_id=new.organiser_public_id)
        if organiser is None:
            raise RuleError("The organiser has to be a contact.")
        created = await event.create_event(
            conn,
            organiser_id=organiser.id,
            location_id=new.location_id,
            title=new.title,
            description=new.description,
            status=new.status,
            during=new.during.as_range(),
            tags=new.tags,
            ticket_price=new.ticket_price,
        )
        return await get(conn, created.id)

    return await client.run_in_transaction(work)


async def change(client: DatabaseClient, event_id: int, changes: EventChange) -> DescribeEventRow:
    """Change an event. Raises NotFoundError."""

    async def work(conn: Connection) -> DescribeEventRow:
        await event.update_event(
            conn,
            id=event_id,
            title=changes.title,
            description=changes.description,
            status=changes.status,
            during=None if changes.during is None else changes.during.as_range(),
            ticket_price=changes.ticket_price,
        )
        return await get(conn, event_id)

    return await client.run_in_transaction(work)


async def remove(client: DatabaseClient, event_id: int) -> None:
    """Delete an event and who attends it. Raises NotFoundError."""
    if not await event.EventQueries(client).delete_event(id=event_id):
        raise NotFoundError(f"There is no event {event_id}.")


async def attend(client: DatabaseClient, event_id: int, public_id: UUID) -> None:
    """Let a contact attend, if there is room. Raises NotFoundError, RuleError.

    Between counting and adding nobody else may add: that is what SERIALIZABLE sees to, and why
    it is worth trying again.
    """

    async def work(conn: Connection) -> None:
        found = await get(conn, event_id)
        if found.status != EventStatus.SCHEDULED:
            raise RuleError("Only a scheduled event can be attended.")
        if found.capacity is not None and found.attendee_count >= found.capacity:
            raise RuleError("The event is full.")
        attendee = await contacts.get(conn, public_id)
        roles = [AttendanceRole.ATTENDEE]
        await event.attend(conn, event_id=event_id, contact_id=attendee.id, roles=roles)

    await client.run_in_transaction(work, isolation=IsolationLevel.SERIALIZABLE, retries=20)


async def check_in(
    client: DatabaseClient, event_id: int, public_ids: Sequence[UUID]
) -> list[CheckInRow]:
    """Note who has come; gives those who attend the event."""
    items = [CheckInItem(event_id=event_id, public_id=each) for each in public_ids]
    answers = await event.EventQueries(client).check_in(items)
    return [each for each in answers if each is not None]
