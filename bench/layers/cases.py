"""The cases: in each, all layers do the same; the others are compared to the first."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg.generators import execute
from psycopg.rows import class_row, tuple_row
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from .models import (
    Item,
    ModelIncoming,
    ModelItem,
    OrmIncoming,
    OrmItem,
    PlainItem,
    Wide,
    WideModel,
    WideOrm,
)
from .places import Places

TUPLES: Final = "psycopg tuples"
OURS: Final = "generated code"
OURS_ASYNCPG: Final = "generated code, for asyncpg"
CLASS_ROW: Final = "psycopg class_row"
ASYNCPG: Final = "asyncpg + Pydantic"
CORE: Final = "SQLAlchemy Core + Pydantic"
ORM: Final = "SQLAlchemy ORM"
SQLMODEL: Final = "SQLModel"
PLAIN: Final = ", ".join(PlainItem.model_fields)
STREAM: Final = 2000
KEPT: Final = 1000

Read = Callable[[int], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Case:
    """What each layer does with a number: rows to read or write, or the first key.

    It gives rows to compare, or `after` does. before: what is done first, each time. Neither is
    measured. repeat: how often in a measurement. slow: for fewer rounds. names: the columns.
    """

    name: str
    number: int
    layers: dict[str, Read]
    repeat: int = 1
    slow: bool = False
    names: tuple[str, ...] = tuple(Item.model_fields)
    before: Callable[[], Awaitable[object]] | None = None
    after: Callable[[], Awaitable[list[Any]]] | None = None


def cases(at: Places) -> list[Case]:
    """All of them."""
    listed = "id <= $1"
    return [
        Case("one row by key", 500, _readers(at, "id = $1", Item, "get_item"), repeat=50),
        Case("one row by key, from a pool", 500, _alone(_by_key(at)), repeat=50),
        Case(
            "1,000 rows",
            1000,
            _readers(at, listed, Item, "list_items"),
        ),
        Case(
            "1,000 rows without JSON",
            1000,
            _readers(at, listed, PlainItem, "list_plain_items"),
            names=tuple(PlainItem.model_fields),
        ),
        Case(
            "1,000 rows of 60 columns",
            1000,
            _readers(at, listed, Wide, "list_wide"),
            names=tuple(Wide.model_fields),
        ),
        Case("100,000 rows, ours streamed", 100_000, _at_once(at), slow=True),
        Case("100,000 rows, all streamed", 100_000, _streams(at), slow=True),
        Case("50 concurrent reads, pools of 10", 1, _concurrent(_by_key(at)), repeat=3),
        Case("100 reads by key, one connection", 1, _small(at), repeat=2),
        Case("one row by key, beside libpq alone", 500, _libpq(at), repeat=50, after=_one_row(at)),
        _inserts(at),
    ]


def generated(query: Any, source: Any, name: str) -> Read:
    """The generated function so named; its rows."""

    async def read(number: int) -> list[Any]:
        found: Any = await getattr(query, name)(source, id=number)
        rows: list[Any] = [found] if name == "get_item" else found
        return rows

    return read


def _readers(at: Places, condition: str, model: Any, name: str) -> dict[str, Read]:
    """Rows at once, each layer on a connection that it keeps: none begins or ends a transaction.

    name: of the generated function.
    """
    table = "wide" if model is Wide else "item"
    columns = PLAIN if model is PlainItem else "*"
    sql = f"select {columns} from {table} where {condition} order by id"  # noqa: S608
    listed: Any = list.__class_getitem__(model)
    many: TypeAdapter[list[Any]] = TypeAdapter(listed)
    where = sa.text(condition.replace("$1", ":n"))
    orm_class, sql_class = (WideOrm, WideModel) if model is Wide else (OrmItem, ModelItem)
    table_columns: list[Any] = [orm_class.__table__.c[name] for name in model.model_fields]
    core: Any = sa.select(*table_columns).where(where)
    orm, models = sa.select(orm_class).where(where), sa.select(sql_class).where(where)
    if model is PlainItem:
        orm, models = orm.options(defer(OrmItem.data)), models.options(defer(sql_class.data))

    async def execute(number: int, row: Any, *, binary: bool = False) -> list[Any]:
        async with psycopg.AsyncRawCursor(at.conn, row_factory=row) as cursor:
            await cursor.execute(sql.encode(), (number,), binary=binary)
            return await cursor.fetchall()

    async def asyncpg_rows(number: int) -> list[Any]:
        return many.validate_python([dict(row) for row in await at.pg.fetch(sql, number)])

    async def core_rows(number: int) -> list[Any]:
        result = await at.session.execute(core.order_by(sa.text("id")), {"n": number})
        return [model(**row) for row in result.mappings()]

    def scalars(select: Any) -> Read:
        async def read(number: int) -> list[Any]:
            at.session.expunge_all()
            statement = select.order_by(sa.text("id"))
            return list((await at.session.execute(statement, {"n": number})).scalars())

        return read

    return {
        TUPLES: lambda number: execute(number, tuple_row, binary=True),
        OURS: generated(at.query, at.conn, name),
        OURS_ASYNCPG: generated(at.asyncpg_query, at.plain_pg, name),
        CLASS_ROW: lambda number: execute(number, class_row(model)),
        ASYNCPG: asyncpg_rows,
        CORE: core_rows,
        ORM: scalars(orm),
        SQLMODEL: scalars(models),
    }


def consumed(give: Callable[[int], Any]) -> Read:
    """Reads rows one by one and keeps none but the first."""

    async def read(number: int) -> list[Any]:
        kept: list[Any] = []
        count = 0
        async for row in give(number):
            count += 1
            if count <= KEPT:
                kept.append(row)
        return [*kept, count]

    return read


def ours_streamed(at: Places) -> Read:
    """The generated stream, on a pool."""
    queries = at.query.QueryQueries(at.pool)
    return consumed(lambda number: queries.stream_list_items(id=number))


def _at_once(at: Places) -> dict[str, Read]:
    """Everything read at once, as is usual, beside our streams."""

    def counted(read: Read) -> Read:
        async def found(number: int) -> list[Any]:
            rows = await read(number)
            return [*rows[:KEPT], len(rows)]

        return found

    usual = _readers(at, "id <= $1", Item, "list_items")
    on_connection = consumed(lambda number: at.query.stream_list_items(at.conn, id=number))
    return {
        TUPLES: counted(usual.pop(TUPLES)),
        OURS: ours_streamed(at),
        "generated code, on a connection": on_connection,
        "generated code, a list": counted(usual.pop(OURS)),
        **{layer: counted(read) for layer, read in usual.items()},
    }


def _streams(at: Places) -> dict[str, Read]:
    """Each layer's own way to stream."""
    sql = "select * from item where id <= $1 order by id"

    def psycopg_rows(row: Any, *, binary: bool = False) -> Read:
        async def give(number: int) -> Any:
            async with psycopg.AsyncRawCursor(at.conn, row_factory=row) as cursor:
                async for each in cursor.stream(sql, (number,), binary=binary, size=STREAM):
                    yield each

        return consumed(give)

    async def asyncpg_rows(number: int) -> Any:
        async with at.pg.transaction():
            async for row in at.pg.cursor(sql, number, prefetch=STREAM):
                yield Item.model_validate(dict(row))

    def chosen(what: Any) -> Any:
        where, order = sa.text("id <= :n"), sa.text("id")
        return what.where(where).order_by(order).execution_options(yield_per=STREAM)

    async def core_rows(number: int) -> Any:
        async with at.engine.connect() as conn:
            found = await conn.stream(chosen(sa.select(OrmItem.__table__)), {"n": number})
            async for row in found.mappings():
                yield Item(**row)

    def scalars(model: Any) -> Read:
        async def give(number: int) -> Any:
            async with AsyncSession(at.engine) as session:
                statement = chosen(sa.select(model))
                async for row in await session.stream_scalars(statement, {"n": number}):
                    yield row

        return consumed(give)

    return {
        TUPLES: psycopg_rows(tuple_row, binary=True),
        OURS: ours_streamed(at),
        OURS_ASYNCPG: consumed(
            lambda number: at.asyncpg_query.stream_list_items(at.plain_pg, id=number)
        ),
        CLASS_ROW: psycopg_rows(class_row(Item)),
        ASYNCPG: consumed(asyncpg_rows),
        CORE: consumed(core_rows),
        ORM: scalars(OrmItem),
        SQLMODEL: scalars(ModelItem),
    }


