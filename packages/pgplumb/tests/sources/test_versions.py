"""Live databases of another version than the server that they are rebuilt on."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pgplumb.planner.difference import described, differences
from pgplumb.snapshot.model import OWNER, Grant, Identity, Kind, Snapshot
from pgplumb.sources.model import Script
from pgplumb.sources.versions import as_on, lost_on, version_of

SCHEMA = """
create table plain (id int);
create table granted (id int);
grant select on granted to pg_monitor;
create table without_all (id int);
revoke delete on without_all from current_user;
create view seen as select id from granted;
grant select on seen to public;
create sequence numbers;
grant usage on numbers to public;
alter default privileges grant select on tables to public;
alter default privileges in schema public grant insert on tables to pg_monitor;
"""
MAINTAIN = Grant(OWNER, "MAINTAIN", grantable=False)


@pytest.fixture
def newest(script: Callable[..., Script], snapshot: Callable[..., Snapshot]) -> Snapshot:
    """The schema as PostgreSQL 18 has it, whichever version tells it."""
    return replace(as_on(snapshot(script(SCHEMA)), 18), server_version=180000)


def test_there_and_back(newest: Snapshot) -> None:
    old = replace(as_on(newest, 16), server_version=160000)
    assert version_of(old) == 16
    assert not any(MAINTAIN in (item.grants or ()) for item in old)
    again = as_on(old, 18)
    # An owner who has not everything has not the new privilege either.
    assert {each.identity for each in differences(newest, again)} <= {table("without_all")}
    assert MAINTAIN in (again[table("granted")].grants or ())
    assert MAINTAIN not in (again[table("without_all")].grants or ())
    assert MAINTAIN not in (again[Identity(Kind.SEQUENCE, ("public", "numbers"))].grants or ())


def test_what_is_lost_on_an_old_server_is_known(newest: Snapshot) -> None:
    granted = newest[table("granted")]
    more = frozenset({*(granted.grants or ()), Grant("pg_monitor", "MAINTAIN", grantable=False)})
    changed = replace(
        newest, objects={**newest.objects, table("granted"): replace(granted, grants=more)}
    )
    assert lost_on(newest, 16) == []
    assert [item.identity for item in lost_on(changed, 16)] == [table("granted")]
    assert lost_on(changed, 17) == []
    assert described(differences(as_on(newest, 16), as_on(changed, 16))) == ""


def test_nothing_changes_between_versions_alike(newest: Snapshot) -> None:
    assert as_on(newest, 17) is newest


def table(name: str) -> Identity:
    return Identity(Kind.TABLE, ("public", name))
