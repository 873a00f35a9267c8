"""A schema in files by kind: complete, and the same again in whatever order they are loaded."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pgplumb.planner.difference import described, differences
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.sources.build import build
from pgplumb.sources.compare import compare
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.sources.parse import parse_source
from pgplumb.sources.split import FILES, split

SCHEMA = """
create schema app;
create extension citext;
create type app.kind as enum ('a', 'b');
create type app.pair as (one int, other text);
create domain app.short as text check (length(value) < 9);
create type app.span as range (subtype = float8);
create sequence app.number increment 5;
create function app.busy(int) returns boolean language sql as 'select $1 > 0';
create function app.sum2(int, int) returns int immutable language sql as 'select $1 + $2';
create procedure app.nothing() language sql as 'select 1';
create aggregate app.total(int) (sfunc = app.sum2, stype = int);
create operator app.@@@ (function = app.sum2, leftarg = int, rightarg = int);
create table app.person (
    id int generated always as identity primary key,
    number int default nextval('app.number'),
    serial serial,
    kind app.kind not null,
    email citext not null unique,
    name app.short,
    length int generated always as (length(name)) stored,
    boss int references app.person
);
alter sequence app.number owned by app.person.number;
create table app.log (at date, person int references app.person) partition by range (at);
create table app.log_old partition of app.log for values from (minvalue) to ('2000-01-01');
create index log_person on app.log (person);
create statistics app.person_kind (dependencies) on kind, boss from app.person;
alter table app.person replica identity using index person_email_key;
alter table app.person enable row level security, force row level security;
create policy own on app.person using (id = boss);
create view app.busy as select id, email, app.busy(boss) as is_busy from app.person;
comment on view app.busy is 'it''s who has notes';
comment on column app.busy.is_busy is 'really';
create materialized view app.emails as select email from app.busy;
create unique index emails_email on app.emails (email);
create rule no_delete as on delete to app.busy do instead (select 1; select 2);
create function app.stamp() returns trigger language plpgsql as $$begin return new; end$$;
create trigger stamp before insert on app.person for each row execute function app.stamp();
alter table app.person disable trigger stamp;
create function app.note() returns event_trigger language plpgsql as 'begin end';
create event trigger note on ddl_command_end execute function app.note();
create publication all_of_it for table app.person;
create foreign data wrapper wrapper;
create server elsewhere foreign data wrapper wrapper;
create foreign table app.remote (id int) server elsewhere;
create text search configuration app.plain (copy = pg_catalog.simple);
create collation app.bytes from "C";
grant select on app.busy to public;
grant update (name) on app.person to pg_monitor;
"""
DEFAULTS = """
create table before (id int);
create function before() returns int language sql as 'select 1';
alter default privileges grant select on tables to pg_monitor with grant option;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public grant insert on tables to public;
create table after (id int);
create function after() returns int language sql as 'select 1';
create table revoked (id int);
revoke all on revoked from pg_monitor;
"""


def files_of(text: str, server: Server) -> tuple[dict[str, str], Snapshot]:
    with (
        build(Script("empty", ()), server) as empty,
        build(Script("the test", (SqlText("a.sql", text),)), server) as whole,
    ):
        statements = compare(empty, whole).proof.statements
        return split(statements, whole.snapshot), whole.snapshot


@pytest.mark.parametrize("text", [SCHEMA, DEFAULTS], ids=["every kind", "default privileges"])
def test_the_files_give_the_schema_in_any_order(
    text: str, server: Server, snapshot: Callable[..., Snapshot]
) -> None:
    files, whole = files_of(text, server)
    order = sorted(files)
    shuffle = random.Random(0)  # noqa: S311  a shuffle that is the same every time
    for names in (order, order[::-1], *(shuffle.sample(order, len(order)) for _ in range(6))):
        texts = tuple(SqlText(name, files[name]) for name in names)
        again = snapshot(Script("the files", texts))
        assert described(differences(whole, again)) == "", names


def test_line_ends_are_those_of_the_database(
    server: Server, snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    text = """
        create table t (a text default E'one\\r\\ntwo');
        comment on table t is E'one\\r\\ntwo\\rthree';
        create function f() returns text language sql as E'select ''one\\r\\ntwo''\\r\\n';
    """
    files, whole = files_of(text, server)
    for name, sql in files.items():
        (tmp_path / name).write_text(sql)
    again = snapshot(parse_source(str(tmp_path)))
    assert described(differences(whole, again)) == ""
    assert "\r\n" in files["functions.sql"]


def test_sqlc_takes_comments_on_composite_types(
    server: Server, snapshot: Callable[..., Snapshot]
) -> None:
    text = """
        create type pair as (one int, other text);
        comment on column pair.one is 'not $$';
        comment on type pair is 'two';
        create table t (a int);
        comment on column t.a is 'not $$';
    """
    files, whole = files_of(text, server)
    comment = "COMMENT ON COLUMN public.pair.one IS 'not $$'"
    assert f"\nDO $sql$ BEGIN {comment}; END $sql$;\n" in files["types.sql"]
    assert "\nCOMMENT ON TYPE public.pair IS 'two';\n" in files["types.sql"]
    assert "\nCOMMENT ON COLUMN public.t.a IS 'not $$';\n" in files["tables.sql"]
    texts = tuple(SqlText(name, files[name]) for name in files)
    again = snapshot(Script("the files", texts))
    assert described(differences(whole, again)) == ""


def test_what_is_where(server: Server) -> None:
    files, _ = files_of(SCHEMA, server)
    assert sorted(files) == sorted(FILES.keys() - {"default_privileges.sql"})
    assert "CREATE EXTENSION" in files["extensions.sql"]
    assert "CREATE TABLE app.person" in files["tables.sql"]
    assert "CREATE UNIQUE INDEX emails_email" in files["indexes.sql"]
    assert "DISABLE TRIGGER stamp" in files["triggers.sql"]
    assert "CREATE MATERIALIZED VIEW" in files["views_materialized.sql"]


def test_each_kind_has_one_file() -> None:
    kinds = [kind for some in FILES.values() for kind in some]
    assert sorted(kinds) == sorted(Kind)


def test_default_privileges_are_told_from_privileges(server: Server) -> None:
    files, whole = files_of(DEFAULTS, server)
    assert "ALTER DEFAULT PRIVILEGES" in files["default_privileges.sql"]
    before = whole[Identity(Kind.TABLE, ("public", "before"))]
    assert before.grants == before.default_grants
