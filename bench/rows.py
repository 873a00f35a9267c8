"""How long it takes to read rows as models: generated code beside what people use instead.

    uv run --group bench python bench/rows.py [rounds]

It starts a server of its own, generates code for bench/layers, has every layer read the same rows,
checks that they are equal, and then measures all layers in turn, round by round, so that a busy
machine slows all of them. It writes bench/results/rows.json and bench/results/rows.md: the median
of the times as a ratio of psycopg's tuples, with the spread. `--check`: compare with the committed
ratios instead, and fail where generated code became more than half again as slow.
"""

import asyncio
import gc
import importlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg  # type: ignore[import-untyped,unused-ignore]
import psycopg
import pydantic
import sqlalchemy as sa
import sqlmodel
from psycopg.rows import class_row, tuple_row
from pydantic import BaseModel, TypeAdapter
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, defer, mapped_column

from pgplumb.server import TemporaryServer

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "results"
CONFIGURATION: Final = """\
version: "2"
plugins:
  - {name: pgplumb, process: {cmd: pgplumb-sqlc, format: json}, env: [DATABASE_URL]}
sql:
  - engine: postgresql
    schema: schema.sql
    queries: query.sql
    codegen: [{plugin: pgplumb, out: generated}]
"""
FILL: Final = """
insert into item
select n, 'name ' || n, 'title ' || n, case when n % 3 > 0 then 'note ' || n end,
    (array['small', 'medium', 'large'])[n % 3 + 1]::kind, gen_random_uuid(), n / 7.0,
    now() - n * interval '1 minute', current_date - n % 1000, n % 2 = 0,
    array['tag ' || n % 5, 'tag ' || n % 7],
    jsonb_build_object('size', n, 'colour', 'blue', 'parts', jsonb_build_array(1, 2.5, null, 'x'))
from generate_series(1, 100000) as n
"""
ROUNDS: Final = 15
TOLERANCE: Final = 1.5
USUAL: Final = 1000
TUPLES: Final = "psycopg tuples"
OURS: Final = "generated code"
ALL: Final = "*"
PLAIN: Final = "id, name, title, note, kind, code, price, made_at, made_on, active, tags"


class Kind(StrEnum):
    """An enum."""

    small = "small"
    medium = "medium"
    large = "large"


class PlainItem(BaseModel):
    """A row without JSON."""

    id: int
    name: str
    title: str
    note: str | None
    kind: Kind
    code: UUID
    price: Decimal
    made_at: datetime
    made_on: date
    active: bool
    tags: list[str | None]


class Item(PlainItem):
    """A row."""

    data: Any


class Base(DeclarativeBase):
    """SQLAlchemy's."""


KIND: Final = sa.Enum(Kind, name="kind", create_type=False)


