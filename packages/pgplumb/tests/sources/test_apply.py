"""What PostgreSQL makes of scripts: any order of statements, and errors with their places."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.errors import LocatedError, PlumbError
from pgplumb.planner.difference import differences
from pgplumb.planner.handler import facts_of
from pgplumb.server.account import choose_account
from pgplumb.server.binaries import find_binaries
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.sources.build import build
from pgplumb.sources.compare import compare
from pgplumb.sources.model import Script, Server
from pgplumb.sources.parse import parse_source
from pgplumb.urls import parse_url

Scripts = Callable[..., Script]
Snapshots = Callable[..., Snapshot]

LAYOUT = (
    "create schema app;",
    "create extension citext;",
    "create type app.kind as enum ('a', 'b');",
    "alter type app.kind add value 'c' before 'b';",
    "create domain app.short as text check (length(value) < 9);",
    "create table app.person (id int primary key, kind app.kind default 'c', email citext);",
    "create table app.note (person int references app.person (id), text app.short);",
    "alter table app.person add column boss int references app.person;",
    "create unique index person_email on app.person (email);",
    "create index concurrently note_person on app.note (person);",
    "create function app.busy(app.person) returns boolean language sql as"
    " 'select exists (select from app.note where person = $1.id)';",
    "create view app.busy as select id, email, app.busy(person) as is_busy from app.person;",
    "create function app.stamp() returns trigger language plpgsql as"
    " $$begin new.kind := 'a'; return new; end$$;",
    "create trigger stamp before insert on app.person for each row execute function app.stamp();",
    "alter table app.note enable row level security;",
    "create policy own on app.note using (person = 1);",
    "grant select on app.busy to public;",
    "comment on view app.busy is 'who has notes';",
    "create materialized view app.emails as select email from app.busy;",
    "create unique index on app.emails (email);",
    "create table app.log (at date) partition by range (at);",
    "create table app.log_old partition of app.log for values from (minvalue) to ('2000-01-01');",
)


def table(name: str, schema: str = "public") -> Identity:
    return Identity(Kind.TABLE, (schema, name))


@pytest.fixture(scope="module")
def whole(server_url: str) -> Callable[[], Snapshot]:
    """Gives what the statements make in the order they are written in, one after the other."""
    with (
        build(Script("empty", ()), Server(parse_url(server_url), makes_roles=True)) as built,
        built.copy() as connection,
    ):
        for statement in LAYOUT:
            connection.execute(statement.encode())
        snapshot = take_snapshot(connection).without_owners()
    return lambda: snapshot


@given(order=st.permutations(range(len(LAYOUT))), cuts=st.sets(st.integers(1, len(LAYOUT) - 1)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_in_any_files_gives_the_same(
    order: list[int],
    cuts: set[int],
    whole: Callable[[], Snapshot],
    script: Scripts,
    snapshot: Snapshots,
) -> None:
    ends = [0, *sorted(cuts), len(LAYOUT)]
    texts = [
        "\n".join(LAYOUT[number] for number in order[start:end]) for start, end in pairwise(ends)
    ]
    assert not differences(snapshot(script(*texts)), whole())


def test_the_order_of_what_needs_nothing_else_is_kept(script: Scripts, snapshot: Snapshots) -> None:
    found = snapshot(
        script(
            "create view v as select * from u;",
            "create table t (id int); grant select on all tables in schema public to public;",
            "create table u (id int); drop table t; create table t (id text);",
        )
    )
    assert found[table("t")].grants == found[table("t")].default_grants
    assert facts_of(found[Identity(Kind.COLUMN, ("public", "t", "id"))]).type == "text"


def test_a_waiting_statement_runs_as_soon_as_it_can(script: Scripts, snapshot: Snapshots) -> None:
    """What comes behind a statement's place in the files can count on it."""
    found = snapshot(
        script(
            "create view v as select * from t;",
            "create table t (id int); grant select on all tables in schema public to public;",
        )
    )
    view = found[Identity(Kind.VIEW, ("public", "v"))]
    assert view.grants != view.default_grants


def test_settings_of_one_file_do_not_reach_the_next(script: Scripts, snapshot: Snapshots) -> None:
    files = "create schema a; set search_path = a; create table one ();", "create table two ();"
    waiting = "create view v as select * from two, a.one;"
    for texts in (files, (waiting, *files)):
        found = snapshot(script(*texts))
        assert table("one", "a") in found
        assert table("two") in found


