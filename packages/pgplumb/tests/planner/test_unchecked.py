"""Routines whose bodies PostgreSQL can't check when it creates them."""

from psycopg import errors

from pgplumb.planner.prove import prove
from pgplumb.snapshot.model import Kind, Snapshot
from pgplumb.sources.build import build
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import parse_url

# Bodies name what only their own search_path finds; one of them can be checked.
SCHEMA = """
create schema app;
create type app.mood as enum ('good', 'bad');
set search_path = app;
create function app.a() returns text language plpgsql as $$declare m mood; begin return m; end$$;
create procedure app.b() language sql as 'select null::mood';
comment on procedure app.b() is 'quiet';
reset search_path;
create function app.c() returns text language sql as 'select null::app.mood';
set search_path = app;
create function app.d() returns text language sql as 'select null::mood';
"""
OFF = "SET check_function_bodies = off"
ON = "RESET check_function_bodies"


def way(server_url: str, old: str, new: str) -> list[tuple[str, str]]:
    """The first line of each statement, and the comment above it."""
    server = Server(parse_url(server_url), makes_roles=False)
    one, other = (Script("schema", (SqlText("schema", text),)) for text in (old, new))
    with build(one, server) as before, build(other, server) as after:
        proof = prove(before.snapshot, after.snapshot, before.copy, take=before.take)
        assert proof.holds, (proof.left, proof.refusal)
        found = [planned.statement for planned in proof.statements]
        return [(each.sql.partition("\n")[0], each.comment) for each in found]


def test_they_are_made_without_and_others_are_checked(server_url: str) -> None:
    why = """-- PostgreSQL can't check the body here: type "mood" does not exist"""
    found = way(server_url, "", SCHEMA)
    assert found[2:] == [
        (OFF, ""),
        ("CREATE FUNCTION app.a()", why),
        (ON, ""),
        ("CREATE FUNCTION app.c()", ""),
        (OFF, ""),
        ("CREATE FUNCTION app.d()", why),
        ("CREATE PROCEDURE app.b()", why),
        ("COMMENT ON PROCEDURE app.b() IS 'quiet'", ""),
        (ON, ""),
    ]


def test_a_change_to_one(server_url: str) -> None:
    changed = SCHEMA.replace("return m;", "return null;")
    assert [sql for sql, _ in way(server_url, SCHEMA, changed)] == [
        OFF,
        "CREATE OR REPLACE FUNCTION app.a()",
        ON,
    ]


def test_functions_that_call_each_other(server_url: str) -> None:
    both = """
        set check_function_bodies = off;
        create function ping(int) returns int language sql as 'select pong($1 - 1)';
        create function pong(int) returns int language sql as 'select ping($1 - 1)';
    """
    found = [sql for sql, _ in way(server_url, "", both)]
    assert sorted(found) == sorted(
        [
            OFF,
            "CREATE FUNCTION public.ping(integer)",
            ON,
            "CREATE FUNCTION public.pong(integer)",
        ]
    )
    assert found.index(OFF) == 0, "the other one is checked against the first"


def test_what_is_wrong_besides_the_body_is_refused(server_url: str) -> None:
    server = Server(parse_url(server_url), makes_roles=False)
    with build(Script("empty", ()), server) as empty, empty.copy() as connection:
        connection.execute("set check_function_bodies = off; create type gone as enum ()")
        connection.execute("create function f(gone) returns int language sql as 'select nothing'")
        whole = empty.take(connection)
        without = {one: item for one, item in whole.objects.items() if one.kind is not Kind.ENUM}
        proof = prove(empty.snapshot, Snapshot(without), empty.copy, take=empty.take)
    assert proof.refusal is not None
    assert isinstance(proof.refusal.error, errors.UndefinedObject)
    assert not proof.refusal.bodies
