"""Live databases: read, rebuilt, and never written to."""

import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import Connection, errors

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.planner.difference import differences
from pgplumb.planner.handler import facts_of
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.server import TemporaryServer
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.sources.build import build
from pgplumb.sources.live import read_live
from pgplumb.sources.model import LiveDatabase, Server
from pgplumb.sources.replicate import replicate
from pgplumb.urls import parse_url

SCHEMA = """
create schema atlas_schema_revisions;
create table atlas_schema_revisions.atlas_schema_revisions (version text primary key);
create type mood as enum ('good', 'bad');
create table person (id bigint generated always as identity primary key, mood mood default 'bad');
create table gone (id int, old int, kept text);
alter table gone drop column old;
create view cheerful as select id from person where mood = 'good';
comment on view cheerful is 'good';
insert into person (mood) values ('good');
"""


@pytest.fixture
def live(empty_database: str) -> LiveDatabase:
    with psycopg.connect(empty_database) as connection:
        connection.execute(SCHEMA)
    return LiveDatabase(parse_url(empty_database))


def test_it_is_rebuilt_without_what_atlas_keeps_there(live: LiveDatabase, server: Server) -> None:
    with build(live, server) as built, built.copy() as connection:
        assert not differences(built.take(connection), built.snapshot)
        assert built.url.database != live.url.database
        assert Identity(Kind.TABLE, ("public", "person")) in built.snapshot
        assert Identity(Kind.SCHEMA, ("atlas_schema_revisions",)) not in built.snapshot
        assert not any("atlas_schema_revisions" in each.path for each in built.snapshot.objects)
        rows = connection.execute("select count(*) from person").fetchone()
        assert rows == (0,), "data stays where it is"


def test_it_is_read_in_a_transaction_that_can_t_write(live: LiveDatabase) -> None:
    def write(connection: Connection[Any]) -> Snapshot:
        connection.execute("create table written ()")
        return take_snapshot(connection)

    with pytest.raises(errors.ReadOnlySqlTransaction):
        read_live(live.url, write)


def test_it_is_read_as_of_one_moment(live: LiveDatabase) -> None:
    def while_another_writes(connection: Connection[Any]) -> Snapshot:
        first = take_snapshot(connection)
        with psycopg.connect(live.url.for_libpq(), autocommit=True) as other:
            other.execute("create table meanwhile ()")
        assert connection.execute("select to_regclass('person')").fetchone() is not None
        return first

    assert Identity(Kind.TABLE, ("public", "meanwhile")) not in read_live(
        live.url, while_another_writes
    )
    assert Identity(Kind.TABLE, ("public", "meanwhile")) in read_live(live.url)


@pytest.fixture
def role(live: LiveDatabase) -> Iterator[str]:
    """A role that the live database names: the other server has none of that name."""
    name = f"plumb_test_{secrets.token_hex(4)}"
    with psycopg.connect(live.url.for_libpq(), autocommit=True) as connection:
        connection.execute(f"create role {name} createdb login password 'pw'".encode())
        connection.execute(f"grant select on person to {name}".encode())
        yield name
        connection.execute(f"drop owned by {name}".encode())
        connection.execute(f"drop role {name}".encode())


def test_its_roles_are_made_where_they_may_be(live: LiveDatabase, role: str) -> None:
    with TemporaryServer() as other:
        theirs = Server(other.url, makes_roles=False)
        with pytest.raises(PlumbError) as caught, build(live, theirs):
            pass
        assert f'names the role "{role}", which {other.url.server} lacks' in caught.value.message
        assert f'Run there: create role "{role}" nologin;' in str(caught.value)
        ours = replace(theirs, makes_roles=True)
        with build(live, ours) as built:
            assert f'made the role "{role}" on {other.url.server}' in built.notes
            assert role in {
                grant.grantee
                for grant in built.snapshot[Identity(Kind.TABLE, ("public", "person"))].grants or ()
            }


def test_what_the_scratch_server_can_t_hold_is_said(live: LiveDatabase, role: str) -> None:
    with psycopg.connect(live.url.for_libpq()) as connection:
        connection.execute(
            "create function stop() returns event_trigger language plpgsql as 'begin end';"
            "create event trigger stop on sql_drop execute function stop()"
        )
    modest = Server(replace(live.url, user=role, password="pw"), makes_roles=False)  # noqa: S106
    with pytest.raises(PlumbError) as caught, build(live, modest):
        pass
    assert "can't be rebuilt on" in caught.value.message
    assert "permission denied to create event trigger" in caught.value.message
    assert "CREATE EVENT TRIGGER" in str(caught.value)
    assert f"{live.url.password}" not in str(caught.value)


def test_another_version_writes_the_same_in_other_words(live: LiveDatabase, server: Server) -> None:
    found = read_live(live.url)
    view = found[Identity(Kind.VIEW, ("public", "cheerful"))]
    words = facts_of(view)
    other = replace(words, definition=words.definition.replace("SELECT", "select"))
    newer = replace(
        found,
        objects={**found.objects, view.identity: replace(view, facts=other)},
        server_version=found.server_version + 10_000,
    )
    rebuilt, notes = rebuild(live, newer, server)
    assert not differences(rebuilt, found)
    assert [note.rpartition("writes ")[2] for note in notes] == [
        "these in other words: view public.cheerful"
    ]
    with pytest.raises(PlumbError, match=r"view public\.cheerful: definition is"):
        rebuild(live, replace(newer, server_version=found.server_version), server)


def rebuild(
    source: LiveDatabase, snapshot: Snapshot, server: Server
) -> tuple[Snapshot, tuple[str, ...]]:
    @contextmanager
    def another() -> Generator[Connection[Any]]:
        with scratch_database(server.url) as url, connect(url) as connection:
            yield connection

    with another() as connection:
        return replicate(
            source, snapshot, server, connection=connection, another=another, take=take_snapshot
        )


def test_a_server_that_is_down(server: Server) -> None:
    nowhere = LiveDatabase(parse_url("postgres://me:secret@127.0.0.1:9/app"))
    with pytest.raises(ServerDownError) as caught, build(nowhere, server):
        pass
    assert "secret" not in str(caught.value)
