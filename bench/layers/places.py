"""Where the layers read and write: connections and pools, all to one database and in UTC."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped,unused-ignore]
import psycopg
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

HERE: Final = Path(__file__).parent
OPTIONS: Final = "-c timezone=UTC"
POOL: Final = 10
CONFIGURATION: Final = """\
version: "2"
plugins:
  - {name: pgplumb, process: {cmd: pgplumb-sqlc, format: json}, env: [DATABASE_URL]}
sql:
  - engine: postgresql
    schema: schema.sql
    queries: query.sql
    codegen:
      - {plugin: pgplumb, out: generated}
      - {plugin: pgplumb, out: generated_asyncpg, options: {driver: asyncpg}}
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


@dataclass(frozen=True, slots=True)
class Places:
    """The generated modules of queries, and each driver's ways to the database.

    `plain_pg` and its pool are asyncpg's as they are, for what is generated for asyncpg.
    """

    query: Any
    asyncpg_query: Any
    conn: psycopg.AsyncConnection[Any]
    pool: AsyncConnectionPool[Any]
    pg: Any
    pg_pool: Any
    plain_pg: Any
    plain_pg_pool: Any
    engine: AsyncEngine
    session: AsyncSession


def fill(url: str) -> None:
    """Make the tables and their rows."""
    columns = ("n", "'text ' || n", "n", "n % 2 = 0", "n / 7.0", "now() - n * interval '1 s'")
    listed = ", ".join(columns[number % len(columns)] for number in range(1, 60))
    wide = f"insert into wide select n, {listed} from generate_series(1, 1000) as n"  # noqa: S608
    with psycopg.connect(url) as conn:
        conn.execute((HERE / "schema.sql").read_bytes())
        conn.execute(FILL)
        conn.execute(wide.encode())
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("vacuum analyze")


def generate(url: str, folder: Path) -> None:
    """Have sqlc generate code for the folder's schema.sql and query.sql."""
    (folder / "sqlc.yaml").write_text(CONFIGURATION)
    binaries = Path(sys.executable).parent
    environment = {"DATABASE_URL": url, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([binaries / "sqlc", "generate"], cwd=folder, env=environment, check=True)  # noqa: S603


def generate_here(url: str, folder: Path) -> None:
    """Generate the code that is measured into the folder."""
    for name in ("schema.sql", "query.sql"):
        shutil.copy(HERE / name, folder)
    generate(url, folder)


@asynccontextmanager
async def places(url: str, folder: Path) -> AsyncGenerator[Places]:
    """Everything open; the code in the folder imported."""
    sys.path.insert(0, str(folder))
    query = importlib.import_module("generated.query")
    asyncpg_query = importlib.import_module("generated_asyncpg.query")
    kwargs: dict[str, Any] = {"autocommit": True, "options": OPTIONS}
    address = url.replace("postgresql://", "postgres://")
    engine = create_async_engine(
        address.replace("postgres://", "postgresql+psycopg://"),
        connect_args={"options": OPTIONS},
        pool_size=POOL + 1,  # the session keeps one
        max_overflow=0,
    )
    async with AsyncExitStack() as stack:
        conn = await stack.enter_async_context(await psycopg.AsyncConnection.connect(url, **kwargs))
        pool = await stack.enter_async_context(
            AsyncConnectionPool(url, kwargs=kwargs, min_size=POOL, max_size=POOL, open=False)
        )
        utc = {"timezone": "UTC"}
        # It says nothing of its types.
        driver: Any = asyncpg
        pg = await driver.connect(url, server_settings=utc)
        plain_pg = await driver.connect(url, server_settings=utc)
        await json_codec(pg)
        settings = {"server_settings": utc, "min_size": POOL, "max_size": POOL}
        pg_pool = await stack.enter_async_context(
            driver.create_pool(url, **settings, init=json_codec)
        )
        plain_pg_pool = await stack.enter_async_context(driver.create_pool(url, **settings))
        for each in (engine.dispose, pg.close, plain_pg.close):
            stack.push_async_callback(each)
        session = await stack.enter_async_context(AsyncSession(engine))
        yield Places(
            query, asyncpg_query, conn, pool, pg, pg_pool, plain_pg, plain_pg_pool, engine, session
        )


async def json_codec(pg: Any) -> None:
    """Have asyncpg load jsonb as the others do."""
    await pg.set_type_codec(
        "jsonb", encoder=_written, decoder=_read, schema="pg_catalog", format="binary"
    )


def _written(value: object) -> bytes:
    """In binary format, a byte stands before the text."""
    return b"\x01" + json.dumps(value).encode()


def _read(value: bytes) -> Any:
    return json.loads(value[1:])