def _by_key(at: Places) -> dict[str, Callable[[int], Awaitable[Any]]]:
    """A row by its key, each on a connection that a pool lends for it, or in a session of its own:
    as the requests that a service answers.
    """
    sql = "select * from item where id = $1"
    queries = at.query.QueryQueries(at.pool)
    asyncpg_queries = at.asyncpg_query.QueryQueries(at.plain_pg_pool)

    def psycopg_row(row: Any, *, binary: bool = False) -> Callable[[int], Awaitable[Any]]:
        async def read(number: int) -> Any:
            async with (
                at.pool.connection() as conn,
                psycopg.AsyncRawCursor(conn, row_factory=row) as cursor,
            ):
                await cursor.execute(sql, (number,), binary=binary)
                return await cursor.fetchone()

        return read

    async def asyncpg_row(number: int) -> Item:
        return Item.model_validate(dict(await at.pg_pool.fetchrow(sql, number)))

    async def core_row(number: int) -> Item:
        async with at.engine.connect() as conn:
            found = await conn.execute(sa.select(OrmItem.__table__).where(OrmItem.id == number))
            return Item(**found.mappings().one())

    def in_session(model: Any) -> Callable[[int], Awaitable[Any]]:
        async def read(number: int) -> Any:
            async with AsyncSession(at.engine) as session:
                return await session.get(model, number)

        return read

    return {
        TUPLES: psycopg_row(tuple_row, binary=True),
        OURS: lambda number: queries.get_item(id=number),
        OURS_ASYNCPG: lambda number: asyncpg_queries.get_item(id=number),
        CLASS_ROW: psycopg_row(class_row(Item)),
        ASYNCPG: asyncpg_row,
        CORE: core_row,
        ORM: in_session(OrmItem),
        SQLMODEL: in_session(ModelItem),
    }


