"""What a snapshot takes in, and who may take it."""

from typing import TYPE_CHECKING, Final

from pgplumb.snapshot.facts_replication import Subscription
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.take import take_snapshot

from .states import database

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

# As many of what PostgreSQL's own extensions can hold as there are.
EXTENSIONS: Final = (
    "citext", "cube", "dict_int", "earthdistance", "file_fdw", "hstore", "isn", "lo", "ltree",
    "pg_trgm", "postgres_fdw", "seg", "tablefunc", "unaccent",
)  # fmt: skip


def test_members_of_extensions_are_left_out(server_url: str) -> None:
    script = "".join(f"create extension {name};" for name in EXTENSIONS)
    with database(server_url, script) as (_, connection):
        found = {item.identity for item in take_snapshot(connection)}
    expected = {Identity(Kind.EXTENSION, (name,)) for name in EXTENSIONS}
    assert found == {*expected, Identity(Kind.SCHEMA, ("public",))}


def test_a_snapshot_needs_no_privileges(server_with_roles: str) -> None:
    script = """
        create schema hidden;
        create table hidden.t (id int primary key, a text);
        create publication p for table hidden.t;
        create subscription s connection 'host=a' publication p with (connect = false);
        create foreign data wrapper w;
        create server f foreign data wrapper w;
        create user mapping for plumb_test_writer server f options (user 'x');
        create text search configuration hidden.c (copy = english);
        create statistics hidden.s on id, a from hidden.t;
        create aggregate hidden.total(int) (sfunc = int4pl, stype = int);
    """
    with database(server_with_roles, script) as (_, connection):
        as_superuser = take_snapshot(connection)
        connection.execute("set role plumb_test_reader")
        as_reader = take_snapshot(connection)
        connection.execute("reset role")
    assert set(as_reader.objects) == set(as_superuser.objects)
    subscription = Identity(Kind.SUBSCRIPTION, ("s",))
    facts = [snapshot[subscription].facts for snapshot in (as_superuser, as_reader)]
    assert [isinstance(each, Subscription) and each.connection for each in facts] == [
        "host=a",
        None,
    ]


def test_objects_are_read_in_bulk(server_url: str) -> None:
    """The number of queries does not depend on the number of objects."""
    template = """
        create function f{0}(int, int) returns int language sql immutable as 'select 1';
        create aggregate a{0}(int) (sfunc = f{0}, stype = int);
        create text search configuration c{0} (copy = english);
        create foreign data wrapper w{0};
        create server s{0} foreign data wrapper w{0};
        create table t{0} (a int, b int);
        create statistics st{0} on a, b from t{0};
        create publication p{0} for table t{0};
        create collation co{0} (locale = 'C');
        create cast (t{0} as text) with inout;
    """
    few, many = (
        _queries_of_a_snapshot(server_url, "".join(map(template.format, range(number))))
        for number in (1, 20)
    )
    assert few == many


def _queries_of_a_snapshot(server_url: str, script: str) -> int:
    seen: list[Diagnostic] = []
    with database(server_url, script) as (_, connection):
        connection.add_notice_handler(seen.append)
        connection.execute("set log_min_duration_statement = 0")
        connection.execute("set client_min_messages = log")
        take_snapshot(connection)
        connection.execute("set client_min_messages = warning")
    return len(seen)
