"""`plumb schema diff` and `plumb schema inspect`, as a person runs them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from .small import Done, Project

Run = Callable[..., Done]

OLD = """
create type kind as enum ('a');
create table person (id int primary key, nickname text, kind kind);
create view people as select id, nickname from person;
"""
NEW = """
create view people as select id, nickname, email from person;
create table person (id bigint primary key, email text, nickname text, kind kind default 'b');
create type kind as enum ('a', 'b');
"""


@pytest.fixture
def folder(small: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a project with some schemas in it, where commands run."""
    folder = small.root / "schemas"
    folder.mkdir()
    (folder / "old.sql").write_text(OLD)
    (folder / "new.sql").write_text(NEW)
    (folder / "table.sql").write_text("create table t ();")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def plumb(folder: Path, plumb_here: Run) -> Run:
    """A function that runs `plumb schema ...` in that folder."""
    del folder

    def schema(*arguments: str, stdin: str = "") -> Done:
        return plumb_here("schema", *arguments, stdin=stdin)

    return schema


def test_outside_of_a_project(
    plumb_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.sql").write_text("create table t (); grant select on t to somebody_new;")
    monkeypatch.chdir(tmp_path)
    done = plumb_here("schema", "diff", "--from", "empty", "--to", "a.sql")
    assert (done.code, done.err) == (0, "")
    assert "GRANT SELECT ON TABLE public.t TO somebody_new;" in done.out


def test_the_sql_leads_from_one_to_the_other(plumb: Run, folder: Path, empty_database: str) -> None:
    done = plumb("diff", "--from", "old.sql", "--to", "new.sql", "--no-column-order")
    assert done.code == 0
    assert done.err == (
        "note: table public.person: its columns would stand in the order id, nickname, kind, email,"
        " not id, email, nickname, kind. PostgreSQL can't move columns; --column-order makes them"
        " anew, which rewrites the table.\n"
        "warning: rewrites the table:"
        " ALTER TABLE public.person ALTER COLUMN id TYPE bigint\n"
    )
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(OLD)
        connection.execute("insert into person values (1, 'x', 'a')")
        connection.execute(done.out.encode())
        row = connection.execute("select id, nickname, email, kind from person").fetchone()
        assert row == (1, "x", None, "a")
    # Between files all counts; from a database in use, or from migrations, only when asked.
    ordered = plumb("diff", "--from", "old.sql", "--to", "new.sql")
    assert (ordered.code, "note:" in ordered.err) == (0, False)
    (folder / "between.sql").write_text(f"{OLD}{ordered.out}")
    again = plumb("diff", "--from", "between.sql", "--to", "new.sql", "--exit-code")
    assert (again.code, again.out, again.err) == (0, "", "The two schemas are equal.\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "create table t (a integer not null, b text default 'x');",
            "create table t (b text default 'x', a integer not null);",
        ),
        (
            "create table p (a integer, b text); create table t (c text, d text) inherits (p);",
            "create table p (a integer, b text); create table t (d text, c text) inherits (p);",
        ),
        (
            "create table p (a integer, b text); create table t (c text) inherits (p);",
            "create table p (a integer); create table t (c text, b text) inherits (p);",
        ),
    ],
    ids=["of a table", "of a table below another", "of one that comes down from above"],
)
def test_schemas_whose_columns_stand_in_another_order(
    plumb: Run, folder: Path, old: str, new: str
) -> None:
    (folder / "old.sql").write_text(old)
    (folder / "new.sql").write_text(new)
    done = plumb("diff", "--from", "old.sql", "--to", "new.sql", "--exit-code")
    assert done.code == 1
    assert "RENAME COLUMN" in done.out
    (folder / "between.sql").write_text((folder / "old.sql").read_text() + done.out)
    again = plumb("diff", "--from", "between.sql", "--to", "new.sql", "--exit-code")
    assert (again.code, again.out, again.err) == (0, "", "The two schemas are equal.\n")


def test_columns_that_can_t_be_moved_are_an_error(plumb: Run, folder: Path) -> None:
    below = "create table t (c text) inherits (p);"
    (folder / "old.sql").write_text(f"create table p (a integer, b text); {below}")
    (folder / "new.sql").write_text(f"create table p (b text, a integer); {below}")
    refused = plumb("diff", "--from", "old.sql", "--to", "new.sql")
    assert (refused.code, refused.out) == (2, "")
    assert "table public.p: a, b; wanted: b, a" in refused.err
    assert "table public.t: a, b, c; wanted: b, a, c" in refused.err
    assert "--no-column-order" in refused.err
    left = plumb("diff", "--from", "old.sql", "--to", "new.sql", "--no-column-order")
    assert (left.code, left.out) == (0, "")
    assert left.err.startswith("note: table public.p: ")


