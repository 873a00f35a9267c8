"""Applying: transactions, the revision table and its locks, baseline, set, status, order."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]
Migrations = Callable[..., None]

GOOD = "create table a (id int);\ncreate table b (id int);\n"
BAD = "create table c (id int);\ninsert into nowhere values (1);\n"
REVISIONS: LiteralString = (
    "select version, applied, total, error, error_stmt, partial_hashes::text"
    " from atlas_schema_revisions.atlas_schema_revisions order by version"
)


def fnv(name: str) -> int:
    """The engine's name for a lock: FNV-1 with 32 bits."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = value * 0x01000193 % 2**32 ^ byte
    return value


def tables(sql: Sql) -> list[str]:
    rows = sql(
        "select relname from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"
    )
    return [row[0] for row in rows]


def test_revisions_are_stored_as_the_reference_stores_them(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1_one=GOOD)
    atlas("migrate", "apply", "--url", app)
    ((description, kind, hashes, digest, operator),) = sql(
        "select description, type, partial_hashes::text, hash, operator_version"
        " from atlas_schema_revisions.atlas_schema_revisions"
    )
    assert (description, kind, hashes) == ("one", 2, "null")
    assert len(digest) == 44
    assert operator.startswith("pgplumb-atlas ")
    assert sql(REVISIONS) == [("1", 2, 2, "", "", "null")]
    columns = sql(
        "select attname || ' ' || format_type(atttypid, atttypmod)"
        " || case when attnotnull then ' not null' else '' end"
        " from pg_attribute"
        " where attrelid = 'atlas_schema_revisions.atlas_schema_revisions'::regclass and attnum > 0"
        " order by attnum"
    )
    assert [column for (column,) in columns] == [
        "version character varying not null",
        "description character varying not null",
        "type bigint not null",
        "applied bigint not null",
        "total bigint not null",
        "executed_at timestamp with time zone not null",
        "execution_time bigint not null",
        "error text",
        "error_stmt text",
        "hash character varying not null",
        "partial_hashes jsonb",
        "operator_version character varying not null",
    ]


def test_a_file_is_a_transaction(atlas: Atlas, migrations: Migrations, app: str, sql: Sql) -> None:
    migrations(v1=GOOD, v2=BAD)
    result = atlas("migrate", "apply", "--url", app, code=1)
    assert "2.sql was rolled back as a whole" in result.stderr
    assert "-- 1 migration ok, 1 with errors" in result.stdout
    assert tables(sql) == ["a", "b"]
    assert [row[0] for row in sql(REVISIONS)] == ["1"]
    assert "Next Version:    2" in atlas("migrate", "status", "--url", app).stdout


def test_all_files_are_a_transaction(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1=GOOD, v2=BAD)
    result = atlas("migrate", "apply", "--url", app, "--tx-mode", "all", code=1)
    assert "All files of this run were rolled back" in result.stderr
    assert tables(sql) == []
    assert sql(REVISIONS) == []


def test_without_a_transaction_it_goes_on_where_it_failed(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1=GOOD, v2=BAD)
    atlas("migrate", "apply", "--url", app, "--tx-mode", "none", code=1)
    assert tables(sql) == ["a", "b", "c"]
    row = sql(REVISIONS)[1]
    assert row[:3] == ("2", 1, 2)
    assert "nowhere" in row[3]
    assert row[4] == "insert into nowhere values (1);"
    assert row[5].startswith('["h1:')
    status = atlas("migrate", "status", "--url", app).stdout
    assert "(last one partially)" in status
    assert "SQL:   insert into nowhere values (1);" in status
    migrations(v2=BAD.replace("insert into nowhere values (1)", "insert into c values (1)"))
    atlas("migrate", "apply", "--url", app)
    assert sql("select id from c") == [(1,)]
    assert sql(REVISIONS)[1] == ("2", 2, 2, "", "", "null")


def test_txmode_directive(atlas: Atlas, migrations: Migrations, app: str) -> None:
    index = "create index concurrently i on a (id);\n"
    migrations(v1=GOOD, v2=f"-- atlas:txmode none\n\n{index}")
    refused = atlas("migrate", "apply", "--url", app, "--tx-mode", "all", code=1)
    assert 'cannot set txmode directive to "none" in "2.sql"' in refused.stderr
    atlas("migrate", "apply", "--url", app)
    migrations(v3=index.replace("index concurrently i", "index concurrently j"))
    assert "`-- atlas:txmode none`" in atlas("migrate", "apply", "--url", app, code=1).stderr


