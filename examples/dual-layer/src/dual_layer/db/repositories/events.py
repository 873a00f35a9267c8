"""Events."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from dual_layer.db.models.models import Attendance, Contact, Event


async def add(session: AsyncSession, event: Event) -> None:
    """Store a new event; what PostgreSQL fills in is then there."""
    session.add(event)
    await session.flush()


async def get(session: AsyncSession, event_id: int, *, lock: bool = False) -> Event | None:
    """One event with its organiser and its location; `lock`: nobody else changes it meanwhile."""
    loading = (selectinload(Event.organiser), selectinload(Event.location))
    query = select(Event).where(Event.id == event_id).options(*loading)
    query = query.with_for_update() if lock else query
    return (await session.scalars(query)).one_or_none()


async def count_attendances(session: AsyncSession, event: Event) -> int:
    """How many come to it."""
    query = select(func.count()).where(Attendance.event_id == event.id)
    return (await session.execute(query)).scalar_one()


async def attend(session: AsyncSession, event: Event, contact: Contact) -> None:
    """Somebody comes to it."""
    session.add(Attendance(event_id=event.id, contact_id=contact.id))
    await session.flush()
