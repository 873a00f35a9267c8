"""How long it takes to read and write rows as models: generated code beside what people use.

    uv run python bench/rows.py [rounds] [part of a case's name]

It starts a server of its own, generates code for bench/layers, has every layer do the same, checks
that they give the same, and then measures all layers in turn, round by round, so that a busy
machine slows all of them. It writes bench/results/rows.json, bench/results/rows.md and
docs/performance.svg: the median of the times as a ratio of what is first in a case, with the
spread. Only a case is only printed. `--check`: compare with the committed ratios instead, and fail
where generated code became more than half again as slow.
"""

import asyncio
import gc
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from layers.cases import ASYNCPG, CLASS_ROW, ORM, OURS, SQLMODEL, TUPLES, Case, cases
from layers.places import fill, generate_here, places
from layers.processes import import_time, peak, run_peak, write_models
from layers.report import Figures, chart, tables, worse

from pgplumb.server import TemporaryServer

ROOT: Final = Path(__file__).parent.parent
RESULTS: Final = Path(__file__).parent / "results"
ROUNDS: Final = 15
CHECKED: Final = 1000
PACKAGES: Final = ("psycopg", "pydantic", "asyncpg", "sqlalchemy", "sqlmodel")
STREAMED: Final = "100,000 rows, ours streamed"
MEMORY: Final = "memory for 100,000 rows, beside that for 10,000"
IMPORTS: Final = {f"import of {count:,} models": count for count in (50, 1000)}


def values(row: Any, names: Iterable[str]) -> list[Any]:
    """The values of a row, whatever it is."""
    if isinstance(row, int):
        return [row]
    is_tuple = isinstance(row, tuple)
    found: list[Any] = [*row] if is_tuple else [getattr(row, name) for name in names]
    # In binary format psycopg gives the bytes of an enum's label.
    return [each.decode() if isinstance(each, bytes) else str(each) for each in found]


async def run_once(case: Case, layer: str, number: int) -> tuple[float, list[Any]]:
    """The seconds that the layer takes, and what it gives."""
    if case.before is not None:
        await case.before()
    gc.collect()
    found: list[Any] = []
    started = time.perf_counter()
    for _ in range(case.repeat):
        found = await case.layers[layer](number)
    return time.perf_counter() - started, found


async def check(case: Case) -> None:
    """Raise SystemExit where a layer gives something else than the first."""
    expected: list[Any] | None = None
    for layer in case.layers:
        _, found = await run_once(case, layer, min(case.number, CHECKED))
        found = found if case.after is None else await case.after()
        given = [values(row, case.names) for row in found]
        if not given or (expected is not None and given != expected):
            raise SystemExit(f"{case.name}: {layer} gives other rows")
        expected = given


async def measure(case: Case, rounds: int) -> dict[str, dict[str, float]]:
    """Check that all layers give the same, then measure them in turn."""
    await check(case)
    return await timed(case, rounds)


async def timed(case: Case, rounds: int) -> dict[str, dict[str, float]]:
    """Measure the layers in turn."""
    times: dict[str, list[float]] = {layer: [] for layer in case.layers}
    for _ in range(max(3, rounds // 3) if case.slow else rounds):
        for layer, taken in times.items():
            taken.append((await run_once(case, layer, case.number))[0])
    return ratios(times)


def ratios(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Median, least and most by layer, as ratios of the first layer's median."""
    base = statistics.median(next(iter(times.values())))
    return {
        layer: {
            "median": round(statistics.median(each) / base, 3),
            "min": round(min(each) / base, 3),
            "max": round(max(each) / base, 3),
        }
        for layer, each in times.items()
    }


async def run(url: str, folder: Path, rounds: int, only: str) -> Figures:
    """What is measured in this process, by case and layer."""
    found: Figures = {}
    async with places(url, folder) as at:
        for case in cases(at):
            if only in case.name:
                found[case.name] = await measure(case, rounds)
                print(tables({case.name: found[case.name]}), end="\n\n", flush=True)
    return found


def memory(url: str, folder: Path) -> Figures:
    """How a process grows from 10,000 rows to 100,000: 1 is not at all."""
    figures: dict[str, dict[str, float]] = {}
    for layer in (OURS, f"{OURS}, a list", TUPLES, CLASS_ROW, ASYNCPG, ORM, SQLMODEL):
        less, more = (peak(url, folder, STREAMED, layer, count) for count in (10_000, 100_000))
        grown = round(more / less, 2)
        figures[layer] = {"median": grown, "min": grown, "max": grown}
    return {MEMORY: figures}


def imports(url: str, only: str, rounds: int) -> Figures:
    """How long it takes to import modules of many models, and generated queries with them."""
    found: Figures = {}
    for name, count in IMPORTS.items():
        if only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            modules = write_models(url, Path(folder), count)
            times: dict[str, list[float]] = {layer: [] for layer in modules}
            for _ in range(1 + max(3, rounds // 3)):
                for layer, module in modules.items():
                    times[layer].append(import_time(Path(folder), layer, module))
        # The first time, Python compiles them.
        found[name] = ratios({layer: each[1:] for layer, each in times.items()})
    return found


def main(arguments: list[str]) -> None:
    """Measure, then write or compare."""
    rounds = next((int(each) for each in arguments if each.isdigit()), ROUNDS)
    only = next((each for each in arguments if not each.isdigit() and each != "--check"), "")
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as name:
        url, folder = str(server.url), Path(name)
        fill(url)
        generate_here(url, folder)
        found = asyncio.run(run(url, folder, rounds, only))
        if only in MEMORY:
            found |= memory(url, folder)
        found |= imports(url, only, rounds)
    print(tables(found))
    if "--check" in arguments:
        slower = worse(found, RESULTS / "rows.json")
        if slower:
            raise SystemExit("Slower than committed:\n" + "\n".join(slower))
        return
    if only:
        return
    RESULTS.joinpath("rows.json").write_text(json.dumps(found, indent=2) + "\n")
    versions = ", ".join(f"{each} {version(each)}" for each in PACKAGES)
    RESULTS.joinpath("rows.md").write_text(
        "# Reading and writing rows as models\n\nMade by `bench/rows.py`: the median (least-most)"
        " of the times, as ratios of the median of what stands first.\n\n"
        f"{tables(found)}\n\nPython {platform.python_version()}, {versions}; {rounds} rounds,"
        f" {os.cpu_count()} processors.\n"
    )
    ROOT.joinpath("docs", "performance.svg").write_text(chart(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        run_peak(sys.argv[2:])
    else:
        main(sys.argv[1:])
