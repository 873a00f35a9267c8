"""What may be done with contacts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.database import Connection, DatabaseClient
from app.services import NotFoundError
from db import activity, contact, models
from db.contact import FindContactsRow, UpsertPeopleRow
from db.enums import ContactKind

FIRST = ("", UUID(int=0))


class NewContact(BaseModel):
    """What a contact is made of."""

    kind: ContactKind = ContactKind.PERSON
    given_name: str = Field(min_length=1)
    family_name: str | None = None
    email: models.EmailAddress | None = None
    phone_numbers: list[str] = []
    address: models.PostalAddress | None = None
    credit_limit: Decimal | None = None
    preferences: dict[str, Any] = {}


class ContactChange(BaseModel):
    """What is to be changed; what is left out stays."""

    given_name: str | None = Field(None, min_length=1)
    family_name: str | None = None
    email: models.EmailAddress | None = None


class Person(BaseModel):
    """A person as another system knows them, by e-mail address."""

    email: models.EmailAddress
    given_name: str = Field(min_length=1)
    family_name: str | None = None


async def find(
    conn: Connection, words: str, *, after: tuple[str, UUID] = FIRST, page_size: int
) -> list[FindContactsRow]:
    """A page of those whose name contains the words: behind the name and public_id given."""
    after_name, after_public_id = after
    return await contact.find_contacts(
        conn,
        words=words,
        after_name=after_name,
        after_public_id=after_public_id,
        page_size=page_size,
    )


async def get(conn: Connection, public_id: UUID) -> models.Contact:
    """The contact. Raises NotFoundError."""
    return _found(await contact.get_contact(conn, public_id=public_id), public_id)


async def create(client: DatabaseClient, new: NewContact) -> models.Contact:
    """Add a contact and record that, both or neither."""

    async def work(conn: Connection) -> models.Contact:
        created = await contact.create_contact(
            conn,
            kind=new.kind,
            given_name=new.given_name,
            family_name=new.family_name,
            email=new.email,
            phone_numbers=new.phone_numbers,
            address=new.address,
            credit_limit=new.credit_limit,
            preferences=new.preferences,
        )
        await _record(conn, created, "created")
        return created

    return await client.run_in_transaction(work)


async def change(client: DatabaseClient, public_id: UUID, changes: ContactChange) -> models.Contact:
    """Change a contact and record that, both or neither. Raises NotFoundError."""

    async def work(conn: Connection) -> models.Contact:
        changed = await contact.update_contact(
            conn,
            public_id=public_id,
            given_name=changes.given_name,
            family_name=changes.family_name,
            email=changes.email,
        )
        found = _found(changed, public_id)
        await _record(conn, found, "changed")
        return found

    return await client.run_in_transaction(work)


async def remove(client: DatabaseClient, public_id: UUID) -> None:
    """Delete a contact. Raises NotFoundError."""
    if not await contact.ContactQueries(client).delete_contact(public_id=public_id):
        raise NotFoundError(f"There is no contact {public_id}.")


async def upsert(client: DatabaseClient, people: Sequence[Person]) -> list[UpsertPeopleRow]:
    """Add many people, or rename those who are there, all or none."""
    return await contact.ContactQueries(client).upsert_people(
        given_names=[each.given_name for each in people],
        family_names=[each.family_name for each in people],
        emails=[each.email for each in people],
    )


def _found(row: models.Contact | None, public_id: UUID) -> models.Contact:
    if row is None:
        raise NotFoundError(f"There is no contact {public_id}.")
    return row


async def _record(conn: Connection, of: models.Contact, action: str) -> None:
    await activity.record_activity(
        conn, contact_id=of.id, action=action, address=None, details=None
    )
