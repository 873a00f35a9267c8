"""The ORM's classes do what the tables do: written and read through SQLAlchemy and asyncpg."""

import datetime
import importlib
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from functools import partial
from ipaddress import IPv4Address
from typing import Any

import asyncpg
import pytest
from sqlalchemy import inspect, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import configure_mappers, selectinload

from .conftest import Packages

START = datetime.datetime(2026, 11, 21, 8, 30, tzinfo=datetime.UTC)


@pytest.fixture(params=["orm", "sqlmodel"])
def models(packages: Packages, request: pytest.FixtureRequest) -> Any:
    return importlib.import_module(f"{packages(request.param)}.models")


@pytest.fixture
async def session(database_of: Callable[[str], str]) -> AsyncIterator[AsyncSession]:
    connect = partial(asyncpg.connect, database_of("orm"))
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    async with AsyncSession(engine, expire_on_commit=False) as opened:
        yield opened
    await engine.dispose()


def test_all_tables_with_a_key_are_mapped(models: Any) -> None:
    configure_mappers()
    assert sorted(models.Base.metadata.tables) == [
        *("passport", "person", "sales.orders", "sales.shop"),
    ]
    ends = {name: end.uselist for name, end in inspect(models.Person).relationships.items()}
    assert ends == {
        "boss": False,
        "mentor_person": False,
        "persons_by_boss": True,
        "persons_by_mentor_person": True,
        "passport": False,
        "orders": True,
    }


@pytest.mark.anyio
async def test_what_is_written_comes_back(models: Any, session: AsyncSession) -> None:
    enums = models.enums
    size = models.Size(width=1, height=Decimal("2.50"), made_on=START.date())
    ada = models.Person(
        name="Ada", metadata_={"a": [1]}, class_="x", moods=[enums.Mood.VERY_HAPPY], grid=[[1], [2]]
    )
    passport = models.Passport(
        person=ada,
        number="1",
        valid=Range(START.date(), None),
        pauses=[Range(START, START + datetime.timedelta(1))],
        size=size,
    )
    shop = models.SalesShop(country="GB", number=1, channel=enums.SalesChannel.WEB)
    order = models.SalesOrders(
        shop=shop,
        person=ada,
        total=Decimal("9.50"),
        placed_at=START.replace(tzinfo=None),
        address=IPv4Address("10.1.2.3"),
    )
    session.add_all([passport, order])
    await session.commit()
    assert (ada.id, ada.initial, order.id.version) == (1, "A", 4)
    ada.name = "Bo"
    await session.commit()
    assert ada.initial == "B", "what PostgreSQL computes is read back"
    boss = models.Person(name="Cy", moods=[])
    boss.persons_by_boss = [ada]
    session.add(boss)
    await session.commit()
    assert (boss.metadata_, ada.boss_id) == ({}, boss.id)
    session.expunge_all()

    loading = selectinload(models.Person.passport), selectinload(models.Person.orders)
    people = select(models.Person).where(models.Person.id == 1)
    found = (await session.scalars(people.options(*loading))).one()
    assert found is not ada
    assert (found.metadata_, found.moods, found.grid) == (
        {"a": [1]},
        [enums.Mood.VERY_HAPPY],
        [[1], [2]],
    )
    assert found.passport.size == size
    assert (found.passport.valid, found.passport.pauses) == (passport.valid, passport.pauses)
    assert (found.orders[0].address, found.orders[0].total) == (order.address, order.total)
    with pytest.raises(InvalidRequestError, match="lazy='raise'"):
        _ = found.boss
    await session.delete(found.orders[0])
    await session.delete(found)
    await session.commit()
    assert (await session.scalars(select(models.Passport))).all() == []
