"""The tour that `make demo` gives: every stage of the pipeline, on a database of its own.

It touches nothing of yours: the data goes into the database plumb_shadow_demo, which is made anew
on each run, and drift is shown in a scratch copy of the project.
"""

import asyncio
import atexit
import datetime
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.types.range import Range
from rich.console import Console
from rich.table import Table

from db import contact, event
from db.enums import ContactKind, EventStatus
from pgplumb.errors import PlumbError
from pgplumb.server import free_port, status
from pgplumb.settings import load_settings
from pgplumb.urls import DatabaseUrl

ROOT: Final = Path(__file__).parent.parent
DATABASE: Final = "plumb_shadow_demo"
CONTACTS: Final = 10_000
EVENTS: Final = 100_000
SHOWN_LINES: Final = 24
ADDED_COLUMN: Final = ("    given_name text not null,\n", "    nickname text,\n")

console = Console(highlight=False)


def main() -> None:
    """Run the tour; exit status 1 when a stage does not do what it should."""
    started = time.perf_counter()
    try:
        url = start_server()
        migrate(url)
        regenerate()
        asyncio.run(load_and_query(str(url.for_libpq())))
        show_drift()
    except (PlumbError, psycopg.Error, DemoError) as error:
        console.print(f"[red]{error}[/red]")
        sys.exit(1)
    seconds = time.perf_counter() - started
    console.print(
        f"\n[bold]Done in {seconds:.1f} s.[/bold] What to try next:\n"
        f"  uv run plumb psql -d {DATABASE}        look at the data\n"
        "  edit db/query/contact.sql, then: uv run plumb generate && git diff src/db\n"
        "  edit db/schema/tables.sql, then: uv run plumb diff NAME\n"
        "  uv run plumb check                     what CI checks"
    )


class DemoError(Exception):
    """A stage did not do what it should."""


def start_server() -> DatabaseUrl:
    """Start the development server when it is down; return the URL of the demo's database."""
    heading("PostgreSQL", "uv run plumb up")
    found = status(load_settings(ROOT))
    if found.port_is_taken:
        # So that a second clone's demo works beside the first one's; for work, .env says the port.
        port = free_port()
        console.print(
            f"  {found.problem} This demo uses port {port}.", markup=False, soft_wrap=True
        )
        own = replace(found.url, port=port)
        os.environ |= {"PLUMB_PORT": str(port), "DATABASE_URL": str(own)}
        # Later commands look at the usual port, so nothing stays on this one.
        atexit.register(run, "plumb", "down", show=False)
    run("plumb", "up")
    settings = load_settings(ROOT)
    with psycopg.connect(settings.url.for_libpq(), autocommit=True) as server:
        name = sql.Identifier(DATABASE)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        server.execute(sql.SQL("create database {} template template0").format(name))
    return settings.url.with_database(DATABASE)


def migrate(url: DatabaseUrl) -> None:
    """Apply the migrations to the development database and to the demo's own."""
    heading("Migrations", "uv run atlas migrate apply --env default")
    run("atlas", "migrate", "apply", "--env", "default")
    run("atlas", "migrate", "apply", "--env", "default", "--url", str(url), show=False)


def regenerate() -> None:
    """Generate the code again and see that it is what is committed."""
    heading("Code", "uv run sqlc generate, compared with src/db")
    run("plumb", "check", "generated")


async def load_and_query(url: str) -> None:
    """Load the data and run the example's queries, all through the generated modules."""
    heading("Data", f"import_contacts and import_events of src/db, into {DATABASE}")
    chance = random.Random(7)  # noqa: S311  the same data on every run
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        with timed(f"{CONTACTS:,} contacts by COPY"):
            await contact.import_contacts(conn, contacts(chance))
        with timed(f"{EVENTS:,} events by COPY"):
            await event.import_events(conn, events(chance))
        with timed("statistics"):
            await event.refresh_organiser_statistics(conn)
            await conn.execute("analyze")
        await show_queries(conn)


def contacts(chance: random.Random) -> Iterator[contact.ImportContactsRow]:
    """Made-up contacts."""
    given = [
        "Ada",
        "Alan",
        "Barbara",
        "Donald",
        "Edsger",
        "Frances",
        "Grace",
        "Ken",
        "Leslie",
        "Radia",
    ]
    family = ["Allen", "Dijkstra", "Hopper", "Knuth", "Lamport", "Liskov", "Lovelace", "Perlman"]
    for number in range(CONTACTS):
        first, last = chance.choice(given), chance.choice(family)
        yield contact.ImportContactsRow(
            kind=ContactKind.ORGANISATION if number % 10 == 0 else ContactKind.PERSON,
            given_name=first,
            family_name=last,
            email=f"{first}.{last}.{number}@example.org".lower(),
            phone_numbers=[f"+44 {chance.randrange(10**9):09}"],
            credit_limit=Decimal(chance.randrange(1000)),
            last_seen_from=None,
            preferences={"newsletter": number % 3 == 0},
        )