def _alone(layers: dict[str, Callable[[int], Awaitable[Any]]]) -> dict[str, Read]:
    """One after the other."""

    def listed(read: Callable[[int], Awaitable[Any]]) -> Read:
        async def found(number: int) -> list[Any]:
            return [await read(number)]

        return found

    return {layer: listed(read) for layer, read in layers.items()}


def _concurrent(layers: dict[str, Callable[[int], Awaitable[Any]]]) -> dict[str, Read]:
    """50 at the same time."""

    def gathered(read: Callable[[int], Awaitable[Any]]) -> Read:
        async def found(number: int) -> list[Any]:
            return list(await asyncio.gather(*(read(each) for each in range(number, number + 50))))

        return found

    return {layer: gathered(read) for layer, read in layers.items()}


def _small(at: Places) -> dict[str, Read]:
    """100 rows by key after another, and by the generated :batchone."""
    single = _readers(at, "id = $1", Item, "get_item")

    def repeated(read: Read) -> Read:
        async def found(number: int) -> list[Any]:
            return [(await read(each))[0] for each in range(number, number + 100)]

        return found

    async def batch(number: int) -> list[Any]:
        keys = range(number, number + 100)
        found: list[Any] = await at.query.get_items(
            at.conn, [at.query.GetItemsItem(id=each) for each in keys]
        )
        return found

    layers = {layer: repeated(read) for layer, read in single.items()}
    return {
        TUPLES: layers.pop(TUPLES),
        OURS: layers.pop(OURS),
        f"{OURS}, :batchone": batch,
    } | layers


