"""What ended in a stack trace, a dirty database or an unusable migration: one clear message."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]
Migrations = Callable[..., None]

EVERY_COMMAND = (
    ("diff", "--to", "file://s.sql", "--dev-url", "{app}"),
    ("new", "x"),
    ("lint", "--latest", "1", "--dev-url", "{app}"),
    ("apply", "--url", "{app}"),
    ("hash",),
    ("status", "--url", "{app}"),
    ("validate",),
    ("set", "1", "--url", "{app}"),
)


def planned(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "migrations").glob("*.sql"))


def test_two_files_of_one_version(atlas: Atlas, write: Write, app: str) -> None:
    write("s.sql", "select 1;")
    write("migrations/20260101000000_a.sql", "select 1;")
    write("migrations/20260101000000_b.sql", "select 2;")
    for command in EVERY_COMMAND:
        result = atlas("migrate", *(word.format(app=app) for word in command), code=1)
        assert "20260101000000_a.sql and 20260101000000_b.sql" in result.stderr


def test_new_files_never_share_a_version(atlas: Atlas, folder: Path) -> None:
    for name in ("a", "b", "c"):
        atlas("migrate", "new", name)
    versions = [name.split("_")[0] for name in planned(folder)]
    assert len(set(versions)) == len(versions) == 3
    atlas("migrate", "validate")


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        ("create domain mail as text;", "mail"),
        ("create type pair as (a int, b int);", "pair"),
        ("create type span as range (subtype = float8);", "span"),
    ],
)
def test_a_type_the_table_diff_does_not_make(
    *,
    definition: str,
    name: str,
    atlas: Atlas,
    write: Write,
    migrations: Migrations,
    dev: str,
    folder: Path,
) -> None:
    migrations(v1="create table t (id int);")
    write("s.sql", f"{definition}\ncreate table t (id int, x {name});")
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev, code=1)
    assert f'type "public.{name}" does not exist' in result.stderr
    assert "plumb diff NAME plans it" in result.stderr
    assert planned(folder) == ["1.sql"]


def test_a_migration_that_lacks_a_type(
    atlas: Atlas, migrations: Migrations, write: Write, dev: str
) -> None:
    migrations(v1="select 1;\ncreate table t (x mail);")
    write("s.sql", "select 1;")
    for command in (("validate",), ("diff", "--to", "file://s.sql")):
        result = atlas("migrate", *command, "--dev-url", dev, code=1)
        assert (
            '1.sql:2: executing statement "create table t (x mail);": type "mail" does not exist'
            in result.stderr
        )
        assert "Atlas's table diff" in result.stderr


def test_a_removed_enum_value(
    atlas: Atlas, write: Write, migrations: Migrations, dev: str, folder: Path
) -> None:
    migrations(v1="create type e as enum ('a', 'b');\ncreate table t (e e);")
    write("s.sql", "create type e as enum ('a');\ncreate table t (e e, x int);")
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev, code=1)
    assert 'enum type "e" loses the value "b"' in result.stderr
    assert "plumb diff NAME" in result.stderr
    assert planned(folder) == ["1.sql"]


def test_a_new_enum_value_that_is_used_at_once(
    atlas: Atlas, write: Write, migrations: Migrations, dev: str, folder: Path
) -> None:
    migrations(v1="create type e as enum ('a');\ncreate table t (e e default 'a');")
    write("s.sql", "create type e as enum ('a', 'b');\ncreate table t (e e default 'b');")
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev, code=1)
    assert "Do it in two migrations" in result.stderr
    assert planned(folder) == ["1.sql"]
    # In two steps it works.
    write("s.sql", "create type e as enum ('a', 'b');\ncreate table t (e e default 'a');")
    atlas("migrate", "diff", "value", "--to", "file://s.sql", "--dev-url", dev)
    write("s.sql", "create type e as enum ('a', 'b');\ncreate table t (e e default 'b');")
    atlas("migrate", "diff", "use", "--to", "file://s.sql", "--dev-url", dev)
    assert len(planned(folder)) == 3
    atlas("migrate", "validate", "--dev-url", dev)


def test_a_change_a_view_stands_in_the_way_of(
    atlas: Atlas, write: Write, migrations: Migrations, dev: str, folder: Path
) -> None:
    view = "create view v as select a from t;"
    migrations(v1=f"create table t (a int);\n{view}")
    write("s.sql", f"create table t (a bigint);\n{view}")
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev, code=1)
    assert "used by a view or rule" in result.stderr
    assert "planned by: plumb diff NAME" in result.stderr
    assert 'ALTER COLUMN "a" TYPE bigint' in result.stderr
    assert planned(folder) == ["1.sql"]


def test_what_may_be_a_rename(atlas: Atlas, write: Write, migrations: Migrations, dev: str) -> None:
    migrations(v1="create table t (id int, old text);")
    write("s.sql", "create table t (id int, fresh text);")
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev)
    assert 'RENAME COLUMN "old" TO "fresh"' in result.stderr


def test_what_the_table_diff_leaves_out_is_said(
    atlas: Atlas, write: Write, migrations: Migrations, dev: str
) -> None:
    migrations(v1="create table t (id int);\ncreate view v as select 1 as one;")
    write(
        "s.sql",
        "create table t (id int);\ncreate view v as select 2 as one;\n"
        "create function f() returns int language sql return 1;\ncreate domain d as text;",
    )
    result = atlas("migrate", "diff", "x", "--to", "file://s.sql", "--dev-url", dev)
    assert "synced" in result.stdout
    assert "domain d (new), function f() (new), view v (changed)" in result.stderr


def test_an_error_in_a_schema_file_names_the_line(atlas: Atlas, write: Write, dev: str) -> None:
    write("schema/a.sql", "create table t (id int);\n\ncreate table u (id nonsense);\n")
    result = atlas("migrate", "diff", "x", "--to", "file://schema/a.sql", "--dev-url", dev, code=1)
    assert "schema/a.sql:3:" in result.stderr


@pytest.mark.parametrize(
    "command", ["lint --latest 1 --dev-url", "apply --url", "diff --to file://s.sql --dev-url"]
)
def test_the_server_is_down(
    command: str, atlas: Atlas, migrations: Migrations, write: Write
) -> None:
    migrations(v1="select 1;")
    write("s.sql", "select 1;")
    url = "postgres://someone:topsecret@127.0.0.1:1/x?sslmode=disable"
    result = atlas("migrate", *command.split(), url, code=1)
    assert result.stderr == (
        "Error: PostgreSQL at 127.0.0.1:1 does not answer: connection refused. "
        "Start it with: uv run plumb up\n"
    )
    assert result.stdout == ""


def test_docker_urls(atlas: Atlas, migrations: Migrations) -> None:
    migrations(v1="select 1;")
    result = atlas(
        "migrate", "lint", "--latest", "1", "--dev-url", "docker://postgres/18/dev", code=1
    )
    assert "PLUMB_ATLAS" in result.stderr
    assert "postgres://user@127.0.0.1:5432/dev?sslmode=disable" in result.stderr


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("mysql://someone:topsecret@localhost/x", "mysql:// is not supported"),
        ("postgres://someone:top%secret@localhost/x", "can't be read"),
        ("localhost/x", "has no scheme"),
    ],
)
def test_urls_that_make_no_sense(url: str, part: str, atlas: Atlas, migrations: Migrations) -> None:
    migrations(v1="select 1;")
    result = atlas("migrate", "apply", "--url", url, code=1)
    assert part in result.stderr
    assert "secret" not in result.stderr


def test_passwords_are_never_printed(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1="select 1;")
    secret = app.split("://", 1)[1].split(":", 1)[1].split("@", 1)[0]
    wrong = app.replace(f":{secret}@", ":topsecret@")
    result = atlas("migrate", "apply", "--url", wrong, code=1)
    assert "refused the login" in result.stderr
    assert "topsecret" not in result.stderr + result.stdout
    shown = atlas(
        "migrate", "apply", "--url", app, "--format", "{{ json . }} {{ .URL.Redacted }} {{ .URL }}"
    ).stdout
    assert f":{secret}@" not in shown


def test_a_missing_directory_and_unknown_words(atlas: Atlas, app: str) -> None:
    assert "migrations does not exist" in atlas("migrate", "apply", "--url", app, code=1).stderr
    assert 'Did you mean "file://m"?' in atlas("migrate", "hash", "--dir", "m", code=1).stderr
    assert (
        "unknown dir format"
        in atlas("migrate", "hash", "--dir", "file://m?format=x", code=1).stderr
    )
    assert 'unknown command "foo"' in atlas("migrate", "foo", code=1).stderr
    assert "--help" in atlas("migrate", "apply", "--nonsense", code=1).stderr
    assert "PLUMB_ATLAS" in atlas("migrate", "down", "--env", "x", code=1).stderr
    missing = atlas("migrate", "diff", code=1).stderr
    assert missing == 'Error: required flag(s) "dev-url", "to" not set\n'


def test_a_table_that_moved_is_no_dirty_state(
    atlas: Atlas, migrations: Migrations, write: Write, dev: str
) -> None:
    # Functions outlive the engine's own cleaning; in a database that is thrown away nothing does.
    body = "create function f() returns int language sql return 1;\n"
    body += "create table t (id int default f());"
    migrations(v1=body)
    write("s.sql", body)
    for _ in range(2):
        assert (
            "synced"
            in atlas(
                "migrate", "diff", "--to", "file://s.sql", "--dev-url", f"{dev}&search_path=public"
            ).stdout
        )


def test_another_binary_takes_over(atlas: Atlas, write: Write, folder: Path, program: str) -> None:
    other = write("other", '#!/bin/sh\necho "other: $@ [$PLUMB_ATLAS]"\nexit 7\n')
    other.chmod(0o755)
    result = atlas("migrate", "apply", "--env", "x y", code=7, env={"PLUMB_ATLAS": str(other)})
    assert result.stdout == "other: migrate apply --env x y []\n"
    missing = atlas("version", code=1, env={"PLUMB_ATLAS": "/nowhere/atlas"})
    assert "PLUMB_ATLAS is set to /nowhere/atlas, which does not exist" in missing.stderr
    itself = atlas("version", code=1, env={"PLUMB_ATLAS": program})
    assert "points at this very program" in itself.stderr
    (folder / "link").symlink_to(program)
    assert (
        "this very program"
        in atlas("version", code=1, env={"PLUMB_ATLAS": str(folder / "link")}).stderr
    )
    shutil.copy(program, folder / "copy")
    assert "pgplumb-atlas" in atlas("version", env={"PLUMB_ATLAS": str(folder / "copy")}).stdout


def test_help_has_an_example_everywhere(atlas: Atlas) -> None:
    commands = [
        ("migrate", name)
        for name in ("apply", "diff", "hash", "lint", "new", "set", "status", "validate")
    ]
    for command in [*commands, ("schema", "inspect"), ("version",), ("license",), ()]:
        assert "Examples:\n  atlas " in atlas(*command, "--help").stdout


def test_version_and_licences(atlas: Atlas) -> None:
    assert atlas("version").stdout.startswith("atlas community version v1.2.3\npgplumb-atlas ")
    licences = atlas("license").stdout
    assert "Mozilla Public License" in licences
    assert "github.com/lib/pq" in licences
