"""What a killed PostgreSQL costs the example service under load: figures.

    uv run python bench/restart.py

It starts a PostgreSQL and the service, each in processes of their own, and 50 loops of requests:
add a contact, read it back. After two seconds the server is killed (kill -9), a second later it is
started again, and the loops go on until each has succeeded five times more. Then what was confirmed
is compared with what is stored. It writes bench/results/restart.md, and fails on a wrong answer or
a lost write. tests/app/web/test_restart.py is the same as a test.
"""

import argparse
import asyncio
import os
import platform
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx
import psycopg

from pgplumb.server import TemporaryServer, free_port

ROOT: Final = Path(__file__).parent.parent
RESULT: Final = Path(__file__).parent / "results" / "restart.md"
LOOPS: Final = 50
AFTERWARDS: Final = 5
BEFORE_SECONDS: Final = 2
DOWN_SECONDS: Final = 1
INTRODUCTION: Final = f"""# The server is killed under load

Made by `bench/restart.py`: {LOOPS} loops of requests to the example service, a process of its own,
over HTTP; PostgreSQL is killed (`kill -9`) and started again {DOWN_SECONDS} second later. What was
confirmed with 201 is looked for in the database afterwards.

"""
COLUMNS: Final = (
    "round",
    "requests",
    "200, 201",
    "503",
    "no answer",
    "wrong answers",
    "lost writes",
    "written, but not confirmed",
    "server's start",
    "first answer after it",
    "every loop answered after it",
)


@dataclass
class Round:
    """What the loops have seen."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    confirmed: dict[str, str] = field(default_factory=dict[str, str])
    unanswered: int = 0
    wrong: int = 0
    started: float = 0.0
    took: float = 0.0
    first_answers: dict[int, float] = field(default_factory=dict[int, float])


@contextmanager
def service(url: str) -> Generator[str]:
    """The service as a process; gives its URL when it is ready."""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": url, "PORT": str(port)}
    environment["DATABASE_POOL_TIMEOUT"] = "2"
    with subprocess.Popen(
        [sys.executable, "-m", "app.web"], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 30
        while True:
            try:
                if httpx.get(f"{address}/health/ready").is_success:
                    break
            except httpx.ConnectError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
            time.sleep(0.1)
        try:
            yield address
        finally:
            process.terminate()
            process.wait(20)


async def loop(http: httpx.AsyncClient, number: int, seen: Round) -> None:
    """Add and read contacts, until enough has succeeded since the server is back."""
    count = done = 0
    while done < AFTERWARDS:
        count += 1
        email = f"c{number}.{count}@example.org"
        try:
            answer = await http.post("/contacts", json={"given_name": "C", "email": email})
            seen.statuses[answer.status_code] += 1
            if answer.status_code != HTTPStatus.CREATED:
                await asyncio.sleep(0.05)
                continue
            identifier = answer.json()["public_id"]
            seen.confirmed[email] = identifier
            found = await http.get(f"/contacts/{identifier}")
            seen.statuses[found.status_code] += 1
        except httpx.TransportError:
            seen.unanswered += 1
            continue
        if found.is_success:
            seen.wrong += found.json()["email"] != email
        elif found.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            seen.wrong += 1
        if seen.started:
            done += 1
            seen.first_answers.setdefault(number, time.monotonic() - seen.started)


async def run(server: TemporaryServer, address: str) -> Round:
    """One round: the loops, and what happens to the server meanwhile."""
    seen = Round()
    # The service closes connections that have been idle for five seconds.
    limits = httpx.Limits(max_connections=LOOPS, keepalive_expiry=2)
    async with (
        asyncio.timeout(180),
        httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as http,
        asyncio.TaskGroup() as group,
    ):
        for number in range(LOOPS):
            group.create_task(loop(http, number, seen))
        await asyncio.sleep(BEFORE_SECONDS)
        pid = server.cluster.pid()
        assert pid is not None  # noqa: S101
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(DOWN_SECONDS)
        begin = time.monotonic()
        await asyncio.to_thread(server.cluster.start, server.url.host, server.url.port)
        seen.started = time.monotonic()
        seen.took = seen.started - begin
    return seen


def line(number: int, seen: Round, stored: dict[str, str]) -> str:
    """The round's line of the table. Exits for a wrong answer or a lost write."""
    lost = [email for email, each in seen.confirmed.items() if stored.get(email) != each]
    good = seen.statuses[HTTPStatus.OK] + seen.statuses[HTTPStatus.CREATED]
    refused = seen.statuses[HTTPStatus.SERVICE_UNAVAILABLE]
    if lost or seen.wrong or seen.statuses.total() > good + refused:
        raise SystemExit(f"lost: {lost}; wrong: {seen.wrong}; statuses: {seen.statuses}")
    answers = sorted(seen.first_answers.values())
    figures = (
        number,
        f"{seen.statuses.total() + seen.unanswered:,}",
        f"{good:,}",
        f"{refused:,}",
        seen.unanswered,
        seen.wrong,
        len(lost),
        len(stored) - len(seen.confirmed),
        f"{seen.took:.2f} s",
        f"{answers[0]:.2f} s",
        f"{answers[-1]:.2f} s",
    )
    return row(figures)


def row(cells: Sequence[object]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |\n"


def main() -> None:
    """Run the rounds, each on a server of its own, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    lines: list[str] = []
    version = 0
    for number in range(1, rounds + 1):
        with TemporaryServer() as server:
            with psycopg.connect(str(server.url)) as conn:
                for file in sorted((ROOT / "db" / "migrations").glob("*.sql")):
                    conn.execute(file.read_bytes())
                # A temporary server does without; here every confirmed write has to be on disk.
                conn.execute("alter database postgres set synchronous_commit = on")
                version = conn.info.server_version // 10000
            with service(str(server.url)) as address:
                seen = asyncio.run(run(server, address))
            with psycopg.connect(str(server.url)) as conn:
                rows = conn.execute("select email, public_id::text from contact").fetchall()
        lines.append(line(number, seen, dict(rows)))
        print(lines[-1], end="", flush=True)
    RESULT.write_text(
        f"{INTRODUCTION}{row(COLUMNS)}{row(['---'] * len(COLUMNS))}{''.join(lines)}"
        f"\nPostgreSQL {version}, Python {platform.python_version()},"
        f" psycopg {psycopg.__version__}, machine {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} processors, shared by the loops, the service and PostgreSQL.\n"
    )


if __name__ == "__main__":
    main()
