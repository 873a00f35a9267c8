"""Contacts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from dual_layer.db.models.models import Attendance, Contact, Event


async def add(session: AsyncSession, contact: Contact) -> None:
    """Store a new contact; what PostgreSQL fills in is then there."""
    session.add(contact)
    await session.flush()


async def get(session: AsyncSession, public_id: UUID) -> Contact | None:
    """One contact with the events that it organises."""
    query = select(Contact).where(Contact.public_id == public_id)
    return (await session.scalars(query.options(selectinload(Contact.events)))).one_or_none()


async def attending(session: AsyncSession, event: Event) -> list[Contact]:
    """Who comes to an event, by name."""
    query = (
        select(Contact)
        .join(Attendance, Attendance.contact_id == Contact.id)
        .where(Attendance.event_id == event.id)
        .order_by(Contact.full_name)
    )
    return list(await session.scalars(query))
