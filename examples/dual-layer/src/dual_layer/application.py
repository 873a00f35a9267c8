"""The FastAPI application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from dual_layer.db.database import Database
from dual_layer.db.models.enums import ContactKind
from dual_layer.db.models.models import Contact, PostalAddress
from dual_layer.db.queries import analytics, bulk
from dual_layer.db.session import Orm
from dual_layer.services import ContactService, NotFoundError, ReportService, RuleError
from dual_layer.settings import database_dsn

router = APIRouter()


class NewContact(BaseModel):
    """A contact to make."""

    given_name: str
    family_name: str | None = None
    email: str | None = None
    kind: ContactKind = ContactKind.PERSON
    address: PostalAddress | None = None
    preferences: dict[str, Any] = {}


class EventOut(BaseModel):
    """An event."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str


class ContactOut(BaseModel):
    """A contact."""

    model_config = ConfigDict(from_attributes=True)

    public_id: UUID
    kind: ContactKind
    full_name: str
    email: str | None
    address: PostalAddress | None
    created_at: datetime


class ContactWithEvents(ContactOut):
    """A contact with the events that it organises."""

    events: list[EventOut]


class NewEvent(BaseModel):
    """An event to make."""

    organiser: UUID
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class NewPerson(BaseModel):
    """A row of an import."""

    given_name: str
    family_name: str | None = None
    phone_numbers: list[str] = []


def contact_service(request: Request) -> ContactService:
    """The ORM's use cases."""
    return ContactService(request.state.orm)


def report_service(request: Request) -> ReportService:
    """The use cases in raw SQL."""
    return ReportService(request.state.database)


Contacts = Annotated[ContactService, Depends(contact_service)]
Reports = Annotated[ReportService, Depends(report_service)]


@router.post("/contacts", status_code=201)
async def create_contact(given: NewContact, service: Contacts) -> ContactOut:
    """Make a contact."""
    fields = {name: getattr(given, name) for name in type(given).model_fields}
    return ContactOut.model_validate(await service.create(Contact(**fields)))


@router.get("/contacts/{public_id}")
async def get_contact(public_id: UUID, service: Contacts) -> ContactWithEvents:
    """One contact."""
    return ContactWithEvents.model_validate(await service.get(public_id))


@router.post("/events", status_code=201)
async def create_event(given: NewEvent, service: Contacts) -> EventOut:
    """Make an event."""
    event = await service.organise(given.organiser, given.title, given.starts_at, given.ends_at)
    return EventOut.model_validate(event)


@router.put("/events/{event_id}/attendances/{public_id}")
async def attend(event_id: int, public_id: UUID, service: Contacts) -> list[ContactOut]:
    """Come to an event."""
    return [ContactOut.model_validate(each) for each in await service.attend(event_id, public_id)]


@router.get("/reports/organisers")
async def busiest_organisers(
    service: Reports, page_size: Annotated[int, Query(ge=1, le=100)] = 10
) -> list[analytics.BusiestOrganisersRow]:
    """Who organises the most events."""
    return await service.busiest_organisers(page_size)


@router.get("/reports/contacts-by-month")
async def contacts_by_month(service: Reports) -> list[analytics.ContactsByMonthRow]:
    """How many contacts were made in each month."""
    return await service.contacts_by_month()


@router.post("/imports", status_code=201)
async def import_contacts(given: list[NewPerson], service: Reports) -> int:
    """Load many contacts."""
    return await service.import_contacts(
        bulk.ImportContactsRow(each.given_name, each.family_name, each.phone_numbers, {})
        for each in given
    )


async def not_found(_: Request, error: Exception) -> JSONResponse:
    """What is not there is a 404."""
    return JSONResponse({"detail": str(error)}, 404)


async def refused(_: Request, error: Exception) -> JSONResponse:
    """What the business does not allow is a 409."""
    return JSONResponse({"detail": str(error)}, 409)


def create_app(url: str | None = None) -> FastAPI:
    """The application, which connects when it starts.

    In: the database's URL, by default DATABASE_URL. Raises ConfigurationError.
    """
    dsn = database_dsn(url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, Any]]:
        orm, database = Orm(dsn), Database(dsn)
        await database.connect()
        try:
            yield {"orm": orm, "database": database}
        finally:
            await database.disconnect()
            await orm.close()

    app = FastAPI(title="Two layers", lifespan=lifespan)
    app.include_router(router)
    app.add_exception_handler(NotFoundError, not_found)
    app.add_exception_handler(RuleError, refused)
    return app