def test_a_waiting_statement_keeps_its_settings(script: Scripts, snapshot: Snapshots) -> None:
    found = snapshot(
        script(
            "create schema a; set search_path = a; create view v as select * from t;",
            "create table a.t ();",
            "create table t ();",
        )
    )
    view = found[Identity(Kind.VIEW, ("a", "v"))]
    assert table("t", "a") in view.depends_on


@pytest.mark.parametrize("in_order", [True, False], ids=["migrations", "schema"])
def test_what_no_transaction_takes(script: Scripts, snapshot: Snapshots, *, in_order: bool) -> None:
    found = snapshot(
        script(
            "create type kind as enum ('a');",
            "create table t (kind kind); create index concurrently i on t (kind); vacuum t;",
            "alter type kind add value 'b'; alter table t alter kind set default 'b';",
            "begin; create table one (); commit; create table two (); begin; end;",
            "do $$ begin create table three (); commit; end $$;",
            in_order=in_order,
        )
    )
    assert {table(name) for name in ("t", "one", "two", "three")} <= set(found.objects)
    assert Identity(Kind.DEFAULT, ("public", "t", "kind")) in found


def test_bodies_that_need_what_needs_them(
    server: Server, script: Scripts, snapshot: Snapshots
) -> None:
    layout = (
        "create table t (id int default next());",
        "create function next() returns int language sql as 'select count(*)::int from t';",
    )
    with (
        build(Script("empty", ()), server) as empty,
        build(script(*layout), server) as built,
    ):
        assert Identity(Kind.DEFAULT, ("public", "t", "id")) in built.snapshot
        names = [each.step.identity.path for each in compare(empty, built).proof.statements]
        assert names == [("public", "t"), ("public", "next", ""), ("public", "t", "id")]
    with pytest.raises(LocatedError, match=r'(?s)^2\.sql:1:1: column "nope" does not exist'):
        snapshot(script(layout[0], layout[1].replace("count(*)", "count(nope)")))


def test_migrations_keep_their_order(script: Scripts, snapshot: Snapshots) -> None:
    texts = "create view v as select * from t;", "create table t ();"
    with pytest.raises(LocatedError, match=r'^1\.sql:1:32: relation "t" does not exist'):
        snapshot(script(*texts, in_order=True))
    assert snapshot(script(*reversed(texts), in_order=True)) == snapshot(script(*texts))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            ("create table a ();\n\n  create table b (\n\tid nosuch\n  );", "create table c ();"),
            '1.sql:4:5: type "nosuch" does not exist\n    id nosuch\n       ^',
        ),
        (
            ("create table é (id int); alter table é add x int, add x int",),
            '1.sql:1:26: column "x" of relation "é" already exists\n'
            "    create table é (id int); alter table é add x int, add x int\n"
            "                             ^",
        ),
        (
            ("create table a (id int;",),
            "1.sql:1:23: syntax error at end of input\n"
            "    create table a (id int;\n"
            "                          ^",
        ),
        (
            ("set nosuch.x = 1; set work_mem = 'much'; create table t ();",),
            '1.sql:1:19: invalid value for parameter "work_mem": "much"\n'
            "    set nosuch.x = 1; set work_mem = 'much'; create table t ();\n"
            "                      ^",
        ),
    ],
)
def test_what_is_refused_is_shown_in_its_place(
    script: Scripts, snapshot: Snapshots, texts: tuple[str, ...], message: str
) -> None:
    with pytest.raises(LocatedError) as caught:
        snapshot(script(*texts))
    assert caught.value.message == message


def test_the_cause_is_shown_and_not_what_follows_from_it(
    script: Scripts, snapshot: Snapshots
) -> None:
    with pytest.raises(LocatedError) as caught:
        snapshot(
            script(
                "create view v as select * from t; create table t (id nosuch);",
                "grant select on v to public; select nofunction(1);",
            )
        )
    lines = caught.value.message.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        '1.sql:1:54: type "nosuch" does not exist',
        "2.sql:1:37: function nofunction(integer) does not exist",
    ]


