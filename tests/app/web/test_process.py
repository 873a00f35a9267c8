"""`python -m app.web` as a process: its logs, its end, and what it says of a mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
from psycopg.conninfo import conninfo_to_dict

from pgplumb.server import free_port

COMMAND = [sys.executable, "-m", "app.web"]


def test_it_logs_json_and_ends_when_asked(plumb_dsn: str, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    environment = os.environ | {"DATABASE_URL": plumb_dsn, "PORT": str(port)}
    with (
        log.open("w") as file,
        subprocess.Popen(COMMAND, env=environment, stderr=file) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        until = time.monotonic() + 20
        while True:
            try:
                if http.get("/health/ready").status_code == 200:
                    break
            except httpx.ConnectError:
                assert time.monotonic() < until
            time.sleep(0.05)
        answer = http.get("/contacts", headers={"X-Request-ID": "r-1"})
        with http.stream("GET", "/live") as feed:
            # An endless answer does not keep the process alive.
            next(feed.iter_lines())
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    assert answer.headers["X-Request-ID"] == "r-1"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert "Application shutdown complete." in [line["message"] for line in lines]
    [asked] = [line for line in lines if line.get("path") == "/contacts"]
    assert asked["request_id"] == "r-1"
    assert (asked["level"], asked["method"], asked["status"]) == ("info", "GET", 200)
    assert asked["milliseconds"] > 0
    assert asked["time"].endswith("Z")
    assert str(conninfo_to_dict(plumb_dsn)["password"]) not in log.read_text()


def test_a_database_that_is_not_there_is_told_without_a_traceback() -> None:
    url = f"postgres://me:s3cret@127.0.0.1:{free_port()}/shop"
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_POOL_TIMEOUT": "0.2"}
    done = subprocess.run(COMMAND, check=False, env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    assert "The database can't be reached: connection failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr


def test_a_mistake_in_the_settings_is_one_line() -> None:
    environment = os.environ | {"DATABASE_URL": "postgres://me:p@ss@localhost/shop"}
    done = subprocess.run(COMMAND, check=False, env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("DATABASE_URL: its user name or password holds a character")
    assert "p@ss" not in line
