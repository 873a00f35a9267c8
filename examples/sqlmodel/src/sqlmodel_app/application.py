"""The FastAPI application. Its answers are the models themselves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from pydantic import AwareDatetime
from sqlalchemy.dialects.postgresql import Range
from sqlmodel import SQLModel

from sqlmodel_app import repositories
from sqlmodel_app.models.enums import ContactKind
from sqlmodel_app.models.models import Attendance, Contact, Event, PostalAddress
from sqlmodel_app.session import Database
from sqlmodel_app.settings import Settings, load_settings

router = APIRouter()


class NewContact(SQLModel):
    """What a client may say of a new contact: not its id, nor when it was made."""

    given_name: str
    family_name: str | None = None
    email: str | None = None
    kind: ContactKind = ContactKind.PERSON
    address: PostalAddress | None = None
    preferences: dict[str, Any] = {}


class NewEvent(SQLModel):
    """What a client may say of a new event."""

    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ContactWithEvents(SQLModel):
    """A contact and the events that it organises."""

    contact: Contact
    events: list[Event]


def database_of(request: Request) -> Database:
    """What the application's lifespan has opened."""
    database: Database = request.state.database
    return database


Opened = Annotated[Database, Depends(database_of)]


@router.post("/contacts", status_code=201)
async def create_contact(given: NewContact, database: Opened) -> Contact:
    """Make a contact."""
    fields = {name: getattr(given, name) for name in NewContact.model_fields}
    contact = Contact(**fields)
    async with database.transaction() as session:
        await repositories.add(session, contact)
    return contact


@router.get("/contacts")
async def find_contacts(
    database: Opened, words: str = "", limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[Contact]:
    """Find contacts by name."""
    async with database.transaction() as session:
        return await repositories.find_contacts(session, words, limit)


@router.get("/contacts/{public_id}")
async def get_contact(public_id: UUID, database: Opened) -> ContactWithEvents:
    """One contact."""
    async with database.transaction() as session:
        contact = await repositories.get_contact(session, public_id)
    if contact is None:
        raise HTTPException(404, "There is no such contact.")
    return ContactWithEvents(contact=contact, events=contact.events)


@router.post("/contacts/{public_id}/events", status_code=201)
async def create_event(public_id: UUID, given: NewEvent, database: Opened) -> Event:
    """Make an event that a contact organises."""
    if given.ends_at <= given.starts_at:
        raise HTTPException(409, "An event ends after it starts.")
    async with database.transaction() as session:
        contact = await repositories.get_contact(session, public_id)
        if contact is None or contact.id is None:
            raise HTTPException(404, "There is no such contact.")
        during = Range(given.starts_at, given.ends_at)
        event = Event(organiser_id=contact.id, title=given.title, during=during)
        await repositories.add(session, event)
    return event


@router.put("/events/{event_id}/attendances/{public_id}")
async def attend(event_id: int, public_id: UUID, database: Opened) -> list[Contact]:
    """Come to an event; who comes then."""
    async with database.transaction() as session:
        contact = await repositories.get_contact(session, public_id)
        if contact is None or contact.id is None:
            raise HTTPException(404, "There is no such contact.")
        if await repositories.get_event(session, event_id) is None:
            raise HTTPException(404, "There is no such event.")
        row = Attendance(event_id=event_id, contact_id=contact.id)
        await repositories.add(session, row)
    async with database.transaction() as session:
        event = await repositories.get_event(session, event_id)
    return [] if event is None else [each.contact for each in event.attendances]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, which connects when it is used. Raises ConfigurationError."""
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, Any]]:
        database = Database(settings)
        try:
            yield {"database": database}
        finally:
            await database.close()

    app = FastAPI(title="Contacts and events, by SQLModel", lifespan=lifespan)
    app.include_router(router)
    return app
