"""Contacts over HTTP."""

import base64
import binascii
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, TypeAdapter

from app.copy import dump_csv
from app.services import contacts
from app.services.contacts import ContactChange, NewContact, Person
from app.services.imports import import_people
from app.web.dependencies import After, Client, PageSize, Reading
from app.web.problems import problem_responses
from db import contact, models

router = APIRouter(prefix="/contacts", tags=["contacts"], responses=problem_responses())
_CURSOR: Final = TypeAdapter(tuple[str, UUID])
_EXPORT_TIME_LIMIT: Final = 600.0
_CSV: Final = "text/csv"
_CSV_CONTENT: Final[dict[str, Any]] = {"content": {_CSV: {"schema": {"type": "string"}}}}


class Contact(models.Contact):
    """The generated model, without what is not shown outside."""

    id: int = Field(exclude=True)


class ContactPage(BaseModel):
    """Contacts in order of their name."""

    items: list[contact.FindContactsRow]
    next: str | None = Field(
        description="What to give as `after` for the next page; null at the end"
    )


class Imported(BaseModel):
    """How many rows an import has loaded."""

    rows: int


@router.get("")
async def find_contacts(
    conn: Reading,
    words: Annotated[str, Query(description="What a name has to contain")] = "",
    after: Annotated[str | None, Query(description="The `next` of the page before")] = None,
    page_size: PageSize = 50,
) -> ContactPage:
    """Search by name, a page at a time."""
    position = contacts.FIRST if after is None else _position(after)
    # One more than is shown tells whether there is another page.
    found = await contacts.find(conn, words, after=position, page_size=page_size + 1)
    items = found[:page_size]
    return ContactPage(items=items, next=_cursor(items[-1]) if len(found) > page_size else None)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    response_model=Contact,
    responses=problem_responses(HTTPStatus.CONFLICT),
)
async def create_contact(client: Client, new: NewContact, response: Response) -> models.Contact:
    """Add a contact."""
    created = await contacts.create(client, new)
    response.headers["Location"] = f"{router.prefix}/{created.public_id}"
    return created


@router.put("/people")
async def upsert_people(
    client: Client, people: Annotated[list[Person], Field(max_length=10_000)]
) -> list[contact.UpsertPeopleRow]:
    """Add many people, or rename those with these e-mail addresses; all or none."""
    return await contacts.upsert(client, people)


@router.put(
    "/imports/{import_id}",
    responses=problem_responses(HTTPStatus.CONFLICT),
    openapi_extra={"requestBody": {"required": True} | _CSV_CONTENT},
)
async def import_contacts(
    client: Client,
    import_id: UUID,
    request: Request,
    content_length: Annotated[int | None, Header()] = None,
) -> Imported:
    """Load the CSV in the body, with the columns given_name,family_name,email; all or nothing.

    How far it has come is told under this identifier by /live.
    """
    rows = await import_people(client, import_id, request.stream(), content_length)
    return Imported(rows=rows)


@router.get("/export", response_class=StreamingResponse, responses={HTTPStatus.OK: _CSV_CONTENT})
async def export_contacts(client: Client, after: After) -> StreamingResponse:
    """All contacts as CSV."""

    async def body() -> AsyncGenerator[bytes]:
        # A dependency's connection would be gone before the first byte is sent.
        async with (
            client.transaction(
                read_only=True, statement_timeout=_EXPORT_TIME_LIMIT, after=after
            ) as conn,
            aclosing(dump_csv(conn, contact.EXPORT_CONTACTS.sql)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    return StreamingResponse(body(), media_type=_CSV)


@router.get(
    "/{public_id}", response_model=Contact, responses=problem_responses(HTTPStatus.NOT_FOUND)
)
async def get_contact(conn: Reading, public_id: UUID) -> models.Contact:
    """One contact."""
    return await contacts.get(conn, public_id)


@router.patch(
    "/{public_id}",
    response_model=Contact,
    responses=problem_responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def change_contact(client: Client, public_id: UUID, changes: ContactChange) -> models.Contact:
    """Change what is given."""
    return await contacts.change(client, public_id, changes)


@router.delete(
    "/{public_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problem_responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def delete_contact(client: Client, public_id: UUID) -> None:
    """Delete a contact who organises no event."""
    await contacts.remove(client, public_id)


def _cursor(row: contact.FindContactsRow) -> str:
    position = _CURSOR.dump_json((row.full_name, row.public_id))
    return base64.urlsafe_b64encode(position).decode()


def _position(cursor: str) -> tuple[str, UUID]:
    try:
        return _CURSOR.validate_json(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError) as error:
        detail = "after: it is not the `next` of a page"
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error