class OrmItem(Base):
    """A row, for SQLAlchemy."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    note: Mapped[str | None]
    kind: Mapped[Kind] = mapped_column(KIND)
    code: Mapped[UUID]
    price: Mapped[Decimal]
    made_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    made_on: Mapped[date]
    active: Mapped[bool]
    tags: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    data: Mapped[Any] = mapped_column(JSONB)


class ModelItem(sqlmodel.SQLModel, table=True):
    """A row, for SQLModel."""

    __tablename__ = "item"
    id: int = sqlmodel.Field(sa_column=sa.Column(sa.BigInteger, primary_key=True))
    name: str
    title: str
    note: str | None
    kind: Kind = sqlmodel.Field(sa_column=sa.Column(KIND))
    code: UUID
    price: Decimal
    made_at: datetime = sqlmodel.Field(sa_column=sa.Column(sa.DateTime(timezone=True)))
    made_on: date
    active: bool
    tags: list[str] = sqlmodel.Field(sa_column=sa.Column(ARRAY(sa.Text)))
    data: Any = sqlmodel.Field(sa_column=sa.Column(JSONB))


Read = Callable[[int], Awaitable[list[Any]]]
Case = dict[str, Read]


def generated(url: str, folder: Path) -> Any:
    """Generate code for the benchmark; give its module of queries."""
    for name in ("schema.sql", "query.sql"):
        shutil.copy(HERE / "layers" / name, folder)
    (folder / "sqlc.yaml").write_text(CONFIGURATION)
    binaries = Path(sys.executable).parent
    environment = {"DATABASE_URL": url, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([binaries / "sqlc", "generate"], cwd=folder, env=environment, check=True)  # noqa: S603
    sys.path.insert(0, str(folder))
    return importlib.import_module("generated.query")


def cases(query: Any, conn: Any, pg: Any, session: AsyncSession) -> dict[str, Case]:
    """What is measured: for each case how each layer reads."""

    async def execute(sql: str, number: int, row: Any, *, binary: bool = False) -> list[Any]:
        async with psycopg.AsyncRawCursor(conn, row_factory=row) as cursor:
            await cursor.execute(sql, (number,), binary=binary)
            return await cursor.fetchall()

    async def stream(number: int) -> list[Any]:
        return [row async for row in query.stream_list_items(conn, id=number)]

    async def get(number: int) -> list[Any]:
        return [await query.get_item(conn, id=number)]

    def layers(condition: str, columns: str, model: Any, ours: Read) -> Case:
        sql = f"select {columns} from item where {condition} order by id"  # noqa: S608
        many = TypeAdapter(list[model])
        names = list(model.model_fields)
        where = sa.text(condition.replace("$1", ":n"))
        core = sa.select(*(OrmItem.__table__.c[name] for name in names)).where(where)
        orm, models = sa.select(OrmItem), sa.select(ModelItem)
        if columns == PLAIN:
            orm = orm.options(defer(OrmItem.data))
            models = models.options(defer(ModelItem.data))

        async def asyncpg_rows(number: int) -> list[Any]:
            found: list[Any] = many.validate_python([dict(r) for r in await pg.fetch(sql, number)])
            return found

        async def core_rows(number: int) -> list[Any]:
            result = await session.execute(core.order_by(sa.text("id")), {"n": number})
            return [model(**row) for row in result.mappings()]

        def scalars(select: Any) -> Read:
            async def read(number: int) -> list[Any]:
                session.expunge_all()
                statement = select.where(where).order_by(sa.text("id"))
                return list((await session.execute(statement, {"n": number})).scalars())

            return read

        return {
            TUPLES: lambda number: execute(sql, number, tuple_row, binary=True),
            OURS: ours,
            "psycopg class_row": lambda number: execute(sql, number, class_row(model)),
            "asyncpg + Pydantic": asyncpg_rows,
            "SQLAlchemy Core + Pydantic": core_rows,
            "SQLAlchemy ORM": scalars(orm),
            "SQLModel": scalars(models),
        }

    return {
        "one row by key": layers("id = $1", ALL, Item, get),
        "1,000 rows": layers("id <= $1", ALL, Item, lambda n: query.list_items(conn, id=n)),
        "1,000 rows without JSON": layers(
            "id <= $1", PLAIN, PlainItem, lambda n: query.list_plain_items(conn, id=n)
        ),
        "100,000 rows, ours streamed": layers("id <= $1", ALL, Item, stream),
    }


NUMBERS: Final = {"one row by key": (500, 20), "100,000 rows, ours streamed": (100_000, 1)}


def values(row: Any, names: list[str]) -> list[Any]:
    """The values of a row, whatever it is."""
    found = row if isinstance(row, tuple) else [getattr(row, name) for name in names]
    # In binary format psycopg gives the bytes of an enum's label.
    return [each.decode() if isinstance(each, bytes) else str(each) for each in found]


async def measure(name: str, case: Case, rounds: int) -> dict[str, Any]:
    """Check that all layers give the same, then measure them in turn."""
    number, repeat = NUMBERS.get(name, (USUAL, 1))
    names = list((PlainItem if "without" in name else Item).model_fields)
    small = min(number, USUAL)
    expected = [values(row, names) for row in await case[OURS](small)]
    for layer, read in case.items():
        if [values(row, names) for row in await read(small)] != expected:
            raise SystemExit(f"{name}: {layer} gives other rows")
    times: dict[str, list[float]] = {layer: [] for layer in case}
    for _ in range(max(3, rounds // 5) if number > USUAL else rounds):
        for layer, read in case.items():
            gc.collect()
            started = time.perf_counter()
            for _ in range(repeat):
                await read(number)
            times[layer].append(time.perf_counter() - started)
    base = statistics.median(times[TUPLES])
    return {
        layer: {
            "median": round(statistics.median(each) / base, 2),
            "min": round(min(each) / base, 2),
            "max": round(max(each) / base, 2),
        }
        for layer, each in times.items()
    }


async def run(url: str, folder: Path, rounds: int, only: str) -> dict[str, Any]:
    """Everything that is measured, by case and layer."""
    query = generated(url, folder)
    options = "-c timezone=UTC"
    engine = create_async_engine(
        url.replace("postgresql://", "postgres://").replace("postgres://", "postgresql+psycopg://"),
        connect_args={"options": options},
    )
    pg = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    await pg.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    async with (
        await psycopg.AsyncConnection.connect(url, autocommit=True, options=options) as conn,
        AsyncSession(engine) as session,
    ):
        found = {
            name: await measure(name, case, rounds)
            for name, case in cases(query, conn, pg, session).items()
            if not only or only in name
        }
    await pg.close()
    await engine.dispose()
    return found


def table(found: dict[str, Any]) -> str:
    """The Markdown table."""
    lines = [f"| | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for layer in next(iter(found.values())):
        cells = [
            f"{each[layer]['median']:.2f} ({each[layer]['min']:.2f}-{each[layer]['max']:.2f})"
            for each in found.values()
        ]
        lines.append(f"| {layer} | {' | '.join(cells)} |")
    return "\n".join(lines)


def compare(found: dict[str, Any]) -> None:
    """Exit with 1 where generated code became much slower than the committed ratios say."""
    committed = json.loads((RESULTS / "rows.json").read_text())
    slower = [
        f"{case}: {each[OURS]['median']}, was {committed[case][OURS]['median']}"
        for case, each in found.items()
        if case in committed and each[OURS]["median"] > committed[case][OURS]["median"] * TOLERANCE
    ]
    if slower:
        raise SystemExit("Slower than committed:\n" + "\n".join(slower))


def main(arguments: list[str]) -> None:
    """Measure, then write or compare."""
    rounds = next((int(each) for each in arguments if each.isdigit()), ROUNDS)
    only = next((each for each in arguments if not each.isdigit() and each != "--check"), "")
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as folder:
        url = str(server.url)
        with psycopg.connect(url) as conn:
            conn.execute((HERE / "layers" / "schema.sql").read_bytes())
            conn.execute(FILL)
        found = asyncio.run(run(url, Path(folder), rounds, only))
    print(table(found))
    if "--check" in arguments:
        compare(found)
        return
    RESULTS.joinpath("rows.json").write_text(json.dumps(found, indent=2) + "\n")
    versions = (
        f"Python {platform.python_version()}, psycopg {psycopg.__version__}, Pydantic"
        f" {pydantic.VERSION}, asyncpg {asyncpg.__version__}, SQLAlchemy {sa.__version__}, SQLModel"
        f" {sqlmodel.__version__}"
    )
    RESULTS.joinpath("rows.md").write_text(
        "# Reading rows as models\n\nMade by `bench/rows.py`: median (least-most) of the time, as a"
        f" ratio of psycopg's tuples.\n\n{table(found)}\n\n{versions}; {rounds} rounds,"
        f" {os.cpu_count()} processors.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
