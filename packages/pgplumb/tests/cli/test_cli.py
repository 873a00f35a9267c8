"""The command `plumb`, as a person runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pgplumb.server import free_port
from pgplumb.settings import Settings
from pgplumb.urls import parse_url

Run = Callable[..., subprocess.CompletedProcess[str]]
MakeSettings = Callable[..., Settings]
PLUMB = str(Path(sys.executable).with_name("plumb"))
COMMANDS = (
    *("init", "up", "down", "status", "url", "psql"),
    *("doctor", "generate", "describe"),
    *("diff", "apply", "baseline", "check", "schema"),
)


def plumb(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PLUMB, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environ,
        timeout=120,
    )


def test_help_is_quick_and_lists_every_command(tmp_path: Path) -> None:
    begin = time.monotonic()
    done = plumb("--help", cwd=tmp_path)
    assert time.monotonic() - begin < 1.5  # 0.15 on an idle machine
    assert done.returncode == 0
    assert "Example: plumb" in done.stdout
    listed = done.stdout.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.strip()] == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = plumb(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Example: " in done.stdout
    assert f"plumb {command}" in done.stdout


def test_help_imports_nothing_costly() -> None:
    code = "import sys, pgplumb.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"psycopg", "rich", "yaml", "pydantic", "asyncio"}.isdisjoint(done.stdout.split())


def test_usage_errors_exit_2(tmp_path: Path) -> None:
    (tmp_path / "atlas.hcl").touch()
    for arguments in (["nope"], ["up", "--nope"], ["check", "nope"]):
        done = plumb(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert "nope" in done.stderr
        assert "Traceback" not in done.stderr


def test_server_commands(settings: Settings) -> None:
    root = settings.root
    done = plumb("status", cwd=root)
    assert done.returncode == 1
    assert "not running" in done.stdout
    assert "plumb up" in done.stderr

    done = plumb("up", cwd=root)
    assert done.returncode == 0
    assert done.stdout == ""
    assert f"PostgreSQL 18.6 answers at {settings.url.redacted}" in done.stderr

    done = plumb("status", cwd=root)  # the server outlives the command that started it
    assert done.returncode == 0
    assert "pw" not in done.stdout.replace("/.plumb", "")

    done = plumb("url", cwd=root)
    assert (done.stdout, done.stderr) == (f"{settings.database_url}\n", "")

    done = plumb("down", cwd=root)
    assert done.returncode == 0
    done = plumb("down", cwd=root)
    assert done.returncode == 0
    assert "is not running" in done.stderr

    done = plumb("psql", "-At", "-c", "SELECT current_user, 'x'", cwd=root)
    assert (done.returncode, done.stdout) == (0, "plumb|x\n")


def test_doctor(settings: Settings) -> None:
    root = settings.root
    done = plumb("doctor", cwd=root)
    assert done.returncode == 0, done.stdout
    assert "`plumb up`" in done.stdout
    assert not (root / ".plumb").exists()

    with socket.create_server(("127.0.0.1", settings.url.port)):
        done = plumb("doctor", cwd=root)
    assert done.returncode == 1
    assert f"port {settings.url.port} is in use" in done.stdout

    url = f"postgres://u:secret@127.0.0.1:{free_port()}/d"
    done = plumb("doctor", cwd=root, DATABASE_URL=url)
    assert done.returncode == 1
    assert "No PostgreSQL answers" in done.stdout
    assert "`plumb generate` and `plumb check` use the URL above" in done.stdout
    assert "secret" not in done.stdout

    done = plumb("doctor", cwd=root, DATABASE_URL="postgres://u:sec@ret@h/d")
    assert done.returncode == 1
    assert "%40" in done.stdout

    done = plumb("doctor", cwd=root, PATH="/nowhere", PLUMB_PG_BIN=str(root))
    assert done.returncode == 1
    assert "has no program initdb" in done.stdout


@pytest.mark.parametrize("command", ["up", "psql", "generate", "check"])
def test_server_of_database_url_is_down(command: str, project: Path) -> None:
    url = f"postgres://u:secret@127.0.0.1:{free_port()}/d"
    done = plumb(command, cwd=project, DATABASE_URL=url)
    assert done.returncode == 2
    text = done.stdout + done.stderr
    (line,) = {
        line for line in text.splitlines() if "No PostgreSQL answers" in line and "up" in line
    }
    assert f"No PostgreSQL answers at {parse_url(url).server}. Start it" in line
    assert "`plumb up`" in line
    assert "secret" not in text
    assert "Traceback" not in text


def test_a_command_starts_the_server(project: Path, run: Run, make_settings: MakeSettings) -> None:
    environ = {"PLUMB_PORT": str(free_port())}
    settings = make_settings(project.name, environ=environ)
    done = run("plumb", "generate", env=environ)
    assert done.returncode == 0, done.stderr
    assert f"Starting PostgreSQL on {settings.url.server}" in done.stderr
    assert "nothing changed" in done.stderr
    assert list(project.glob(".sqlc-*")) == []


def test_generate_with_another_database(project: Path, run: Run, empty_database: str) -> None:
    sqlc_yaml = (project / "sqlc.yaml").read_text()
    query = project / "db" / "query" / "extra.sql"
    query.write_text("-- name: ExtraOne :one\nSELECT 1::int AS extra_column;\n")
    done = run("plumb", "generate", env={"DATABASE_URL": empty_database})
    assert done.returncode == 0, done.stderr
    assert "extra.py" in done.stderr
    assert done.stdout == ""
    assert "extra_column" in (project / "src" / "db" / "extra.py").read_text()
    assert (project / "sqlc.yaml").read_text() == sqlc_yaml
    assert list(project.glob(".sqlc-*")) == []


def test_ctrl_c_is_quiet_and_cleans_up(project: Path, empty_database: str) -> None:
    with subprocess.Popen(
        [PLUMB, "generate"],
        cwd=project,
        env=os.environ | {"DATABASE_URL": empty_database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        until = time.monotonic() + 30
        while not list(project.glob(".sqlc-*")) and time.monotonic() < until:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (output, errors) == ("", "")
    assert list(project.glob(".sqlc-*")) == []


def test_wrong_sql_exits_1_and_touches_nothing(project: Path, run: Run) -> None:
    before = {path: path.read_bytes() for path in (project / "src" / "db").rglob("*.py")}
    query = project / "db" / "query" / "wrong.sql"
    query.write_text("-- name: Wrong :one\nSELECT no_such_column\nFROM contact;\n")
    done = run("plumb", "generate")
    assert done.returncode == 1
    assert "db/query/wrong.sql:2:8" in done.stderr
    assert "no_such_column" in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in (project / "src" / "db").rglob("*.py")} == before


def test_what_only_static_analysis_refuses_is_explained(project: Path, run: Run) -> None:
    with (project / "db" / "query" / "note.sql").open("a") as file:
        file.write("\n-- name: Tables :many\nselect relname from pg_class;\n")

    refused = run("plumb", "generate")
    assert refused.returncode == 1
    assert 'relation "pg_class" does not exist' in refused.stderr
    assert "analyzer: {database: true}" in refused.stderr

    config = project / "sqlc.yaml"
    config.write_text(config.read_text().replace("database: false", "database: true"))
    assert run("plumb", "generate").returncode == 0
    assert "def tables(" in (project / "src" / "db" / "note.py").read_text()


@pytest.mark.parametrize("text", ['version: "2"\nsql: [\n', 'version: "1"\n', "- a\n", "a: b\n"])
def test_typo_in_sqlc_yaml_exits_2(text: str, tmp_path: Path, server_url: str) -> None:
    (tmp_path / "sqlc.yaml").write_text(text)
    done = plumb("generate", cwd=tmp_path, DATABASE_URL=server_url)
    assert done.returncode == 2
    assert "sqlc.yaml" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_key_in_sqlc_yaml_exits_2(project: Path, run: Run) -> None:
    text = (project / "sqlc.yaml").read_text()
    (project / "sqlc.yaml").write_text(text.replace("queries:", "querys:"))
    for arguments in (["generate"], ["check", "generated"]):
        done = run("plumb", *arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "querys" in done.stdout + done.stderr
        assert "parsing sqlc.yaml" in done.stdout + done.stderr
    done = run("plumb", "check", "queries")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "sqlc.yaml: `queries:` of a block has to be" in done.stdout


def test_colours_on_a_terminal_unless_refused(settings: Settings) -> None:
    def status_on_terminal(**environ: str) -> str:
        leader, follower = os.openpty()
        subprocess.run(
            [PLUMB, "status"],
            check=False,
            cwd=settings.root,
            stdout=follower,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"TERM": "xterm"} | environ,
        )
        os.close(follower)
        with open(leader, "rb", buffering=0) as stream:
            return (stream.read(65536) or b"").decode()

    assert "\x1b[31mnot running" in status_on_terminal(NO_COLOR="")
    assert "\x1b" not in status_on_terminal(NO_COLOR="1")
