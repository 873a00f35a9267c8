"""The generated contact queries, against a migrated database."""

from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from db import contact, models
from db.enums import ContactKind
from db.sync import contact as sync_contact

ADDRESS = models.PostalAddress(
    street='12 "Quoted", Street \\ back', city="", postal_code=None, country="NP"
)


async def create(conn: AsyncConnection, **changes: object) -> models.Contact:
    values: dict[str, object] = {
        "kind": ContactKind.PERSON,
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": None,
        "phone_numbers": ["+44 1", 'with "quotes", and {braces}', "NULL"],
        "address": ADDRESS,
        "credit_limit": Decimal("12.50"),
        "preferences": {"theme": "dark", "beta": [1, None]},
    }
    return await contact.create_contact(conn, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_what_is_written_is_read_back(async_conn: AsyncConnection) -> None:
    created = await create(async_conn, email="Ada@Example.org")

    assert type(created) is models.Contact
    assert created.full_name == "Ada Lovelace"
    assert created.kind is ContactKind.PERSON
    assert created.address == ADDRESS
    assert created.phone_numbers == ["+44 1", 'with "quotes", and {braces}', "NULL"]
    assert created.preferences == {"theme": "dark", "beta": [1, None]}
    assert created.credit_limit == Decimal("12.50")
    assert isinstance(created.public_id, UUID)
    assert created.created_at.tzinfo is not None
    assert await contact.get_contact(async_conn, public_id=created.public_id) == created


@pytest.mark.anyio
async def test_a_contact_that_is_not_there_is_none(async_conn: AsyncConnection) -> None:
    assert await contact.get_contact(async_conn, public_id=uuid4()) is None


@pytest.mark.anyio
async def test_a_slice_is_one_array(async_conn: AsyncConnection) -> None:
    first, second = await create(async_conn), await create(async_conn)
    await create(async_conn)

    found = await contact.list_contacts_by_public_ids(
        async_conn, public_ids=(second.public_id, first.public_id)
    )

    assert found == [first, second]
    assert await contact.list_contacts_by_public_ids(async_conn, public_ids=[]) == []


@pytest.mark.anyio
async def test_an_embedded_table_is_its_model(async_conn: AsyncConnection) -> None:
    created = await create(async_conn, given_name="Grace", family_name="Hopper")

    rows = await contact.search_contacts(async_conn, words="Grace Hoper", page_size=10)

    assert [row.contact for row in rows] == [created]
    assert 0 < rows[0].closeness < 1


@pytest.mark.anyio
async def test_a_null_argument_clears_or_leaves(pool: AsyncConnectionPool) -> None:
    async with pool.connection() as conn:
        created = await create(conn)
    queries = contact.ContactQueries(pool)
    changed = await queries.update_contact_address(address=None, public_id=created.public_id)
    after = await queries.update_contact(
        given_name="Augusta", family_name=None, email=None, public_id=created.public_id
    )

    assert changed == 1
    assert after is not None
    assert (after.given_name, after.family_name, after.address) == ("Augusta", "Lovelace", None)
    assert after.updated_at > created.updated_at


@pytest.mark.anyio
async def test_copy_loads_every_type(async_conn: AsyncConnection) -> None:
    rows = [
        contact.ImportContactsRow(
            kind=ContactKind.ORGANISATION,
            given_name=f"Company\t{number}\n\\N",
            family_name=None,
            email=f"c{number}@example.org",
            phone_numbers=[],
            credit_limit=Decimal("NaN") if number == 3 else None,
            last_seen_from=IPv4Interface("10.0.0.1/8") if number else IPv4Address("10.0.0.1"),
            preferences=[number],
        )
        for number in range(3)
    ]

    assert await contact.import_contacts(async_conn, rows) == 3

    listed = await contact.list_contacts(async_conn, after_name="", after_id=0, page_size=10)
    assert [row.full_name for row in listed] == [f"Company\t{number}\n\\N" for number in range(3)]
    loaded = await contact.list_contacts_by_public_ids(
        async_conn, public_ids=[row.public_id for row in listed]
    )
    assert [row.last_seen_from for row in loaded] == [row.last_seen_from for row in rows]
    assert [row.preferences for row in loaded] == [[0], [1], [2]]


@pytest.mark.anyio
async def test_a_violated_constraint_is_psycopgs_error(async_conn: AsyncConnection) -> None:
    await create(async_conn, email="one@example.org")

    with pytest.raises(errors.UniqueViolation) as caught:
        await create(async_conn, email="ONE@example.org")

    assert caught.value.diag.constraint_name == "contact_email_key"


@pytest.mark.anyio
async def test_queries_on_a_connection_join_its_transaction(async_conn: AsyncConnection) -> None:
    queries = contact.ContactQueries(async_conn)
    created = await create(async_conn)

    async with async_conn.transaction(force_rollback=True):
        await queries.delete_contact(public_id=created.public_id)
        assert await queries.get_contact(public_id=created.public_id) is None

    assert await queries.get_contact(public_id=created.public_id) == created


@pytest.mark.anyio
async def test_queries_on_a_pool_take_a_connection_each(pool: AsyncConnectionPool) -> None:
    queries = contact.ContactQueries(pool)
    row = await queries.create_contact(
        kind=ContactKind.PERSON,
        given_name="Pool",
        family_name=None,
        email=None,
        phone_numbers=[],
        address=None,
        credit_limit=None,
        preferences={},
    )
    assert await queries.get_contact(public_id=row.public_id) == row


def test_the_synchronous_twin_does_the_same(sync_pool: ConnectionPool) -> None:
    with sync_pool.connection() as conn:
        created = sync_contact.create_contact(
            conn,
            kind=ContactKind.PERSON,
            given_name="Sync",
            family_name="Twin",
            email=None,
            phone_numbers=["1"],
            address=ADDRESS,
            credit_limit=None,
            preferences=None,
        )
        assert sync_contact.get_contact(conn, public_id=created.public_id) == created
    assert sync_contact.ContactQueries(sync_pool).count_contacts_by_kind()[0].contacts == 1
