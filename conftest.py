"""Fixtures for every test folder: a private PostgreSQL, fresh databases, a scratch project."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql

from pgplumb.server import TemporaryServer, free_port, stop
from pgplumb.server.location import locate
from pgplumb.settings import DEFAULT_URL, Settings, load_settings
from pgplumb.urls import DatabaseUrl, parse_url

pytest_plugins = ("pytester",)

# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

ROOT = Path(__file__).parent
# What belongs to the template's own development, not to a project made from it.
NOT_IN_A_PROJECT = ("packages", "examples", "tests", "bench", "docs", "conftest.py", "uv.lock")
# Variables of the person who runs the tests that would lead them to that person's database.
PERSONAL = ("DATABASE_URL", "PLUMB_PORT", "GITHUB_ACTIONS")
# Tests start hundreds of processes: each would compile all that it imports anew.
SLOW = ("PYTHONDONTWRITEBYTECODE",)
SQLC_YAML = 'version: "2"\nservers:\n  - engine: postgresql\n    uri: "{}"\n'


@pytest.fixture(scope="session", autouse=True)
def _impersonal_environment() -> Iterator[None]:
    # What a background job of a shell, or nohup, ignores is ignored by all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with pytest.MonkeyPatch.context() as patch:
        for name in (*PERSONAL, *SLOW):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The maintenance database of a server for this test run, or of PLUMB_TEST_URL's."""
    given = os.environ.get("PLUMB_TEST_URL")
    if given:
        yield str(parse_url(given, source="PLUMB_TEST_URL"))
        return
    with TemporaryServer() as server:
        yield str(server.url)


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    """The URL of a fresh, empty database, dropped afterwards."""
    with fresh_database(server_url) as url:
        yield str(url)


@pytest.fixture
def database_on() -> Iterator[Callable[[str], str]]:
    """A function that makes a fresh, empty database on a server and returns its URL."""
    with ExitStack() as stack:
        yield lambda server_url: str(stack.enter_context(fresh_database(server_url)))


@pytest.fixture
def project(server_url: str, tmp_path: Path) -> Iterator[Path]:
    """A scratch copy of the template's files whose URLs name the private server.

    Each database that the files name on the default server is a fresh one of its own.
    """
    folder = tmp_path / "project"
    copy_project(folder)
    with rewritten_urls(folder, server_url):
        yield folder


@pytest.fixture
def run(project: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that runs a command in the scratch project and returns its result as text.

    `run("atlas", "migrate", "status", "--env", "default", env={"NAME": "value"}, cwd=folder)`;
    a command is looked for in this environment first, as in an activated one.
    """

    def run_command(
        *command: str,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        environment = os.environ | (env or {})
        binaries = str(Path(sys.executable).parent)
        environment["PATH"] = os.pathsep.join([binaries, environment.get("PATH", os.defpath)])
        program = shutil.which(command[0], path=environment["PATH"])
        if program is None:
            raise FileNotFoundError(f"no command {command[0]} in {environment['PATH']}")
        return subprocess.run(  # noqa: S603  what a test says
            [program, *command[1:]],
            check=False,
            capture_output=True,
            text=True,
            input=stdin if stdin is not None else "",
            cwd=cwd or project,
            env=environment,
            timeout=timeout,
        )

    return run_command


@pytest.fixture
def make_settings(tmp_path: Path) -> Iterator[Callable[..., Settings]]:
    """A function that makes a project: `make_settings("name", url=..., environ=...)`.

    The name of one that is there, "project" of the fixture for one, gives its settings.
    """
    made: list[Settings] = []

    def make(
        name: str = "project", *, url: str | None = None, environ: dict[str, str] | None = None
    ) -> Settings:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        if url is not None or not (root / "sqlc.yaml").exists():
            own = url or f"postgres://plumb:pw@127.0.0.1:{free_port()}/plumb?sslmode=disable"
            (root / "sqlc.yaml").write_text(SQLC_YAML.format(own))
        settings = load_settings(root, environ or {})
        made.append(settings)
        return settings

    yield make
    for settings in made:
        remove_development_server(settings)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """A project whose own server is not started yet."""
    return make_settings()


@contextmanager
def fresh_database(server_url: str) -> Generator[DatabaseUrl]:
    """A database made on the server and dropped afterwards, whoever is still connected."""
    server = parse_url(server_url)
    name = f"plumb_shadow_test_{secrets.token_hex(6)}"
    identifier = sql.Identifier(name)
    _execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(identifier))
    try:
        yield server.with_database(name)
    finally:
        _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))


def copy_project(folder: Path) -> None:
    """Copy the working tree's files, tracked or about to be, that a project consists of."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    folder.mkdir()
    for name in listed.stdout.split("\0"):
        source = ROOT / name
        if name and not name.startswith(NOT_IN_A_PROJECT) and source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


@contextmanager
def rewritten_urls(folder: Path, server_url: str) -> Generator[None]:
    """Lead every URL of the default server in the folder's files to the given one."""
    server, default = parse_url(server_url), parse_url(DEFAULT_URL)
    pattern = re.compile(
        rf"postgres(?:ql)?://{default.user}:{default.password}@{re.escape(default.server)}/(\w+)"
    )
    texts = {path: _text(path) for path in folder.rglob("*") if path.is_file()}
    names = {name for text in texts.values() for name in pattern.findall(text)} - {"postgres"}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(fresh_database(server_url)) for name in names}
        urls["postgres"] = server
        for path, text in texts.items():
            rewritten = pattern.sub(lambda match: _without_parameters(urls[match[1]]), text)
            if rewritten != text:
                path.write_text(rewritten, encoding="utf-8")
        yield


def _without_parameters(url: DatabaseUrl) -> str:
    return str(url).partition("?")[0]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _execute(server: DatabaseUrl, statement: sql.Composed) -> None:
    with psycopg.connect(server.for_libpq(), autocommit=True) as connection:
        connection.execute(statement)


def remove_development_server(settings: Settings) -> None:
    """Stop the project's server and delete its data, wherever it is."""
    data = locate(settings).data
    stop(settings)
    shutil.rmtree(data, ignore_errors=True)
    if data != settings.data_directory:
        shutil.rmtree(data.parent, ignore_errors=True)
