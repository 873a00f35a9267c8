"""PLUMB_ATLAS: what is prepared for another Atlas, and tidied up after it.

The other Atlas is a stand-in that records what it was given: what the real one makes of it is not
this package's. The databases are real.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql as compose

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]

STAND_IN = """\
#!{python}
import json, os, pathlib, signal, sys, urllib.parse
import psycopg

def schema_files():
    for word in sys.argv[1:]:
        url = urllib.parse.urlsplit(word)
        if url.scheme == "file" and "atlas-schema-" in url.path:
            yield pathlib.Path(urllib.parse.unquote(url.path))

seen = {{
    "arguments": sys.argv[1:],
    "files": [str(path) for path in schema_files()],
    "scripts": [path.read_text() for path in schema_files()],
    "modes": [oct(path.stat().st_mode & 0o777) for path in schema_files()],
    "input": sys.stdin.read(),
    "process": os.getpid(),
}}
try:
    connection = psycopg.connect(os.environ["DEV"])
    seen["dev"] = True
except psycopg.OperationalError:
    seen["dev"] = False
if "STAY" in os.environ:
    signal.signal(getattr(signal, os.environ["STAY"]), lambda *_: sys.exit(9))
pathlib.Path("seen.tmp").write_text(json.dumps(seen))
pathlib.Path("seen.tmp").rename("seen.json")
print("to stdout", flush=True)
print("to stderr", file=sys.stderr)
while "STAY" in os.environ:
    signal.pause()
