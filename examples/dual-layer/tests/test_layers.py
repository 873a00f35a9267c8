"""Never both layers in one transaction."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text

from dual_layer.db.database import Database, NotConnectedError
from dual_layer.db.layers import MixedLayersError, open_layer
from dual_layer.db.models.models import Contact
from dual_layer.db.repositories import contacts
from dual_layer.db.session import Orm


@pytest.mark.anyio
async def test_raw_sql_inside_the_orm_is_refused(orm: Orm, database: Database) -> None:
    async def write() -> None:
        async with orm.transaction() as session:
            await contacts.add(session, Contact(given_name="Ada"))
            async with database.transaction():
                pytest.fail("both are open")

    with pytest.raises(MixedLayersError, match="raw SQL was called inside a transaction of the O"):
        await write()

    async with database.transaction() as conn:
        assert await conn.fetchval("select count(*) from contact") == 0, "it was rolled back"


@pytest.mark.anyio
async def test_the_orm_inside_raw_sql_is_refused(orm: Orm, database: Database) -> None:
    async def write() -> None:
        async with database.transaction() as conn:
            await conn.execute("insert into contact (given_name) values ('Ada')")
            async with orm.transaction():
                pytest.fail("both are open")

    with pytest.raises(MixedLayersError, match="the ORM was called inside a transaction of raw"):
        await write()

    async with database.transaction() as conn:
        assert await conn.fetchval("select count(*) from contact") == 0


@pytest.mark.anyio
async def test_a_session_can_t_go_around_the_rule(orm: Orm, database: Database) -> None:
    async with database.transaction(), orm.session() as session:
        with pytest.raises(MixedLayersError):
            await session.execute(text("select 1"))
    async with orm.session() as session:
        with pytest.raises(MixedLayersError):
            await session.execute(text("select 1"))


@pytest.mark.anyio
async def test_tasks_inherit_the_rule_and_others_do_not_see_it(
    orm: Orm, database: Database
) -> None:
    async def read() -> int:
        async with database.transaction() as conn:
            return int(await conn.fetchval("select 1"))

    async with orm.transaction():
        with pytest.raises(MixedLayersError):
            await asyncio.create_task(read())
    first, second = await asyncio.gather(read(), use(orm))
    assert (first, second) == (1, 1)
    assert open_layer() is None


async def use(orm: Orm) -> int:
    async with orm.transaction() as session:
        await asyncio.sleep(0)
        return int((await session.execute(text("select 1"))).scalar_one())


@pytest.mark.anyio
async def test_one_after_the_other_is_fine(orm: Orm, database: Database) -> None:
    async with orm.transaction() as session:
        await contacts.add(session, Contact(given_name="Ada"))
        async with orm.transaction():  # a second one of the same layer is a second session
            pass
    async with database.transaction(readonly=True) as conn:
        assert await conn.fetchval("select full_name from contact") == "Ada"
    with suppress(ZeroDivisionError):
        async with database.transaction():
            raise ZeroDivisionError
    assert open_layer() is None


@pytest.mark.anyio
async def test_a_database_that_is_not_connected_says_so() -> None:
    with pytest.raises(NotConnectedError):
        async with Database("postgresql://nowhere").transaction():
            pytest.fail("it is not connected")