def test_dry_run_changes_nothing(atlas: Atlas, migrations: Migrations, app: str, sql: Sql) -> None:
    # A function body with semicolons is split by PostgreSQL's rules in a dry run as well.
    migrations(
        v1=GOOD,
        v2="create function f() returns int language sql begin atomic select 1; select 2; end;\n",
    )
    result = atlas("migrate", "apply", "--url", app, "--dry-run")
    assert "Migrating to version 2 (2 migrations in total):" in result.stdout
    assert "-- 3 sql statements" in result.stdout
    assert tables(sql) == []
    assert sql("select nspname from pg_namespace where nspname = 'atlas_schema_revisions'") == []


def test_amounts_and_versions(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1=GOOD, v2="select 1;", v3="select 1;", v4="select 1;")
    atlas("migrate", "apply", "--url", app, "1")
    assert "Next Version:    2" in atlas("migrate", "status", "--url", app).stdout
    atlas("migrate", "apply", "--url", app, "--to-version", "3")
    assert "Next Version:    4" in atlas("migrate", "status", "--url", app).stdout
    assert (
        'invalid amount argument "x"' in atlas("migrate", "apply", "--url", app, "x", code=1).stderr
    )
    assert (
        "cannot apply '0' migration files"
        in atlas("migrate", "apply", "--url", app, "0", code=1).stderr
    )


def test_a_database_in_use_needs_a_baseline(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1=GOOD, v2="alter table a add x int;")
    sql("create table a (id int)")
    refused = atlas("migrate", "apply", "--url", app, code=1)
    assert "baseline version or allow-dirty is required" in refused.stderr
    atlas("migrate", "apply", "--url", app, "--baseline", "1")
    assert sql("select x from a") == []
    assert sql(
        "select version, type from atlas_schema_revisions.atlas_schema_revisions order by 1"
    ) == [("1", 1), ("2", 2)]


def test_allow_dirty(atlas: Atlas, migrations: Migrations, app: str, sql: Sql) -> None:
    migrations(v1=GOOD)
    sql("create table other (id int)")
    atlas("migrate", "apply", "--url", app, "--allow-dirty")
    assert tables(sql) == ["a", "b", "other"]


def test_files_out_of_order(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1=GOOD, v3="select 1;")
    atlas("migrate", "apply", "--url", app)
    migrations(v2="create table late (id int);")
    assert "2.sql was added out of order" in atlas("migrate", "apply", "--url", app, code=1).stderr
    assert "1 (out of order)" in atlas("migrate", "status", "--url", app).stdout
    skipped = atlas("migrate", "apply", "--url", app, "--exec-order", "linear-skip")
    assert skipped.stdout == "No migration files to execute\n"
    atlas("migrate", "apply", "--url", app, "--exec-order", "non-linear")
    assert "Migration Status: OK" in atlas("migrate", "status", "--url", app).stdout


def test_set(atlas: Atlas, migrations: Migrations, app: str, sql: Sql) -> None:
    migrations(v1_a=GOOD, v2_b="select 1;")
    assert "say the version to set" in atlas("migrate", "set", "--url", app, code=1).stderr
    assert atlas("migrate", "set", "2", "--url", app).stdout == (
        "Current version is 2 (2 set):\n\n  + 1 (a)\n  + 2 (b)\n\n"
    )
    assert tables(sql) == []
    assert atlas("migrate", "set", "1", "--url", app).stdout == (
        "Current version is 1 (1 removed):\n\n  - 2 (b)\n\n"
    )
    assert sql("select version, type from atlas_schema_revisions.atlas_schema_revisions") == [
        ("1", 4)
    ]
    assert 'version "7" not found' in atlas("migrate", "set", "7", "--url", app, code=1).stderr