if "KILLED" in os.environ:
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(int(os.environ.get("CODE", "0")))
"""

CONFIG = """\
env "e" {{
  src = ["file://schema/b.sql", "file://schema/a.sql"]
  dev = "{dev}"
  migration {{
    dir = "file://migrations"
  }}
}}
env "one" {{
  src = "file://schema/a.sql"
  dev = "{dev}"
}}
"""

# What is in schema/b.sql and schema/a.sql, as it is handed over.
SCRIPT = "create table b (id int);\ncreate table a (id int);\n"


@dataclass(frozen=True)
class Official:
    """A stand-in for the official binary, on a project with a dev database that is not there."""

    run: Atlas
    folder: Path
    program: str
    environment: dict[str, str]
    dev: str
    database: str

    def __call__(self, *arguments: str, code: int = 0, **more: str) -> dict[str, Any]:
        """Run a command line; what the stand-in saw of it."""
        result = self.run(*arguments, code=code, env=self.environment | more)
        assert result.stdout == "to stdout\n"
        assert result.stderr.startswith("to stderr\n")
        return self.seen()

    def seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        return seen

    def start(self, **more: str) -> subprocess.Popen[str]:
        """Run a diff that stays until it gets a signal."""
        process = subprocess.Popen(
            [self.program, "migrate", "diff", "--env", "e"],
            cwd=self.folder,
            env={**os.environ, **self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # no terminal, which would signal the child by itself
        )
        deadline = time.monotonic() + 15
        while not (self.folder / "seen.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    def left(self) -> list[str]:
        """The temporary files there are."""
        return os.listdir(self.folder / "temporary, files")


@pytest.fixture
def official(
    *, atlas: Atlas, program: str, folder: Path, write: Write, app: str
) -> Iterator[Official]:
    database = f"plumb_shadow_dev_{os.getpid()}"
    dev = re.sub(r"/[^/?]+\?", f"/{database}?", app)
    other = write("official", STAND_IN.format(python=sys.executable))
    other.chmod(0o755)
    write("atlas.hcl", CONFIG.format(dev=dev))
    write("schema/a.sql", "create table a (id int);\n")
    write("schema/b.sql", "create table b (id int);")
    (folder / "temporary, files").mkdir()
    environment = {
        "PLUMB_ATLAS": str(other),
        "TMPDIR": str(folder / "temporary, files"),
        "DEV": dev,
    }
    yield Official(atlas, folder, program, environment, dev, database)
    drop(app, database)


def drop(app: str, database: str) -> None:
    with psycopg.connect(app, autocommit=True) as admin:
        admin.execute(
            compose.SQL("drop database if exists {} with (force)").format(
                compose.Identifier(database)
            )
        )


def create(app: str, database: str) -> None:
    with psycopg.connect(app, autocommit=True) as admin:
        admin.execute(compose.SQL("create database {}").format(compose.Identifier(database)))


def exists(app: str, database: str) -> bool:
    with psycopg.connect(app) as admin:
        found = admin.execute("select from pg_database where datname = %s", [database])
        return found.fetchone() is not None


@pytest.mark.parametrize(
    ("arguments", "handed_over"),
    [
        (("migrate", "diff", "x", "--env", "e"), ("migrate", "diff", "{to}", "x", "--env", "e")),
        (
            ("migrate", "--env=e", "diff", "--new-flag", "--", "x"),
            ("migrate", "diff", "{to}", "--env=e", "--new-flag", "--", "x"),
        ),
        (
            ("migrate", "diff", "--to", "file://schema/b.sql", "--env", "one", "--to=env://src"),
            ("migrate", "diff", "{to}", "--env", "one"),
        ),
        (
            ("migrate", "diff", "--to", "file://schema/b.sql,file://schema/a.sql", "x"),
            ("migrate", "diff", "{to}", "x"),
        ),
        (
            ("schema", "inspect", "-u", "env://src", "--env", "e"),
            ("schema", "inspect", "{url}", "--env", "e"),
        ),
    ],
    ids=["src", "flags before", "mixed", "commas", "inspect"],
)
def test_several_files_become_one(
    official: Official, arguments: tuple[str, ...], handed_over: tuple[str, ...]
) -> None:
    seen = official(*arguments)
    assert seen["scripts"] == [SCRIPT]
    assert seen["modes"] == ["0o600"]
    (file,) = seen["files"]
    url = "file://" + file.replace(" ", "%20").replace(",", "%2C")
    expected: list[str] = []
    for word in handed_over:
        flag = {"{to}": "--to", "{url}": "--url"}.get(word)
        expected += [flag, url] if flag else [word]
    assert seen["arguments"] == expected
    assert official.left() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate", "diff", "--env", "one"),
        ("migrate", "diff", "--to", "file://schema", "--env", "e"),
        ("migrate", "diff", "--to", "file://schema/a.sql,file://none.sql"),
        ("migrate", "diff", "--env", "e", "--help"),
        ("migrate", "apply", "--env", "e"),
        ("schema", "apply", "--env", "e"),
        ("schema", "inspect", "--env", "e", "-u", "file://schema/a.sql"),
        ("migrate", "diff", "--env", "no such"),
        ("version",),
    ],
    ids=" ".join,
)
def test_everything_else_is_handed_over_as_it_is(
    official: Official, arguments: tuple[str, ...]
) -> None:
    assert official(*arguments)["arguments"] == list(arguments)
    assert official.left() == []


def test_a_config_that_only_the_other_understands(official: Official, write: Write) -> None:
    config = (official.folder / "atlas.hcl").read_text()
    write("atlas.hcl", 'data "external" "x" {\n  program = ["x"]\n}\n' + config)
    arguments = ["migrate", "diff", "--env", "e"]
    assert official(*arguments)["arguments"] == arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate", "diff", "--env", "e"),
        ("migrate", "diff", "--env", "one"),
        ("migrate", "lint", "--env", "e", "--latest", "1"),
        ("migrate", "validate", "--env", "e"),
        ("migrate", "validate", "--dev-url", "{dev}"),
        ("schema", "inspect", "--url", "file://schema/a.sql", "--dev-url", "{dev}"),
    ],
    ids=" ".join,
)
def test_a_missing_dev_database_is_there_for_the_command(
    official: Official, arguments: tuple[str, ...], app: str
) -> None:
    words = [word.format(dev=official.dev) for word in arguments]
    assert official(*words, code=3, CODE="3")["dev"] is True
    assert not exists(app, official.database)


def test_a_search_path_is_made_as_well(official: Official, app: str) -> None:
    dev = f"{official.dev}&search_path=side"
    other = official.folder / "official"
    other.write_text(
        f"#!{sys.executable}\nimport psycopg, sys\n"
        "with psycopg.connect(sys.argv[-1].partition('&')[0]) as c:\n"
        "    print(c.execute(\"select 'side'::regnamespace\").fetchone())\n"
    )
    result = official.run("migrate", "validate", "--dev-url", dev, env=official.environment)
    assert result.stdout == "('side',)\n"
    assert not exists(app, official.database)


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate", "apply", "--env", "e"),
        ("migrate", "hash", "--env", "e"),
        ("migrate", "validate"),
        ("schema", "inspect", "--url", "{app}", "--dev-url", "{dev}"),
    ],
    ids=" ".join,
)
def test_no_dev_database_without_use(
    official: Official, arguments: tuple[str, ...], app: str
) -> None:
    words = [word.format(dev=official.dev, app=app) for word in arguments]
    assert official(*words)["dev"] is False


def test_an_existing_dev_database_is_left_alone(official: Official, app: str) -> None:
    create(app, official.database)
    with psycopg.connect(official.dev) as connection:
        connection.execute("create table precious (id int)")
    assert official("migrate", "diff", "--env", "e")["dev"] is True
    with psycopg.connect(official.dev) as connection:
        connection.execute("table precious")


def test_only_shadows_are_made(official: Official, app: str) -> None:
    name = f"other_dev_{os.getpid()}"
    dev = official.dev.replace(official.database, name)
    assert official("migrate", "validate", "--dev-url", dev, DEV=dev)["dev"] is False
    assert not exists(app, name)


def test_a_server_that_is_down_is_not_our_business(official: Official) -> None:
    url = "postgres://nobody@127.0.0.1:1/plumb_shadow_x?sslmode=disable"
    arguments = ["migrate", "validate", "--dev-url", url]
    assert official(*arguments)["arguments"] == arguments


def test_exit_code_and_input(official: Official) -> None:
    assert official("migrate", "diff", "--env", "e", code=7, CODE="7")["input"] == ""
    # 128 and the signal's number, as shells have it.
    official("migrate", "diff", "--env", "e", code=137, KILLED="1")
    assert official.left() == []
    result = subprocess.run(
        [official.program, "migrate", "diff", "--env", "e"],
        cwd=official.folder,
        env={**os.environ, **official.environment},
        input="typed",
        text=True,
        capture_output=True,
        check=True,
    )
    assert result.stdout == "to stdout\n"
    assert official.seen()["input"] == "typed"


@pytest.mark.parametrize("interrupt", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_reaches_it_and_all_is_tidied_up(
    official: Official, interrupt: str, app: str
) -> None:
    with official.start(STAY=interrupt) as process:
        assert exists(app, official.database)
        assert len(official.left()) == 1
        assert process.pid != official.seen()["process"]
        process.send_signal(getattr(signal, interrupt))
        try:
            output, errors = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert (output, errors) == ("to stdout\n", "to stderr\n")
    assert process.returncode == 9
    assert official.left() == []
    assert not exists(app, official.database)


def test_who_found_the_dev_database_there_keeps_it(official: Official, app: str) -> None:
    with official.start(STAY="SIGUSR1") as process, psycopg.connect(official.dev) as connection:
        os.kill(official.seen()["process"], signal.SIGUSR1)
        _, errors = process.communicate(timeout=20)
        connection.execute("select 1")
    assert process.returncode == 9
    assert f"the dev database {official.database}, made for this command, is still there" in errors
    assert exists(app, official.database)
    assert official.left() == []


def test_nothing_to_prepare_needs_no_child(official: Official) -> None:
    process = subprocess.Popen(
        [official.program, "migrate", "status"],
        cwd=official.folder,
        env={**os.environ, **official.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.wait(20) == 0
    assert official.seen()["process"] == process.pid


def test_a_binary_that_can_not_run(official: Official, app: str) -> None:
    (official.folder / "official").chmod(0o644)
    result = official.run("migrate", "diff", "--env", "e", code=1, env=official.environment)
    assert "can't be run" in result.stderr
    assert official.left() == []
    assert not exists(app, official.database)