def _libpq(at: Places) -> dict[str, Read]:
    """What a read by key takes before anything is made of its row; models beside that."""
    pgconn, name = at.conn.pgconn, b"alone"
    pgconn.prepare(name, b"select * from item where id = $1")

    async def blocking(number: int) -> list[Any]:
        pgconn.exec_prepared(name, [str(number).encode()])
        return []

    async def waited(number: int) -> list[Any]:
        pgconn.send_query_prepared(name, [str(number).encode()])
        await at.conn.wait(execute(pgconn))
        return []

    kept = _readers(at, "id = $1", Item, "get_item")
    models = {layer: kept[layer] for layer in (OURS, OURS_ASYNCPG, ASYNCPG, ORM, SQLMODEL)}
    return {"libpq, blocking": blocking, "libpq, in asyncio": waited} | models


def _one_row(at: Places) -> Callable[[], Awaitable[list[Any]]]:
    return lambda: generated(at.query, at.conn, "get_item")(1)


def to_load(
    at: Places,
) -> tuple[list[Any], Callable[[], Awaitable[object]], Callable[[], Awaitable[list[Any]]]]:
    """The models to insert; what empties their table, and makes them the first time; what gives
    the rows that are in it then.
    """
    models: list[Any] = []

    async def emptied() -> None:
        if not models:
            made = at.query.models.Incoming
            rows = await at.query.list_items(at.conn, id=10_000)
            models.extend(made(**row.__dict__) for row in rows)
        await at.conn.execute("truncate incoming")

    async def loaded() -> list[Any]:
        found: list[Any] = await at.query.list_incoming(at.conn)
        return [*found[:KEPT], len(found)]

    return models, emptied, loaded


def _inserts(at: Places) -> Case:
    """Rows that are there as models, into an empty table."""
    columns = tuple(Item.model_fields)
    holders = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    sql = f"insert into incoming values ({holders})"  # noqa: S608
    models, emptied, loaded = to_load(at)

    def writes(write: Callable[[list[Any]], Awaitable[object]]) -> Read:
        async def run(number: int) -> list[Any]:
            await write(models[:number])
            return []

        return run

    async def executemany(rows: list[Any]) -> None:
        values = [(*(getattr(row, name) for name in columns[:-1]), Jsonb(row.data)) for row in rows]
        async with at.conn.transaction(), psycopg.AsyncRawCursor(at.conn) as cursor:
            await cursor.executemany(sql.encode(), values)

    async def ours(rows: list[Any]) -> None:
        await at.query.load_items(at.conn, rows)

    async def asyncpg_many(rows: list[Any]) -> None:
        await at.pg.executemany(sql, [tuple(row.__dict__.values()) for row in rows])

    async def asyncpg_copy(rows: list[Any]) -> None:
        records = [tuple(row.__dict__.values()) for row in rows]
        await at.pg.copy_records_to_table("incoming", records=records, columns=columns)

    async def core(rows: list[Any]) -> None:
        statement = sa.insert(OrmIncoming).returning(OrmIncoming.id)
        async with at.engine.begin() as conn:
            await conn.execute(statement, [dict(row) for row in rows])

    def added(model: Any) -> Callable[[list[Any]], Awaitable[None]]:
        async def write(rows: list[Any]) -> None:
            async with AsyncSession(at.engine) as session:
                session.add_all([model(**row.__dict__) for row in rows])
                await session.commit()

        return write

    layers = {
        "psycopg executemany": writes(executemany),
        f"{OURS}, :copyfrom": writes(ours),
        "asyncpg executemany": writes(asyncpg_many),
        "asyncpg copy_records": writes(asyncpg_copy),
        "SQLAlchemy insertmanyvalues": writes(core),
        ORM: writes(added(OrmIncoming)),
        SQLMODEL: writes(added(ModelIncoming)),
    }
    return Case("10,000 inserts", 10_000, layers, slow=True, before=emptied, after=loaded)