def test_exit_codes(plumb: Run) -> None:
    same = plumb("diff", "--from", "new.sql", "--to", "new.sql", "--exit-code")
    assert (same.code, same.out) == (0, "")
    assert plumb("diff", "--from", "empty", "--to", "new.sql").code == 0
    assert plumb("diff", "--from", "empty", "--to", "new.sql", "--exit-code").code == 1
    wrong = plumb("diff", "--from", "empty", "--to", "-", stdin="create table t (\n id nosuch);")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == (
        'error: <stdin>:2:5: type "nosuch" does not exist\n    id nosuch);\n       ^\n'
    )
    for source in ("nowhere.sql", "postgres://me:secret@127.0.0.1:9/app"):
        unread = plumb("diff", "--from", source, "--to", "new.sql")
        assert (unread.code, unread.out) == (2, "")
        assert unread.err.startswith("error: ")
        assert "secret" not in unread.err
    assert "can't be both" in plumb("diff", "--from", "-", "--to", "-").err


def test_what_can_t_be_one_transaction_is_printed_as_several(plumb: Run) -> None:
    done = plumb("diff", "--from", "old.sql", "--to", "new.sql")
    first, second = done.out.split("COMMIT;\n")[:2]
    assert first == "BEGIN;\n\nALTER TYPE public.kind ADD VALUE 'b';\n\n"
    assert second.startswith("\nBEGIN;\n\nDROP VIEW")
    index = "create table t (); create index i on t ((1));"
    online = plumb("diff", "--from", "table.sql", "--to", "-", "--online", stdin=index)
    assert "CONCURRENTLY" in online.out
    assert "BEGIN" not in online.out


def test_what_loses_data_is_said(plumb: Run, folder: Path) -> None:
    said = "warning: data loss: ALTER TABLE public.person DROP COLUMN email\n"
    back = ("diff", "--from", "old.sql", "--to", "new.sql", "--reverse")
    assert said in plumb(*back).err
    assert "data loss" not in plumb(*back, "--allow-drop").err
    forth = ("diff", "--from", "new.sql", "--to", "old.sql")
    assert plumb(*forth).out == plumb(*back).out
    (folder / "old.sql").write_text(f"{OLD}-- plumb:drop column person.email\n")
    assert "data loss" not in plumb(*forth).err


def test_a_rename_that_a_file_asks_for(plumb: Run) -> None:
    wanted = "-- plumb:rename column person.nickname to name\n" + OLD.replace("nickname", "name")
    done = plumb("diff", "--from", "old.sql", "--to", "-", stdin=wanted)
    assert "RENAME COLUMN nickname TO name" in done.out
    assert "data loss" not in done.err


def test_json(plumb: Run, folder: Path) -> None:
    files = ("--from", "old.sql", "--to", "new.sql")
    done = plumb("diff", *files, "--json", "-o", "diff.json", "--no-column-order")
    assert (done.code, done.out) == (0, "")
    found = json.loads((folder / "diff.json").read_text())
    assert [*found] == [
        "version", "from", "to", "statements", "differences", "column_order", "notes",
    ]  # fmt: skip
    assert (found["version"], found["from"], found["to"]) == (1, "old.sql", "new.sql")
    assert found["statements"][0] == {
        "action": "make",
        "kind": "enum",
        "name": ["public", "kind"],
        "sql": "ALTER TYPE public.kind ADD VALUE 'b'",
        "locks": [],
        "hazards": [],
        "in_transaction": True,
        "transaction": 1,
    }
    assert {each["transaction"] for each in found["statements"][1:]} == {2}
    added = next(each for each in found["statements"] if each["name"][-1] == "email")
    assert added["locks"] == [{"relation": "public.person", "mode": "ACCESS EXCLUSIVE"}]
    assert {
        "kind": "column",
        "name": ["public", "person", "id"],
        "what": "type",
        "before": "integer",
        "after": "bigint",
    } in found["differences"]
    assert found["column_order"] == [
        {
            "table": ["public", "person"],
            "before": ["id", "nickname", "kind", "email"],
            "after": ["id", "email", "nickname", "kind"],
        }
    ]
    assert len(found["notes"]) == 1
    privileges = "create table t (); grant select on t to pg_monitor with grant option;"
    done = plumb("diff", "--from", "table.sql", "--to", "-", "--json", stdin=privileges)
    [difference] = json.loads(done.out)["differences"]
    assert {"grantee": "pg_monitor", "privilege": "SELECT", "grantable": True} in difference[
        "after"
    ]
    assert {each["grantee"] for each in difference["before"]} == {"(owner)"}


