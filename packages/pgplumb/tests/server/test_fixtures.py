"""The fixtures that every other test stands on."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from pgplumb.urls import parse_url


def test_empty_database_is_empty_and_private(empty_database: str) -> None:
    url = parse_url(empty_database)
    assert url.database is not None
    assert url.database.startswith("plumb_shadow_test_")
    with psycopg.connect(empty_database) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert rows == []


def test_run_finds_this_environment_and_no_personal_database(
    project: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = run("python", "-c", "import os; print(os.getcwd(), os.environ.get('DATABASE_URL'))")
    assert done.stdout.split() == [str(project), "None"]
