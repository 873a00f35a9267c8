"""What asynchronous sessions need: eager loading, values after the commit, living connections."""

import psycopg
import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlmodel import select

from sqlmodel_app import repositories
from sqlmodel_app.models.models import Contact
from sqlmodel_app.session import Database


@pytest.mark.anyio
async def test_what_was_loaded_stays_readable_after_the_commit(database: Database) -> None:
    ada = Contact(given_name="Ada")
    async with database.transaction() as session:
        await repositories.add(session, ada)
    assert (ada.full_name, ada.phone_numbers, ada.preferences) == ("Ada", [], {})
    assert ada.created_at is not None
    async with database.transaction() as session:
        session.add(ada)
        ada.family_name = "Lovelace"
    assert ada.full_name == "Ada Lovelace"


@pytest.mark.anyio
async def test_nothing_is_loaded_unasked(database: Database) -> None:
    async with database.transaction() as session:
        await repositories.add(session, Contact(given_name="Ada"))
    async with database.transaction() as session:
        found = (await session.exec(select(Contact))).one()
        with pytest.raises(InvalidRequestError, match="lazy='raise'"):
            _ = found.events


@pytest.mark.anyio
async def test_an_exception_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await repositories.add(session, Contact(given_name="Ada"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.transaction() as session:
        assert (await session.exec(select(Contact))).all() == []


@pytest.mark.anyio
async def test_a_connection_that_was_cut_is_replaced(database: Database, plumb_dsn: str) -> None:
    async with database.transaction() as session:
        await session.exec(select(Contact))
    with psycopg.connect(plumb_dsn, autocommit=True) as conn:
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    async with database.transaction() as session:
        assert (await session.exec(select(Contact))).all() == []
