"""The development server, each time a real one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.server import ensure_running, free_port, status, stop
from pgplumb.server.location import locate
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl, parse_url

WRONG = "not-the-password"
MakeSettings = Callable[..., Settings]


def execute(url: DatabaseUrl, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(str(url), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def kill_server(settings: Settings) -> None:
    pid = status(settings).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while status(settings).pid is not None and time.monotonic() < until:
        time.sleep(0.02)


def test_up_makes_a_server_for_the_url(settings: Settings) -> None:
    said: list[str] = []
    ensure_running(settings, said.append)
    assert any(f"Starting PostgreSQL on 127.0.0.1:{settings.url.port}" in line for line in said)
    rows = execute(
        settings.url,
        "SELECT current_database(), rolsuper, current_setting('fsync'), "
        "current_setting('listen_addresses'), pg_encoding_to_char(encoding) "
        "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()",
    )
    assert rows == [("plumb", True, "on", "127.0.0.1", "UTF8")]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        execute(replace(settings.url, password=WRONG), "SELECT 1")

    said.clear()
    ensure_running(settings, said.append)
    assert said == []

    found = status(settings)
    assert (found.running, found.managed, found.version) == (True, True, "18.6")
    assert stop(settings)
    assert not stop(settings)
    assert not status(settings).running


def test_data_survives_a_killed_server(settings: Settings) -> None:
    ensure_running(settings)
    execute(settings.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    kill_server(settings)
    ensure_running(settings)
    assert execute(settings.url, "SELECT count(*) FROM kept") == [(1000,)]


def test_data_survives_a_server_killed_while_a_query_runs(settings: Settings) -> None:
    ensure_running(settings)
    execute(settings.url, "CREATE TABLE kept AS SELECT 1 AS n")
    busy = psycopg.connect(str(settings.url), autocommit=True)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 6000000)")
    kill_server(settings)
    ensure_running(settings)
    assert execute(settings.url, "SELECT n FROM kept") == [(1,)]
    busy.close()


def test_pid_file_whose_number_is_now_another_process(settings: Settings) -> None:
    ensure_running(settings)
    execute(settings.url, "CREATE TABLE kept AS SELECT 1 AS n")
    location = locate(settings)
    text = (location.data / "postmaster.pid").read_text()
    kill_server(settings)
    account = location.account
    # PostgreSQL's own check believes any process of the same account.
    with subprocess.Popen(
        ["/bin/sleep", "60"],
        cwd="/",
        user=account.uid if account.switch else None,
        group=account.gid if account.switch else None,
    ) as stranger:
        lines = [str(stranger.pid), *text.splitlines()[1:]]
        (location.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
        ensure_running(settings)
        assert stranger.poll() is None
        stranger.kill()
    assert execute(settings.url, "SELECT n FROM kept") == [(1,)]


def test_half_made_data_folder_is_made_anew(settings: Settings) -> None:
    location = locate(settings)
    location.data.parent.mkdir(parents=True, exist_ok=True)
    draft = location.data.with_name("postgres.draft-killed")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    ensure_running(settings)
    assert not draft.exists()
    assert status(settings).running


def test_port_of_another_program(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.url.port)),
        pytest.raises(PlumbError) as raised,
    ):
        ensure_running(settings)
    assert f"Port {settings.url.port} on 127.0.0.1 is in use" in str(raised.value)
    assert "DATABASE_URL" in str(raised.value)
    assert not locate(settings).data.exists()


def test_port_of_a_server_that_refuses_the_password(
    make_settings: MakeSettings, server_url: str
) -> None:
    other = replace(parse_url(server_url), password=WRONG)
    settings = make_settings(url=str(other))
    with pytest.raises(PlumbError, match="does not let the user plumb in") as raised:
        ensure_running(settings)
    assert WRONG not in str(raised.value)


def test_port_of_a_server_that_is_not_plumbs_is_used_as_it_is(
    make_settings: MakeSettings, empty_database: str
) -> None:
    # docker compose serves the same URL.
    settings = make_settings(url=empty_database)
    ensure_running(settings)
    found = status(settings)
    assert (found.running, found.managed) == (True, False)
    assert not locate(settings).data.exists()


def test_port_of_another_projects_server(make_settings: MakeSettings) -> None:
    first = make_settings("first")
    second = make_settings("second", url=first.database_url)
    ensure_running(first)
    with pytest.raises(PlumbError) as raised:
        ensure_running(second)
    assert f"the development server of {first.root}" in str(raised.value)
    assert not status(second).running
    third = make_settings(
        "second", url=first.database_url, environ={"PLUMB_PORT": str(free_port())}
    )
    ensure_running(third)
    assert status(third).managed


def test_own_server_on_another_port_is_not_mistaken_for_the_neighbour(
    make_settings: MakeSettings,
) -> None:
    neighbour, own = make_settings("neighbour"), make_settings("own")
    ensure_running(neighbour)
    ensure_running(own)
    there = replace(own, url=neighbour.url, project_url=neighbour.url)

    found = status(there)

    assert not found.running
    assert found.port_is_taken
    assert str(neighbour.root) in (found.problem or "")
    with pytest.raises(PlumbError, match=f"The development server runs on port {own.url.port}"):
        ensure_running(there)


def test_server_of_a_deleted_project_makes_room(make_settings: MakeSettings) -> None:
    first = make_settings("first")
    ensure_running(first)
    old = status(first).pid
    data = locate(first).data
    shutil.rmtree(first.root)
    second = make_settings("second", url=first.database_url)
    ensure_running(second)
    assert status(second).pid not in {old, None}
    if data.exists():  # outside the deleted folder: it was stopped, not deleted
        shutil.rmtree(data.parent)


def test_deleted_plumb_folder(settings: Settings) -> None:
    ensure_running(settings)
    execute(settings.url, "CREATE TABLE kept AS SELECT 1 AS n")
    outside = locate(settings).data != settings.data_directory
    shutil.rmtree(settings.plumb_directory)
    ensure_running(settings)
    kept = execute(settings.url, "SELECT to_regclass('kept') IS NOT NULL")
    assert kept == [(outside,)]
    assert settings.plumb_directory.is_dir()


def test_moved_and_copied_projects(make_settings: MakeSettings) -> None:
    first = make_settings("first")
    ensure_running(first)
    execute(first.url, "CREATE TABLE kept AS SELECT 1 AS n")
    stop(first)
    moved = first.root.with_name("moved")
    first.root.rename(moved)
    settings = make_settings("moved", url=first.database_url)
    ensure_running(settings)
    assert execute(settings.url, "SELECT n FROM kept") == [(1,)]
    stop(settings)
    shutil.copytree(moved, moved.with_name("copy"))
    copy = make_settings("copy")
    assert locate(copy).data != locate(settings).data


def test_other_major_version_is_never_reset(settings: Settings) -> None:
    ensure_running(settings)
    stop(settings)
    data = locate(settings).data
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(PlumbError, match="is PostgreSQL 17's, the programs are PostgreSQL 18's"):
        ensure_running(settings)
    assert (data / "global" / "pg_control").exists()


def test_servers_log_is_shown_when_it_does_not_start(settings: Settings) -> None:
    ensure_running(settings)
    stop(settings)
    with (locate(settings).data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(PlumbError, match="no_such_setting"):
        ensure_running(settings)


def test_changed_password_is_explained(make_settings: MakeSettings) -> None:
    settings = make_settings()
    ensure_running(settings)
    stop(settings)
    other = replace(settings.url, password=WRONG)
    changed = make_settings(url=str(other))
    with pytest.raises(PlumbError, match="another user or password") as raised:
        ensure_running(changed)
    assert WRONG not in str(raised.value)


def test_several_at_once(settings: Settings) -> None:
    command = [str(Path(sys.executable).with_name("plumb")), "up"]
    started = [
        subprocess.Popen(command, cwd=settings.root, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    assert sum("Making a PostgreSQL data folder" in text for text in errors) == 1
    assert status(settings).running


def test_url_of_another_server_is_only_asked(make_settings: MakeSettings, server_url: str) -> None:
    nothing = f"postgres://plumb:secret@127.0.0.1:{free_port()}/plumb"
    settings = make_settings(environ={"DATABASE_URL": nothing})
    with pytest.raises(ServerDownError) as raised:
        ensure_running(settings)
    message = str(raised.value)
    assert f"No PostgreSQL answers at {settings.url.server}" in message
    assert "plumb up" in message
    assert "secret" not in message
    assert "\n" not in message

    missing = parse_url(server_url).with_database("plumb_shadow_test_missing")
    settings = make_settings(environ={"DATABASE_URL": str(missing)})
    with pytest.raises(ServerDownError, match='database "plumb_shadow_test_missing" does not'):
        ensure_running(settings)
    assert not settings.plumb_directory.exists()


def test_closed_project_folder(settings: Settings) -> None:
    # Root's server runs as an account that can't look in here; nobody may open it up for that.
    settings.root.chmod(0o700)
    settings.root.parent.chmod(0o700)
    ensure_running(settings)
    assert status(settings).running
    assert settings.root.stat().st_mode & 0o777 == 0o700
    assert settings.root.parent.stat().st_mode & 0o777 == 0o700