def test_a_file_that_can_t_be_written(plumb: Run) -> None:
    done = plumb("diff", "--from", "old.sql", "--to", "new.sql", "-o", "nowhere/diff.sql")
    assert done.code == 2
    assert "error: nowhere/diff.sql: can't be written" in done.err


def test_owners_count_between_files(plumb: Run) -> None:
    owned = "create table t (); alter table t owner to pg_monitor;"
    arguments = ("diff", "--from", "table.sql", "--to", "-", "--exit-code")
    assert plumb(*arguments, "--no-owners", stdin=owned).code == 0
    done = plumb(*arguments, stdin=owned)
    assert (done.code, done.out) == (1, "ALTER TABLE public.t OWNER TO pg_monitor;\n")


def test_in_a_project_the_migrations_give_the_schema(
    plumb_here: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    ends = ("--from", "db/migrations", "--to", "db/schema")
    done = plumb_here("schema", "diff", *ends, "--exit-code")
    assert (done.code, done.out, done.err) == (0, "", "The two schemas are equal.\n")
    tables = project / "db" / "schema" / "tables.sql"
    written = tables.read_text()
    early = "CREATE VIEW early AS SELECT id FROM person;\n"
    tables.write_text(early + written)
    done = plumb_here("schema", "diff", *ends)
    assert 'relation "person" does not exist' in done.err
    tables.write_text(early.replace("person", "contact") + written)
    done = plumb_here("schema", "diff", *ends)
    [statement, rest] = done.out.split(";")
    assert statement.startswith("CREATE VIEW public.early AS\n SELECT")
    assert rest == "\n"


def test_inspect_prints_sql_that_gives_the_same(plumb: Run, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(OLD)
    done = plumb("inspect", empty_database)
    assert (done.code, done.err) == (0, "")
    again = plumb("diff", "--from", "-", "--to", "old.sql", "--exit-code", stdin=done.out)
    assert (again.code, again.out) == (0, "")


def test_inspect_splits_and_replaces_nothing(plumb: Run, folder: Path) -> None:
    done = plumb("inspect", "old.sql", "--split-to", "db/schema")
    assert (done.code, done.err) == (0, "")
    names = ["db/schema/types.sql", "db/schema/tables.sql", "db/schema/views.sql"]
    assert done.out.splitlines() == names
    same = plumb("diff", "--from", "old.sql", "--to", "db/schema", "--exit-code")
    assert (same.code, same.out) == (0, "")
    (folder / names[2]).write_text("-- mine")
    (folder / names[1]).unlink()
    again = plumb("inspect", "old.sql", "--split-to", "db/schema")
    assert again.code == 2
    assert "db/schema already has types.sql, views.sql; nothing was written" in again.err
    assert not (folder / names[1]).exists()
    assert (folder / names[2]).read_text() == "-- mine"
    assert plumb("inspect", "old.sql", "--split-to", "db/schema", "--force").code == 0
    assert "CREATE VIEW" in (folder / names[2]).read_text()


def test_inspect_json(plumb: Run, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(OLD)
    found = json.loads(plumb("inspect", "old.sql", "--json").out)
    assert [*found] == ["version", "source", "server_version", "objects"]
    assert (found["version"], found["source"]) == (1, "old.sql")
    assert found["objects"]["enum public.kind"]["labels"] == ["a"]
    live = json.loads(plumb("inspect", empty_database, "--json").out)
    assert live["objects"] == found["objects"]
    both = plumb("inspect", "old.sql", "--json", "--split-to", "db")
    assert both.code == 2


@pytest.mark.parametrize("command", ["diff", "inspect"])
def test_help_has_an_example(plumb: Run, command: str) -> None:
    done = plumb(command, "--help")
    assert done.code == 0
    assert f"Example: plumb schema {command}" in done.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_it_is_interrupted(
    folder: Path, server_url: str, number: signal.Signals
) -> None:
    (folder / "slow.sql").write_text("select pg_sleep(600);")
    plumb = Path(sys.executable).parent / "plumb"
    with (
        subprocess.Popen([plumb, "schema", "inspect", "slow.sql"], cwd=folder) as process,
        psycopg.connect(server_url, autocommit=True) as connection,
    ):
        try:
            database = None
            deadline = time.monotonic() + 60
            while database is None and time.monotonic() < deadline:
                database = connection.execute(
                    "select datname from pg_stat_activity where query like 'select pg_sleep(600)%'"
                ).fetchone()
            process.send_signal(number)
            assert process.wait(30) == 128 + number
        finally:
            process.kill()
        assert database is not None
        assert database[0].startswith("plumb_shadow_scratch_")
        there = connection.execute("select from pg_database where datname = %s", database)
        assert there.fetchone() is None
