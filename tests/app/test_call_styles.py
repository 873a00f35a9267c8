"""The two ways to call a query: one connection a call, or in the caller's transaction."""

import pytest

from app.database import DatabaseClient
from app.sync.database import DatabaseClient as SyncDatabaseClient
from db.contact import (
    ContactQueries,
    ImportPeopleRow,
    count_contacts_by_kind,
    get_contact,
    import_people,
    upsert_people,
)
from db.sync import contact as sync_contact

ADA = {"given_names": ["Ada"], "family_names": ["Lovelace"], "emails": ["ada@example.org"]}


@pytest.mark.anyio
async def test_queries_on_a_client_are_each_a_transaction(client: DatabaseClient) -> None:
    queries = ContactQueries(client)

    [ada] = await queries.upsert_people(**ADA)
    found = await ContactQueries(client.reader).get_contact(public_id=ada.public_id)

    assert found is not None
    assert found.email == "ada@example.org"


@pytest.mark.anyio
async def test_functions_join_the_callers_transaction(client: DatabaseClient) -> None:
    with pytest.raises(ZeroDivisionError):
        async with client.transaction() as conn:
            [ada] = await upsert_people(conn, **ADA)
            assert await get_contact(conn, public_id=ada.public_id) is not None
            raise ZeroDivisionError

    async with client.connection() as conn:
        assert await count_contacts_by_kind(conn) == []


@pytest.mark.anyio
async def test_queries_on_a_connection_join_its_transaction(client: DatabaseClient) -> None:
    with pytest.raises(ZeroDivisionError):
        async with client.transaction() as conn:
            queries = ContactQueries(conn)
            [ada] = await queries.upsert_people(**ADA)
            assert await queries.get_contact(public_id=ada.public_id) is not None
            raise ZeroDivisionError

    assert await ContactQueries(client).count_contacts_by_kind() == []


@pytest.mark.anyio
async def test_a_stream_on_a_client_holds_its_connection_to_the_end(client: DatabaseClient) -> None:
    async with client.transaction() as conn:
        rows = (ImportPeopleRow(f"P{number}", None, None) for number in range(2500))
        assert await import_people(conn, rows) == 2500

    names = [row.given_name async for row in ContactQueries(client).stream_export_contacts()]

    assert names == [f"P{number}" for number in range(2500)]


def test_synchronous_queries_on_a_client_are_each_a_transaction(
    sync_client: SyncDatabaseClient,
) -> None:
    queries = sync_contact.ContactQueries(sync_client)

    [ada] = queries.upsert_people(**ADA)

    reader = sync_contact.ContactQueries(sync_client.reader)
    assert reader.get_contact(public_id=ada.public_id) is not None


def test_synchronous_functions_and_queries_join_the_callers_transaction(
    sync_client: SyncDatabaseClient,
) -> None:
    with pytest.raises(ZeroDivisionError), sync_client.transaction() as conn:
        [ada] = sync_contact.upsert_people(conn, **ADA)
        queries = sync_contact.ContactQueries(conn)
        assert queries.get_contact(public_id=ada.public_id) is not None
        raise ZeroDivisionError

    assert sync_contact.ContactQueries(sync_client).count_contacts_by_kind() == []
