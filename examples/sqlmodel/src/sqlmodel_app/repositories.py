"""Persistence, and nothing but that. Relationships are loaded because they are asked for."""

from uuid import UUID

from sqlalchemy.orm import selectinload
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from sqlmodel_app.models.models import Attendance, Contact, Event


async def add(session: AsyncSession, row: Contact | Event | Attendance) -> None:
    """Store a new row; what PostgreSQL fills in is then there."""
    session.add(row)
    await session.flush()


async def find_contacts(session: AsyncSession, words: str, limit: int) -> list[Contact]:
    """Contacts whose name contains the words, in order."""
    name = col(Contact.full_name)
    query = select(Contact).where(name.icontains(words, autoescape=True)).order_by(name)
    return list((await session.exec(query.limit(limit))).all())


async def get_contact(session: AsyncSession, public_id: UUID) -> Contact | None:
    """One contact with its events and their locations."""
    events = selectinload(Contact.events).selectinload(Event.location)  # type: ignore[arg-type]
    query = select(Contact).where(Contact.public_id == public_id).options(events)
    return (await session.exec(query)).one_or_none()


async def get_event(session: AsyncSession, event_id: int) -> Event | None:
    """One event with those who come to it."""
    people = selectinload(Event.attendances).selectinload(Attendance.contact)  # type: ignore[arg-type]
    query = select(Event).where(Event.id == event_id).options(people)
    return (await session.exec(query)).one_or_none()
