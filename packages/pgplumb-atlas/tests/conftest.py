"""Fixtures of the atlas tests: the built executable in a scratch folder, on a fresh database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

PROGRAM = Path(sys.executable).parent / ("atlas.exe" if sys.platform == "win32" else "atlas")


@pytest.fixture
def app(empty_database: str) -> str:
    """The URL of the database migrations are applied to, as Atlas takes it."""
    return with_sslmode(empty_database)


@pytest.fixture
def dev(server_url: str) -> str:
    """The server to try SQL on: any database of it will do, its content is never looked at."""
    return with_sslmode(server_url)


def with_sslmode(url: str) -> str:
    return url if "?" in url else f"{url}?sslmode=disable"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scratch folder commands run in."""
    for name in ("PLUMB_ATLAS", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def program() -> str:
    """The executable the package installs."""
    assert PROGRAM.is_file(), f"{PROGRAM} is missing: run `uv sync`"
    return str(PROGRAM)


@pytest.fixture
def atlas(program: str, folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs atlas in the scratch folder and expects the exit code `code`."""

    def run(
        *arguments: str, code: int = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [program, *arguments],
            cwd=folder,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == code, result.stdout + result.stderr
        # Whatever goes wrong, a user never sees Go's insides.
        assert "goroutine " not in result.stderr
        assert "panic" not in result.stderr
        return result

    return run


@pytest.fixture
def write(folder: Path) -> Callable[[str, str], Path]:
    """A function that writes a file below the scratch folder."""

    def write_file(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file


@pytest.fixture
def sql(app: str) -> Callable[[LiteralString], list[tuple[Any, ...]]]:
    """A function that runs SQL on the database migrations are applied to."""

    def execute(statement: LiteralString) -> list[tuple[Any, ...]]:
        with psycopg.connect(app, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return execute


@pytest.fixture
def migrations(
    atlas: Callable[..., subprocess.CompletedProcess[str]], write: Callable[[str, str], Path]
) -> Callable[..., None]:
    """A function that writes migration files, given by name, and their atlas.sum."""

    def write_all(**files: str) -> None:
        for name, text in files.items():
            write(f"migrations/{name.removeprefix('v')}.sql", text)
        atlas("migrate", "hash")

    return write_all
