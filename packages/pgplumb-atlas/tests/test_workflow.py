"""The path of every change: edit the schema, diff, lint, apply."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]

TABLES = """\
create table contact (
    id bigint generated always as identity primary key,
    public_id uuid not null default gen_random_uuid() unique,
    email email_address,
    address postal_address,
    kind contact_kind not null default 'person',
    full_name text not null,
    upper_name text not null generated always as (upper(full_name)) stored,
    credit_limit numeric(12, 2) check (credit_limit >= 0),
    phones text[] not null default '{}',
    seen_from inet,
    preferences jsonb not null default '{}',
    created_at timestamptz not null default now()
);
comment on column contact.email is 'compared without regard to case';
create table booking (
    room int not null,
    during tstzrange not null,
    exclude using gist (room with =, during with &&)
);
create table activity (
    id bigint generated always as identity,
    contact_id bigint not null references contact (id) on delete cascade,
    occurred_at timestamptz not null,
    primary key (id, occurred_at)
) partition by range (occurred_at);
create table activity_2026 partition of activity
    for values from ('2026-01-01 00:00:00+00') to ('2027-01-01 00:00:00+00');
create index contact_name on contact (lower(full_name)) where kind = 'person';
"""
FILES = {
    "extensions": "create extension if not exists btree_gist;\n"
    "create extension if not exists citext;\n",
    "types": "create type contact_kind as enum ('person', 'organisation');\n"
    "create domain email_address as citext check (value like '%@%');\n"
    "create type postal_address as (street text, city text);\n",
    "tables": TABLES,
    "functions": "create function touch() returns trigger language plpgsql as $$\n"
    "begin\n    new.created_at := now();\n    return new;\nend;\n$$;\n"
    "create function twice(n int) returns int language sql\n"
    "begin atomic select n; select n * 2; end;\n",
    "views": "create view person as select id, full_name from contact where kind = 'person';\n",
    "views_materialized": "create materialized view kinds as\n"
    "select kind, count(*) as contacts from contact group by kind;\n",
    "triggers": "create trigger touch before update on contact\n"
    "for each row execute function touch();\n",
    "policies": "alter table contact enable row level security;\n"
    "create policy own on contact using (full_name = current_user);\n",
}
ORDER = list(FILES)


@pytest.fixture
def schema(write: Write, dev: str, app: str) -> Write:
    """A project with every kind of object; the migrations hold what the schema files hold."""
    sources = ", ".join(f'"file://schema/{name}.sql"' for name in ORDER)
    write(
        "atlas.hcl",
        f'env "default" {{\n  src = [{sources}]\n  url = "{app}"\n  dev = "{dev}"\n'
        '  migration {\n    dir = "file://migrations"\n  }\n'
        "  lint {\n    destructive {\n      error = true\n    }\n  }\n}\n",
    )
    for name, text in FILES.items():
        write(f"schema/{name}.sql", text)
    write("migrations/20260101000000_initial.sql", "\n".join(FILES.values()))
    return write


@pytest.mark.usefixtures("schema")
def test_nothing_to_do_with_every_kind_of_object(atlas: Atlas) -> None:
    atlas("migrate", "hash", "--env", "default")
    result = atlas("migrate", "diff", "noise", "--env", "default")
    assert result.stdout == (
        "The migration directory is synced with the desired state, no changes to be made\n"
    )
    assert result.stderr == ""


def test_add_a_nullable_column(atlas: Atlas, schema: Write, folder: Path, sql: Sql) -> None:
    atlas("migrate", "hash", "--env", "default")
    schema(
        "schema/tables.sql",
        TABLES.replace("full_name text not null,", "full_name text not null,\n    nick text,", 1),
    )
    atlas("migrate", "diff", "add_nick", "--env", "default")
    (new,) = (folder / "migrations").glob("*_add_nick.sql")
    assert new.read_text() == (
        '-- Modify "contact" table\nALTER TABLE "public"."contact" ADD COLUMN "nick" text NULL;\n'
    )
    assert new.name in (folder / "migrations/atlas.sum").read_text()
    atlas("migrate", "validate", "--env", "default")
    assert (
        "no diagnostics found"
        in atlas("migrate", "lint", "--env", "default", "--latest", "1").stdout
    )
    assert "2 migrations\n" in atlas("migrate", "apply", "--env", "default").stdout
    assert atlas("migrate", "apply", "--env", "default").stdout == "No migration files to execute\n"
    assert sql("select nick from contact") == []
    assert "synced" in atlas("migrate", "diff", "again", "--env", "default").stdout


def test_drop_a_column_is_named_by_lint(atlas: Atlas, schema: Write) -> None:
    atlas("migrate", "hash", "--env", "default")
    schema("schema/tables.sql", TABLES.replace("    seen_from inet,\n", "", 1))
    atlas("migrate", "diff", "drop_seen", "--env", "default")
    result = atlas("migrate", "lint", "--env", "default", "--latest", "1", code=1)
    assert "DS103" in result.stdout
    assert 'Dropping non-virtual column "seen_from"' in result.stdout
    assert result.stderr == ""


def test_tampering_is_refused_by_name(atlas: Atlas, schema: Write) -> None:
    atlas("migrate", "hash", "--env", "default")
    atlas("migrate", "apply", "--env", "default")
    schema("migrations/20260101000000_initial.sql", "-- nothing\n")
    for command in ("apply", "validate", "status"):
        result = atlas("migrate", command, "--env", "default", code=1)
        assert "\tL2: 20260101000000_initial.sql was edited\n" in result.stdout
        assert result.stderr == "Error: checksum mismatch\n"


def test_schema_limited_by_search_path(atlas: Atlas, write: Write, dev: str, folder: Path) -> None:
    write("schema.sql", "create table t (id int primary key);")
    atlas(
        "migrate",
        "diff",
        "one",
        "--dev-url",
        f"{dev}&search_path=public",
        "--to",
        "file://schema.sql",
    )
    (new,) = (folder / "migrations").glob("*_one.sql")
    assert 'CREATE TABLE "t"' in new.read_text()


def test_indent_and_dry_run(atlas: Atlas, write: Write, dev: str, folder: Path) -> None:
    write("schema.sql", "create table t (id int primary key);")
    command = ("migrate", "diff", "--dev-url", dev, "--to", "file://schema.sql", "--dry-run")
    assert (
        'CREATE TABLE "public"."t" (\n  "id"'
        in atlas(*command, "--format", '{{ sql . "  " }}').stdout
    )
    assert list((folder / "migrations").iterdir()) == []


def test_concurrent_index_says_that_it_takes_no_transaction(
    *, atlas: Atlas, write: Write, migrations: Callable[..., None], app: str, folder: Path, sql: Sql
) -> None:
    migrations(v1="create table t (a int);")
    write("schema.sql", "create table t (a int);\ncreate index i on t (a);")
    write(
        "atlas.hcl",
        f'env "e" {{\n  src = "file://schema.sql"\n  url = "{app}"\n  dev = "{app}"\n'
        "  diff {\n    concurrent_index {\n      create = true\n    }\n  }\n}\n",
    )
    atlas("migrate", "diff", "index", "--env", "e")
    (new,) = (folder / "migrations").glob("*_index.sql")
    assert new.read_text().startswith("-- atlas:txmode none\n\n")
    assert "CONCURRENTLY" in new.read_text()
    atlas("migrate", "apply", "--env", "e")
    assert sql("select relname from pg_class where relname = 'i'") == [("i",)]


def test_inspect(atlas: Atlas, sql: Sql, app: str, write: Write) -> None:
    sql("create table t (id int primary key, name text)")
    assert 'table "t" {' in atlas("schema", "inspect", "--url", app).stdout
    found = json.loads(atlas("schema", "inspect", "--url", app, "--format", "{{ json . }}").stdout)
    assert found["schemas"][0]["tables"][0]["columns"][0] == {"name": "id", "type": "integer"}
    write("s.sql", "create table f (id int);")
    from_file = ("schema", "inspect", "--url", "file://s.sql", "--dev-url", app)
    assert 'CREATE TABLE "public"."f"' in atlas(*from_file, "--format", "{{ sql . }}").stdout
    assert atlas("schema", "inspect", "--url", app, "--exclude", "*.t").stdout.count("table") == 0
