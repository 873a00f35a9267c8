"""The rules of the business. Each use case owns its transaction and takes one layer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from dual_layer.db.database import Database
from dual_layer.db.models.models import Contact, Event
from dual_layer.db.queries import analytics, bulk
from dual_layer.db.repositories import contacts, events
from dual_layer.db.session import Orm


class NotFoundError(LookupError):
    """There is no such row."""


class RuleError(Exception):
    """The business does not allow it."""


class ContactService:
    """Contacts and events, through the ORM."""

    def __init__(self, orm: Orm) -> None:
        self._orm = orm

    async def create(self, contact: Contact) -> Contact:
        """Store a new contact."""
        async with self._orm.transaction() as session:
            await contacts.add(session, contact)
        return contact

    async def get(self, public_id: UUID) -> Contact:
        """One contact with its events. Raises NotFoundError."""
        async with self._orm.transaction() as session:
            contact = await contacts.get(session, public_id)
        if contact is None:
            raise NotFoundError(f"no contact {public_id}")
        return contact

    async def organise(
        self, organiser: UUID, title: str, starts_at: datetime, ends_at: datetime
    ) -> Event:
        """Store a new event of a contact. Raises NotFoundError and RuleError."""
        if ends_at <= starts_at:
            raise RuleError("An event ends after it starts.")
        async with self._orm.transaction() as session:
            contact = await contacts.get(session, organiser)
            if contact is None:
                raise NotFoundError(f"no contact {organiser}")
            event = Event(organiser_id=contact.id, title=title, during=Range(starts_at, ends_at))
            await events.add(session, event)
        return event

    async def attend(self, event_id: int, public_id: UUID) -> list[Contact]:
        """Somebody comes to an event; who comes then. Raises NotFoundError and RuleError."""
        async with self._orm.transaction() as session:
            event = await events.get(session, event_id, lock=True)
            contact = await contacts.get(session, public_id)
            if event is None or contact is None:
                raise NotFoundError(f"no event {event_id} or no contact {public_id}")
            count = await events.count_attendances(session, event)
            if event.location is not None and count >= event.location.capacity:
                raise RuleError("The event is full.")
            await events.attend(session, event, contact)
            return await contacts.attending(session, event)


class ReportService:
    """What reads or writes many rows, in raw SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def busiest_organisers(self, page_size: int) -> list[analytics.BusiestOrganisersRow]:
        """Who organises the most events."""
        async with self._database.transaction(readonly=True) as conn:
            return await analytics.busiest_organisers(conn, page_size=page_size)

    async def contacts_by_month(self) -> list[analytics.ContactsByMonthRow]:
        """How many contacts were made in each month."""
        async with self._database.transaction(readonly=True) as conn:
            return await analytics.contacts_by_month(conn)

    async def import_contacts(self, rows: Iterable[bulk.ImportContactsRow]) -> int:
        """Load many contacts, all or none; how many there were."""
        async with self._database.transaction() as conn:
            return await bulk.import_contacts(conn, rows)
