"""The databases SQL is tried out in: made for a command and gone after it, whatever happens."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql as compose

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]
Migrations = Callable[..., None]

SHADOWS: LiteralString = (
    "select datname from pg_database"
    " where starts_with(datname::text, 'plumb_shadow_atlas_') order by 1"
)
SLEEPING: LiteralString = (
    "select 1 from pg_stat_activity where query = 'select pg_sleep(60);' and state = 'active'"
)


def wait_for(sql: Sql, query: LiteralString) -> None:
    deadline = time.monotonic() + 15
    while not sql(query):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("command", "interrupt"),
    [
        (("validate",), signal.SIGINT),
        (("lint", "--latest", "1"), signal.SIGTERM),
    ],
    ids=["SIGINT", "SIGTERM"],
)
def test_an_interrupted_command_leaves_nothing(
    *,
    command: tuple[str, ...],
    interrupt: signal.Signals,
    program: str,
    folder: Path,
    migrations: Migrations,
    dev: str,
    sql: Sql,
) -> None:
    before = sql(SHADOWS)
    migrations(v1="create table t (id int);\nselect pg_sleep(60);")
    with subprocess.Popen(
        [program, "migrate", *command, "--dev-url", dev],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(sql, SLEEPING)
        process.send_signal(interrupt)
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "interrupted" in errors
    assert output == ""
    assert sql(SHADOWS) == before


def test_a_failing_command_leaves_nothing(
    atlas: Atlas, migrations: Migrations, dev: str, sql: Sql
) -> None:
    before = sql(SHADOWS)
    migrations(v1="create table t (id int);\nselect 1 / 0;")
    assert "division by zero" in atlas("migrate", "validate", "--dev-url", dev, code=1).stderr
    assert sql(SHADOWS) == before


def test_the_dev_database_need_be_neither_empty_nor_there(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    sql("create table precious (id int)")
    migrations(v1="create table t (id int);")
    atlas("migrate", "validate", "--dev-url", app)
    atlas("migrate", "lint", "--latest", "1", "--dev-url", app)
    atlas("migrate", "validate", "--dev-url", re.sub(r"/[^/?]+\?", "/no_such_database?", app))
    assert sql(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    ) == [("precious",)]


def test_a_search_path_is_kept(atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(
        v1="do $$ begin assert current_schema() = 'side'; end $$;\ncreate table side.t (id int);"
    )
    atlas("migrate", "validate", "--dev-url", f"{dev}&search_path=side")


def test_left_over_databases_go_when_they_are_old_and_unused(
    atlas: Atlas, migrations: Migrations, dev: str
) -> None:
    migrations(v1="select 1;")
    now = int(time.time())
    dead, used, young = (
        f"plumb_shadow_atlas_{stamp:x}_{os.getpid()}" for stamp in (now - 7200, now - 7201, now)
    )
    with psycopg.connect(dev, autocommit=True) as admin:
        for name in (dead, used, young):
            admin.execute(compose.SQL("create database {}").format(compose.Identifier(name)))
        with psycopg.connect(re.sub(r"/[^/?]+\?", f"/{used}?", dev)):
            atlas("migrate", "validate", "--dev-url", dev)
            left = {row[0] for row in admin.execute(SHADOWS)}
        assert left & {dead, used, young} == {used, young}
        for name in (used, young):
            admin.execute(compose.SQL("drop database {}").format(compose.Identifier(name)))


@pytest.fixture
def poor(app: str) -> Iterator[str]:
    """The URL of an empty database whose owner may create none."""
    name = f"atlas_poor_{os.getpid()}"
    identifier = compose.Identifier(name)
    with psycopg.connect(app, autocommit=True) as admin:
        admin.execute(compose.SQL("create role {} login password 'poor'").format(identifier))
        admin.execute(compose.SQL("create database {} template template0").format(identifier))
        admin.execute(compose.SQL("alter database {0} owner to {0}").format(identifier))
        yield re.sub(r"//[^@]+@([^/]+)/[^/?]+\?", rf"//{name}:poor@\1/{name}?", app)
        admin.execute(compose.SQL("drop database {} with (force)").format(identifier))
        admin.execute(compose.SQL("drop role {}").format(identifier))


def test_without_the_right_to_create_databases(
    atlas: Atlas, migrations: Migrations, write: Write, poor: str, folder: Path
) -> None:
    migrations(v1="create type e as enum ('a');\ncreate table t (id int, e e);")
    write("s.sql", "create type e as enum ('a');\ncreate table t (id int, e e, x int);")
    for _ in range(2):  # the second run finds the database as clean as the first
        atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", poor)
    assert len(list((folder / "migrations").glob("*_x.sql"))) == 1
    atlas("migrate", "lint", "--latest", "1", "--dev-url", poor)
    atlas("migrate", "validate", "--dev-url", poor)
    with psycopg.connect(poor, autocommit=True) as connection:
        assert (
            connection.execute(
                "select relname from pg_class"
                " where relkind = 'r' and relnamespace = 'public'::regnamespace"
            ).fetchall()
            == []
        )
        connection.execute("create table precious (id int)")
    refused = atlas("migrate", "validate", "--dev-url", poor, code=1)
    assert "is not clean" in refused.stderr
    assert "CREATEDB" in refused.stderr


def test_interrupted_in_the_dev_database_itself(
    program: str, folder: Path, migrations: Migrations, poor: str, sql: Sql
) -> None:
    migrations(v1="create table t (id int);\nselect pg_sleep(60);")
    with subprocess.Popen(
        [program, "migrate", "validate", "--dev-url", poor], cwd=folder, stderr=subprocess.DEVNULL
    ) as process:
        wait_for(sql, SLEEPING)
        process.send_signal(signal.SIGINT)
        process.wait(20)
    with psycopg.connect(poor) as connection:
        assert connection.execute("select to_regclass('public.t')").fetchone() == (None,)
