"""How much memory it takes to move many rows: in and out by COPY, and by a stream.

    uv run python bench/copy_memory.py

It starts a server of its own, runs each way in a process of its own with 10,000 and with 1,000,000
contacts, and writes bench/results/copy_memory.md. Memory is the highest that the process reached.
"""

import asyncio
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import psycopg
from pydantic import SecretStr

from app.copy import dump_csv, load_csv
from app.database import Connection, DatabaseClient
from app.settings import DatabaseSettings
from db import contact
from pgplumb.server import TemporaryServer

ROOT: Final = Path(__file__).parent.parent
RESULT: Final = Path(__file__).parent / "results" / "copy_memory.md"
SIZES: Final = (10_000, 1_000_000)
INTRODUCTION: Final = """# Moving rows: time and memory

Made by `bench/copy_memory.py`, with the example's contacts, their indexes and triggers.

| | rows | time | rows a second | memory of the process |
|---|---|---|---|---|
"""


def rows(count: int) -> Iterator[contact.ImportPeopleRow]:
    """Made-up people."""
    for number in range(count):
        yield contact.ImportPeopleRow(f"Person {number}", "Bench", f"p{number}@example.org")


async def csv(count: int) -> AsyncIterator[bytes]:
    """The same as CSV, in chunks as a server gets them."""
    yield b"given_name,family_name,email\n"
    for start in range(0, count, 1000):
        lines = (f"Person {n},Bench,p{n}@example.org\n" for n in range(start, start + 1000))
        yield "".join(lines).encode()


async def rows_in(conn: Connection, count: int) -> int:
    """A generated :copyfrom function."""
    return await contact.import_people(conn, rows(count))


async def csv_in(conn: Connection, count: int) -> int:
    """app.copy.load_csv."""
    return await load_csv(conn, contact.IMPORT_PEOPLE.sql, csv(count))


async def csv_out(conn: Connection, _: int) -> int:
    """app.copy.dump_csv."""
    lines = 0
    async for chunk in dump_csv(conn, contact.EXPORT_CONTACTS.sql):
        lines += chunk.count(b"\n")
    return lines - 1


async def stream(conn: Connection, _: int) -> int:
    """A generated stream: validated models, 1,000 fetched at a time."""
    found = 0
    async for _row in contact.stream_export_contacts(conn):
        found += 1
    return found


async def fetch_all(conn: Connection, _: int) -> int:
    """For comparison: the generated function that gives a list."""
    return len(await contact.export_contacts(conn))


WAYS: Final[dict[str, Callable[[Connection, int], Awaitable[int]]]] = {
    "rows in, COPY": rows_in,
    "CSV in, COPY": csv_in,
    "CSV out, COPY": csv_out,
    "models out, stream": stream,
    "models out, a list": fetch_all,
}


async def measure(url: str, way: str, count: int) -> None:
    """Run one way and print its line of the table."""
    settings = DatabaseSettings(url=SecretStr(url), pool_min_size=1)
    async with (
        await DatabaseClient.create(settings) as client,
        client.transaction(statement_timeout=0) as conn,
    ):
        if " in," in way:
            await conn.execute("truncate contact cascade")
        started = time.perf_counter()
        moved = await WAYS[way](conn, count)
        seconds = time.perf_counter() - started
    if moved != count:
        raise SystemExit(f"{way}: {moved} rows were moved, not {count}")
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = f"{count:,} | {seconds:.1f} s | {count / seconds:,.0f} | {mebibytes:.0f} MiB"
    print(f"| {way} | {figures} |", flush=True)


def run(url: str, way: str, count: int) -> str:
    """Measure in a new process; give its line of the table."""
    command = [sys.executable, __file__, url, way, str(count)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def main() -> None:
    """Measure everything, each in a process of its own."""
    lines: list[str] = []
    with TemporaryServer() as server:
        url = str(server.url)
        with psycopg.connect(url) as conn:
            for file in sorted((ROOT / "db" / "migrations").glob("*.sql")):
                conn.execute(file.read_bytes())
            version = conn.info.server_version // 10000
        for way in WAYS:
            for count in SIZES:
                if " out," in way:
                    run(url, "rows in, COPY", count)
                lines.append(run(url, way, count))
                print(lines[-1], end="", flush=True)
    versions = f"PostgreSQL {version}, Python {platform.python_version()}"
    RESULT.write_text(
        f"{INTRODUCTION}{''.join(lines)}\n{versions}, psycopg {psycopg.__version__}, machine"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} processors.\n"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    else:
        main()
