"""How long generated code takes to read and write rows, beside that of sqlc's other Python plugins.

    uv run --python 3.13 python bench/generators.py sqlc-gen-python=PATH \\
        sqlc-gen-better-python=PATH [rounds]

PATH is the plugin's executable: neither is on PyPI, so you have to bring them. It starts a server
of its own, has sqlc generate with each plugin from bench/layers, checks that all give the same
rows, and measures them in turn, round by round. It writes bench/results/generators.md. Python has
to be 3.12 at least, for sqlc-gen-better-python. What a plugin has no command for is not measured.
"""

import asyncio
import importlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped,unused-ignore]
import psycopg
from layers.cases import KEPT, OURS, Case, Read, consumed, to_load
from layers.places import HERE, OPTIONS, Places, fill, generate_here, places
from layers.report import Figures, tables
from rows import run_once, timed

from pgplumb.server import TemporaryServer

RESULTS: Final = Path(__file__).parent / "results" / "generators.md"
ROUNDS: Final = 9
PYTHON: Final = "sqlc-gen-python"
BETTER: Final = "sqlc-gen-better-python"
PSYCOPG, ASYNCPG = f"{BETTER}, psycopg", f"{BETTER}, asyncpg"
OPTIONS_OF: Final[dict[str, dict[str, Any]]] = {
    PYTHON: {"emit_async_querier": True, "emit_pydantic_models": True},
    PSYCOPG: {"sql_driver": "psycopg_async", "model_type": "pydantic", "emit_init_file": True},
    ASYNCPG: {"sql_driver": "asyncpg", "model_type": "pydantic", "emit_init_file": True},
}
COMMANDS: Final = {PYTHON: "one|many", PSYCOPG: "one|many|copyfrom", ASYNCPG: "one|many|copyfrom"}
PACKAGES: Final = ("psycopg", "pydantic", "asyncpg", "sqlalchemy")
Rows = Callable[[str, int], Any]
Load = Callable[[list[Any]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a plugin has generated, with a connection: rows of a query, by its name.

    `all_of` gives them at once, `each_of` one by one. `load` inserts models, if it can.
    """

    one: Rows
    all_of: Rows
    each_of: Rows
    load: Load | None = None


def generate(folder: Path, layer: str, command: str) -> str:
    """Have sqlc generate with the plugin; the name of the package."""
    package = f"generated_by_{list(OPTIONS_OF).index(layer)}"
    queries = re.split(r"(?m)^(?=-- name:)", (HERE / "query.sql").read_text())
    wanted = [each for each in queries if re.match(rf"-- name: \w+ :({COMMANDS[layer]})\n", each)]
    work = folder / f"with_{package}"
    work.mkdir()
    (work / "query.sql").write_text("".join(wanted))
    (work / "schema.sql").write_text((HERE / "schema.sql").read_text())
    plugin = {"name": "other", "process": {"cmd": command}}
    options = OPTIONS_OF[layer] | {"package": package}
    target = {"plugin": "other", "out": str(Path("..") / package), "options": options}
    sql = {"engine": "postgresql", "schema": "schema.sql", "queries": "query.sql"}
    configuration = {"version": "2", "plugins": [plugin], "sql": [sql | {"codegen": [target]}]}
    (work / "sqlc.json").write_text(json.dumps(configuration))
    subprocess.run([Path(sys.executable).parent / "sqlc", "generate"], cwd=work, check=True)  # noqa: S603
    return package


@asynccontextmanager
async def opened(
    at: Places, url: str, packages: dict[str, str]
) -> AsyncGenerator[dict[str, Layer]]:
    """The layers, each on a connection of its own.

    Ours is open before the modules are imported: one has all of psycopg load JSON as text.
    """
    await at.pool.wait()
    found = {OURS: ours(at)}
    modules = {each: importlib.import_module(f"{name}.query") for each, name in packages.items()}
    driver: Any = asyncpg
    async with AsyncExitStack() as stack:
        if PYTHON in modules:
            conn = await stack.enter_async_context(at.engine.connect())
            found[PYTHON] = of_querier(modules[PYTHON].AsyncQuerier(conn))
        if PSYCOPG in modules:
            own = await psycopg.AsyncConnection.connect(url, autocommit=True, options=OPTIONS)
            await stack.enter_async_context(own)
            pg = await driver.connect(url, server_settings={"timezone": "UTC"})
            stack.push_async_callback(pg.close)
            found[PSYCOPG] = of_functions(modules[PSYCOPG], own)
            found[ASYNCPG] = of_functions(modules[ASYNCPG], pg)
        yield found


def ours(at: Places) -> Layer:
    """The code that pgplumb has generated."""
    query, pooled = at.query, at.query.QueryQueries(at.pool)

    def one(name: str, number: int) -> Any:
        return getattr(query, name)(at.conn, id=number)

    def each_of(name: str, number: int) -> Any:
        return getattr(pooled, f"stream_{name}")(id=number)

    async def load(rows: list[Any]) -> None:
        await query.load_items(at.conn, rows)

    return Layer(one, one, each_of, load)


def of_querier(querier: Any) -> Layer:
    """A class of queries whose rows come one by one."""

    def one(name: str, number: int) -> Any:
        return getattr(querier, name)(id=number)

    async def all_of(name: str, number: int) -> list[Any]:
        return [row async for row in one(name, number)]

    return Layer(one, all_of, one)


def of_functions(module: Any, conn: Any) -> Layer:
    """Functions that take a connection, and give what can be awaited or iterated over."""

    def one(name: str, number: int) -> Any:
        return getattr(module, name)(conn, id_=number)

    async def each_of(name: str, number: int) -> AsyncGenerator[Any]:
        # asyncpg has cursors in transactions only.
        is_psycopg = isinstance(conn, psycopg.AsyncConnection)
        async with nullcontext() if is_psycopg else conn.transaction():
            async for row in one(name, number):
                yield row

    async def load(rows: list[Any]) -> None:
        made = module.LoadItemsParams
        await module.load_items(conn, params=[_parameters(made, row) for row in rows])

    return Layer(one, one, each_of, load)


def _parameters(made: Any, row: Any) -> Any:
    """The argument of an insert: its JSON is a text."""
    values = dict(row.__dict__)
    return made(id_=values.pop("id"), data=json.dumps(values.pop("data")), **values)


def cases(at: Places, layers: dict[str, Layer]) -> list[Case]:
    """What all of them do."""
    models, emptied, loaded = to_load(at)

    def single(layer: Layer) -> Read:
        async def read(number: int) -> list[Any]:
            return [await layer.one("get_item", number)]

        return read

    def many(layer: Layer, name: str) -> Read:
        async def read(number: int) -> list[Any]:
            return list(await layer.all_of(name, number))

        return read

    def streamed(layer: Layer) -> Read:
        return consumed(lambda number: layer.each_of("list_items", number))

    def inserts(load: Load) -> Read:
        async def write(number: int) -> list[Any]:
            await load(models[:number])
            return []

        return write

    def each(made: Callable[[Layer], Read]) -> dict[str, Read]:
        return {name: made(layer) for name, layer in layers.items()}

    writers = {name: inserts(each.load) for name, each in layers.items() if each.load is not None}
    return [
        Case("one row by key", 500, each(single), repeat=50),
        Case("1,000 rows", 1000, each(lambda layer: many(layer, "list_items"))),
        Case("1,000 rows without JSON", 1000, each(lambda layer: many(layer, "list_plain_items"))),
        Case("1,000 rows of 60 columns", 1000, each(lambda layer: many(layer, "list_wide"))),
        Case("100,000 rows, streamed", 100_000, each(streamed), slow=True),
        Case("10,000 inserts", 10_000, writers, slow=True, before=emptied, after=loaded),
    ]


def plain(row: Any) -> list[str]:
    """A row's values: an enum's label, and JSON, which some give as a text, as what it is."""
    values = [row] if isinstance(row, int) else [*row.__dict__.values()]
    return [
        str(json.loads(value))
        if isinstance(value, str) and value.startswith("{")
        else str(getattr(value, "value", value))
        for value in values
    ]


async def measure(case: Case, rounds: int) -> dict[str, dict[str, float]]:
    """Check that all layers give the same, then measure them in turn."""
    expected: list[list[str]] = []
    for layer in case.layers:
        _, found = await run_once(case, layer, min(case.number, KEPT))
        given = [plain(row) for row in (found if case.after is None else await case.after())]
        expected = expected or given
        if not given or given != expected:
            raise SystemExit(f"{case.name}: {layer} gives other rows")
    return await timed(case, rounds)


async def run(url: str, folder: Path, packages: dict[str, str], rounds: int) -> Figures:
    """Each case's figures."""
    found: Figures = {}
    async with places(url, folder) as at, opened(at, url, packages) as layers:
        for case in cases(at, layers):
            found[case.name] = await measure(case, rounds)
            print(tables({case.name: found[case.name]}), end="\n\n", flush=True)
    return found


def main(arguments: list[str]) -> None:
    """Measure, then write."""
    commands = dict(each.split("=", 1) for each in arguments if "=" in each)
    rounds = next((int(each) for each in arguments if each.isdigit()), ROUNDS)
    if not commands or not commands.keys() <= {PYTHON, BETTER}:
        raise SystemExit(__doc__)
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as name:
        url, folder = str(server.url), Path(name)
        fill(url)
        generate_here(url, folder)
        packages = {
            layer: generate(folder, layer, commands[layer.split(",")[0]])
            for layer in OPTIONS_OF
            if layer.split(",")[0] in commands
        }
        found = asyncio.run(run(url, folder, packages, rounds))
    versions = ", ".join(f"{each} {version(each)}" for each in PACKAGES)
    RESULTS.write_text(
        "# Generated code beside that of sqlc's other Python plugins\n\nMade by"
        " `bench/generators.py`: the median (least-most) of the times, as ratios of the median of"
        f" what stands first.\n\n{tables(found)}\n\nPython {platform.python_version()}, {versions};"
        f" {rounds} rounds, {os.cpu_count()} processors.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