def events(chance: random.Random) -> Iterator[event.ImportEventsRow]:
    """Made-up events of the contacts above, from a year ago to a year ahead."""
    now = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    topics = ["SQL", "Types", "Indexes", "Migrations", "Locks", "Views"]
    for number in range(EVENTS):
        start = now + datetime.timedelta(hours=chance.randrange(-8760, 8760))
        yield event.ImportEventsRow(
            organiser_id=1 + min(int(chance.expovariate(1 / 800)), CONTACTS - 1),
            title=f"{chance.choice(topics)} meet-up {number}",
            status=EventStatus.SCHEDULED if start > now else EventStatus.DONE,
            during=Range(start, start + datetime.timedelta(hours=2)),
            tags=["meet-up"],
            ticket_price=Decimal(chance.randrange(0, 5000)) / 100,
        )


async def show_queries(conn: AsyncConnection) -> None:
    """Run queries and print what they give: instances of the generated models."""
    heading("Queries", "the generated functions; every row is a validated Pydantic model")
    with timed("list_top_organisers", "5 rows of a materialized view"):
        organisers = await event.list_top_organisers(conn, page_size=5)
    table = Table("organiser", "events", "ticket prices", "last event ends")
    for each in organisers:
        figures = (each.event_count, each.ticket_price_sum, each.last_event_ends_at)
        table.add_row(each.full_name, *map(str, figures))
    console.print(table)
    with timed("search_contacts", "sqlc.embed: a Contact and a number in one row"):
        found = await contact.search_contacts(conn, words="Grace Hoper", page_size=3)
    table = Table("contact", "e-mail", "closeness")
    for row in found:
        table.add_row(row.contact.full_name, row.contact.email, f"{row.closeness:.2f}")
    console.print(table)
    with timed("get_event", "three embedded models; the location is None"):
        one = await event.get_event(conn, id=1)
    if one is None or one.location is not None:
        raise DemoError("get_event did not find the event that was loaded, or found a place for it")
    console.print(f"  {one.event.title!r} by {one.contact.full_name}, {one.length} long")
    ids = [row.contact.public_id for row in found]
    with timed("list_contacts_by_public_ids", "sqlc.slice as one array"):
        listed = await contact.list_contacts_by_public_ids(conn, public_ids=ids)
    if {each.public_id for each in listed} != set(ids):
        raise DemoError("list_contacts_by_public_ids did not find what search_contacts found")


def show_drift() -> None:
    """Add a column in a scratch copy, and see the gate refuse it."""
    heading("Drift", "a scratch copy with one column added to db/schema/tables.sql")
    with tempfile.TemporaryDirectory(prefix="plumb-demo-") as folder:
        copy = Path(folder)
        for name in ("sqlc.yaml", "atlas.hcl", "pyproject.toml"):
            shutil.copy(ROOT / name, copy)
        for name in ("db", "src/db"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        tables = copy / "db" / "schema" / "tables.sql"
        after, column = ADDED_COLUMN
        text = tables.read_text()
        tables.write_text(text.replace(after, after + column, 1))
        if tables.read_text() == text:
            raise DemoError(f"{tables} has no line {after.strip()!r} to add a column behind")
        run("plumb", "check", "generated", cwd=copy, expected=1)
    console.print("[green]The gate caught it (exit status 1), and said what to run.[/green]")


def run(*command: str, cwd: Path = ROOT, expected: int = 0, show: bool = True) -> None:
    """Run a command of this environment, indent what it says, and check its exit status."""
    program = Path(sys.executable).parent / command[0]
    environment = os.environ | {"DATABASE_URL": load_settings(ROOT).database_url}
    if cwd != ROOT:
        # The scratch copy would have a server of its own; here it uses the project's.
        environment["PLUMB_PORT"] = str(free_port())
    done = subprocess.run(  # noqa: S603  the commands are above
        [str(program), *command[1:]],
        cwd=cwd,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    if show or done.returncode != expected:
        for line in shortened(done.stdout.splitlines()):
            console.print(f"  {line}", markup=False, soft_wrap=True)
    if done.returncode != expected:
        raise DemoError(
            f"{' '.join(command)} ended with exit status {done.returncode}, not {expected}."
        )


def shortened(lines: list[str]) -> list[str]:
    """The beginning and the end of a long output."""
    if len(lines) <= SHOWN_LINES:
        return lines
    half = SHOWN_LINES // 2
    return [*lines[:half], f"... {len(lines) - 2 * half} lines ...", *lines[-half:]]


@dataclass
class _Stage:
    number: int = 0


_stage = _Stage()


def heading(title: str, what: str) -> None:
    """Print a numbered heading."""
    _stage.number += 1
    console.print(f"\n[bold cyan]{_stage.number}. {title}[/bold cyan]  [dim]{what}[/dim]")


@contextmanager
def timed(what: str, note: str = "") -> Generator[None]:
    """Print how long the block took."""
    started = time.perf_counter()
    yield
    milliseconds = (time.perf_counter() - started) * 1000
    console.print(f"  {what}: {milliseconds:,.1f} ms" + (f"  [dim]{note}[/dim]" if note else ""))


if __name__ == "__main__":
    main()