def test_statements_that_need_one_another(script: Scripts, snapshot: Snapshots) -> None:
    with pytest.raises(LocatedError) as caught:
        snapshot(
            script(
                "create table a (id int primary key references b);",
                "create table b (id int primary key references a);",
            )
        )
    assert caught.value.message.startswith('1.sql:1:1: relation "b" does not exist')
    assert "need one another wait for ever: 1.sql:1:1, 2.sql:1:1" in str(caught.value)


def test_a_transaction_that_is_left_open(script: Scripts, snapshot: Snapshots) -> None:
    with pytest.raises(PlumbError, match=r"1\.sql begins a transaction that it does not end"):
        snapshot(script("begin; create table t ();", "create table u ();"))


def test_where_to_find_an_extension_is_said(script: Scripts, snapshot: Snapshots) -> None:
    with pytest.raises(LocatedError, match=r'^1\.sql:1:1: extension "nowhere" is not') as caught:
        snapshot(script("create extension nowhere;"))
    assert "PLUMB_PG_BIN" in (caught.value.hint or "")


def test_a_setting_of_another_version_is_left_out(server: Server, script: Scripts) -> None:
    with build(script("set transaction_nosuch = 0; create table t ();"), server) as built:
        assert table("t") in built.snapshot
        assert built.notes == (
            '1.sql: left out: unrecognized configuration parameter "transaction_nosuch"',
        )


@pytest.fixture
def role(server_url: str) -> Iterator[str]:
    """The name of a role that is not there, dropped at the end if it then is."""
    name = f"plumb_test_{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"drop role if exists {name}".encode())


def test_missing_roles_are_made_on_our_own_server(
    server: Server, script: Scripts, role: str
) -> None:
    source = script(
        f"create table t (); alter table t owner to {role}; set role {role}; reset role;"
        f"create policy p on t to {role}; alter default privileges for role {role}"
        f" grant select on tables to public; grant select on t to {role};"
    )
    with build(source, server, owners=True) as built:
        assert built.snapshot[table("t")].owner == role
        assert built.notes == (f'made the role "{role}" on {server.url.server}',)
        with built.copy() as connection:
            found = connection.execute(
                "select rolcanlogin, rolsuper from pg_roles where rolname = %s", [role]
            )
            assert found.fetchone() == (False, False)
    with build(source, server) as again:
        assert again.notes == ()
        assert again.snapshot[table("t")].owner is None


def test_roles_are_not_made_on_a_server_of_somebody_else(
    server: Server, script: Scripts, role: str
) -> None:
    source = script(f"create table t ();\ngrant select on t to {role};")
    with (
        pytest.raises(LocatedError) as caught,
        build(source, replace(server, makes_roles=False)),
    ):
        pass
    assert caught.value.message.startswith(f'1.sql:2:1: role "{role}" does not exist')
    assert f'Run there: create role "{role}" nologin;' in str(caught.value)


def test_scratch_databases_go_away_also_after_an_error(
    server: Server, server_url: str, script: Scripts
) -> None:
    # Other tests keep scratch databases of their own on this server meanwhile.
    before = databases_on(server_url)
    with build(script("create table t ();"), server):
        (made,) = databases_on(server_url) - before
    with pytest.raises(LocatedError):
        build(script("create table t (id nosuch);"), server).__enter__()
    assert made.startswith("plumb_shadow_scratch_")
    assert databases_on(server_url) == before


def databases_on(server_url: str) -> set[str]:
    with psycopg.connect(server_url) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


@pytest.mark.parametrize("options", [[], ["--create"], ["--inserts", "--clean", "--if-exists"]])
def test_a_dump_gives_the_same(
    empty_database: str, snapshot: Snapshots, tmp_path: Path, options: list[str]
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for statement in LAYOUT:
            connection.execute(statement.encode())
        connection.execute("insert into app.person values (1, 'b', E'a\\\\.b'), (2, null, null)")
        connection.execute("insert into app.note values (1, E'x\\ny;')")
        connection.execute("create table owned (); alter table owned owner to pg_monitor")
        original = take_snapshot(connection)
    file = tmp_path / "dump.sql"
    pg_dump = find_binaries().reachable_by(choose_account()).program("pg_dump")
    subprocess.run([pg_dump, *options, "--file", str(file), empty_database], check=True)
    assert not differences(snapshot(parse_source(str(file)), owners=True), original)