def test_status_before_and_after(atlas: Atlas, migrations: Migrations, app: str, sql: Sql) -> None:
    migrations(v1=GOOD)
    assert atlas("migrate", "status", "--url", app).stdout == (
        "Migration Status: PENDING\n"
        "  -- Current Version: No migration applied yet\n"
        "  -- Next Version:    1\n"
        "  -- Executed Files:  0\n"
        "  -- Pending Files:   1\n"
    )
    assert sql("select 1 from pg_namespace where nspname = 'atlas_schema_revisions'") == []
    atlas("migrate", "apply", "--url", app)
    found = json.loads(atlas("migrate", "status", "--url", app, "--format", "{{ json . }}").stdout)
    assert found["Status"] == "OK"
    assert found["Current"] == "1"
    assert found["Applied"][0]["Type"] == "applied"


def test_apply_as_json(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1=GOOD, v2=BAD)
    result = atlas("migrate", "apply", "--url", app, "--format", "{{ json . }}", code=1)
    found = json.loads(result.stdout)
    assert [f["Version"] for f in found["Applied"]] == ["1", "2"]
    assert found["Applied"][1]["Error"]["Stmt"] == "insert into nowhere values (1);"
    assert "nowhere" in found["Error"]
    # The error is in the output already: a second copy would spoil a merged stream.
    assert result.stderr == ""


def test_revision_table_in_another_schema(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1=GOOD)
    atlas("migrate", "apply", "--url", app, "--revisions-schema", "history")
    assert sql("select version from history.atlas_schema_revisions") == [("1",)]
    assert (
        "Status: OK"
        in atlas("migrate", "status", "--url", app, "--revisions-schema", "history").stdout
    )
    assert "there is one in: history" in atlas("migrate", "status", "--url", app).stderr
    assert (
        "there is a revision table in: history"
        in atlas("migrate", "apply", "--url", app, code=1).stderr
    )


def test_search_path_moves_the_revision_table(
    atlas: Atlas, migrations: Migrations, app: str, sql: Sql
) -> None:
    migrations(v1=GOOD)
    atlas("migrate", "apply", "--url", f"{app}&search_path=public")
    assert sql("select version from public.atlas_schema_revisions") == [("1",)]


def test_two_histories_are_never_mixed_up(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1=GOOD)
    atlas("migrate", "apply", "--url", app)
    for command in ("apply", "status"):
        result = atlas("migrate", command, "--url", f"{app}&search_path=public", code=1)
        assert "ambiguous revision table" in result.stderr


@pytest.mark.parametrize(
    ("lock", "arguments"),
    [
        ("atlas_migrate_execute", ("apply", "--url", "{app}", "--allow-dirty")),
        ("atlas_migrate_diff", ("diff", "--to", "file://s.sql", "--dev-url", "{app}")),
        ("atlas_lint", ("lint", "--latest", "1", "--dev-url", "{app}")),
        ("atlas_lint_public", ("lint", "--latest", "1", "--dev-url", "{app}&search_path=public")),
    ],
)
def test_locks_have_the_names_of_the_reference(
    *,
    lock: str,
    arguments: tuple[str, ...],
    program: str,
    folder: Path,
    migrations: Migrations,
    write: Write,
    app: str,
) -> None:
    migrations(v1="select pg_sleep(0.7);")
    write("s.sql", "select 1;")
    command = [program, "migrate", *(a.format(app=app) for a in arguments)]
    with (
        psycopg.connect(app, autocommit=True) as connection,
        subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process,
    ):
        held: list[Any] = []
        deadline = time.monotonic() + 10
        while not held and time.monotonic() < deadline and process.poll() is None:
            held = connection.execute(
                "select 1 from pg_locks"
                " where locktype = 'advisory' and granted and objid = %s::bigint::oid"
                " and database = (select oid from pg_database where datname = current_database())",
                [fnv(lock)],
            ).fetchall()
        assert held == [(1,)]
        process.wait(30)


def test_waiting_for_a_lock_ends(atlas: Atlas, migrations: Migrations, app: str) -> None:
    migrations(v1=GOOD)
    with psycopg.connect(app, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s::bigint)", [fnv("atlas_migrate_execute")])
        result = atlas("migrate", "apply", "--url", app, "--lock-timeout", "0s", code=1)
    assert "acquiring database lock" in result.stderr
    atlas("migrate", "apply", "--url", app)
