"""Random schemas: one is turned into another and back, and the rows that can stay do.

PLUMB_SCHEMA_PAIRS and PLUMB_SCHEMA_SEED make it longer and different.
"""

import os
import random
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pgplumb.planner.prove import prove

from .databases import Server
from .random_choices import Choices
from .random_making import changed, random_schema
from .trial import (
    Counts,
    DivergedError,
    RefusedError,
    build,
    rebuild,
    reduced,
    rows_for,
    try_pair,
)

PAIRS = int(os.environ.get("PLUMB_SCHEMA_PAIRS", "300"))
SEED = int(os.environ.get("PLUMB_SCHEMA_SEED", "1"))
# Workers share the pairs.
PARTS = 10
# What pg_dump says costs more than the rest of a pair.
A_DUMP = 20


@pytest.fixture(scope="module")
def server(newest_server_with_roles: str) -> Iterator[Server]:
    made = Server(newest_server_with_roles)
    made.make_roles()
    yield made
    made.drop_roles()
    made.close()


# Pairs that were found once, reduced: what PostgreSQL needs another plan for.
FOUND: dict[str, tuple[list[str], list[str], list[str]]] = {
    "a new child with a NOT VALID check of its own": (
        ["create table other (a integer)"],
        [
            "create table other (a integer)",
            "create table item (a integer)",
            "create table child (b integer) inherits (item)",
            "alter table child add constraint two check (a is not null or true) not valid",
        ],
        ["insert into other values (1)"],
    ),
    "a check for a domain in arrays": (
        [
            "create domain one as numeric(10,2)",
            "alter domain one add constraint c check (value <> all (array[7, 8])) not valid",
            "create table t (id bigint, b one default 2, many one[])",
        ],
        [
            "create domain one as numeric(10,2) constraint c check (value > 0)",
            "create table t (id bigint, b one default 2, many one[])",
        ],
        ["insert into t values (1, 2, '{3}')"],
    ),
    "a check for a domain in a composite type": (
        [
            "create domain one as text",
            "create type pair as (a one, b one)",
            "create table t (p pair)",
        ],
        [
            "create domain one as text constraint short check (length(value) < 10)",
            "create type pair as (a one, b one)",
            "create table t (p pair)",
        ],
        ["insert into t values ('(x,y)')"],
    ),
    "names of the NOT NULL constraints of partitions": (
        [
            "create table p (a integer not null, b text not null) partition by list (a)",
            "create table p_1 (a integer not null, b text not null)",
            "alter table p attach partition p_1 for values in (1)",
            "create table p_2 partition of p for values in (2)",
        ],
        [
            "create table p (a integer not null, b text not null) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
            "create table p_2 (a integer not null, b text not null)",
            "alter table p attach partition p_2 for values in (2)",
        ],
        ["insert into p values (1, 'x'), (2, 'y')"],
    ),
    "sequences that stand outside of their new bounds": (
        [
            "create sequence s increment -1",
            "create sequence small as smallint maxvalue 1000",
            "create table t (id integer generated always as identity (increment by -1), b text)",
        ],
        [
            "create sequence s",
            "create sequence small as bigint minvalue 100000",
            "create table t (id integer generated always as identity, b text)",
        ],
        ["insert into t (b) values (nextval('s')), (nextval('small'))"],
    ),
    "an enum made anew in a schema that changes": (
        [
            "create schema app",
            "create type app.two as enum ('a', 'b')",
            "create table t (a app.two, c app.two default 'a')",
        ],
        [
            "create schema app",
            "comment on schema app is 'something'",
            "create type app.two as enum ('a', 'c')",
            "create table t (a app.two, c app.two default 'a')",
        ],
        ["insert into t values ('a')"],
    ),
    "an array of constants in a function's body": (
        ["create table t (x double precision)"],
        [
            "create table t (x double precision)",
            "create function f() returns table (x double precision)"
            " begin atomic select t.x from t where t.x <> all (array[7, 8]); end",
        ],
        ["insert into t values (1)"],
    ),
    "a child's own primary key on what is NOT NULL from above": (
        [
            "create table item (a integer primary key, b text)",
            "create table child () inherits (item)",
            "alter table child add primary key (a)",
        ],
        [
            "create table item (a integer, b text)",
            "create table child () inherits (item)",
            "alter table child add primary key (a)",
        ],
        ["insert into child values (1)"],
    ),
    "a constraint whose index takes the name of a relation that goes": (
        ["create sequence one", "create table t (a integer)"],
        ["create table t (a integer constraint one unique)", "create table u (a integer)"],
        ["insert into t values (1)"],
    ),
    "an index whose columns have no statistics target of their own any more": (
        [
            "create table t (a integer, b text) partition by range (a)",
            "create table t_1 partition of t for values from (10) to (20)",
            "create index one on t ((lower(b)))",
            "alter index one alter column 1 set statistics 50",
        ],
        [
            "create table t (a integer, b text) partition by range (a)",
            "create table t_1 partition of t for values from (10) to (20)",
            "create index one on t ((lower(b)))",
        ],
        ["insert into t values (10, 'x')"],
    ),
    "storage parameters in the order in which they were set": (
        ["create table t (a integer) with (fillfactor = 70)"],
        [
            "create table t (a integer) with (autovacuum_enabled = false, fillfactor = 70)",
            "create table u (a integer) with (parallel_workers = 1, fillfactor = 70)",
        ],
        ["insert into t values (1)"],
    ),
    "a partition's own name for the primary key": (
        ["create table p (a integer primary key) partition by list (a)"],
        [
            "create table p (a integer not null) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
            "alter table p_1 add constraint mine primary key (a)",
            "alter table p add primary key (a)",
        ],
        [],
    ),
    "a primary key for what was NOT NULL, and not inherited": (
        ["create table t (a integer not null no inherit)"],
        ["create table t (a integer primary key)"],
        ["insert into t values (1)"],
    ),
    "comments on columns in another order": (
        ["create table t (b integer)", "comment on column t.b is 'x'"],
        [
            "create table t (a integer, b integer)",
            "comment on column t.a is 'y'",
            "comment on column t.b is 'x'",
        ],
        ["insert into t values (1)"],
    ),
    "a domain over another type": (
        [
            "create domain one as boolean",
            "create domain two as numeric",
            "create table t (many one[], b two)",
        ],
        [
            "create domain one as integer",
            "create domain two as numeric(10,2)",
            "create table t (many one[], b two)",
        ],
        ["insert into t values ('{t}', 1)"],
    ),
    "two tables with rules about each other": (
        [
            "create table t (a integer)",
            "create table u (a integer)",
            "create rule r as on delete to t do also delete from u where u.a = old.a",
            "create rule r as on delete to u do also delete from t where t.a = old.a",
        ],
        [],
        [],
    ),
    "a function of a column that comes from a table above": (
        [
            "create type pair as (x integer)",
            "create table p of pair",
            "create table c (b integer) inherits (p)",
        ],
        [
            "create type pair as (x integer, y text)",
            "create table p of pair",
            "create table c (b integer) inherits (p)",
            "create function f(c) returns text language sql begin atomic select ($1).y; end",
        ],
        ["insert into c (b) values (1)"],
    ),
    "options of a TOAST table that comes with a column": (
        ["create table t (a integer)"],
        ["create table t (a integer, b text) with (toast.autovacuum_enabled = false)"],
        ["insert into t values (1)"],
    ),
    "a NOT NULL that is not valid in the table above": (
        ["create table t (a integer)", "create table c (b text) inherits (t)"],
        [
            "create table t (a integer, x text)",
            "alter table t add not null x not valid",
            "create table c (b text) inherits (t)",
        ],
        ["insert into c values (1)"],
    ),
    "a NOT NULL that is valid in a partition, but not above": (
        [
            "create table p (a integer, b text) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
        ],
        [
            "create table p (a integer, b text) partition by list (a)",
            "alter table p add not null b not valid",
            "create table p_1 partition of p for values in (1)",
        ],
        ["insert into p values (1, 'x')"],
    ),
    "a NOT NULL whose usual name another table's has": (
        [],
        [
            "create table p (a integer, b text) partition by range (a)",
            "create table c (b text, a integer) partition by hash (a)",
            "alter table p attach partition c default",
            "alter table p add primary key (a)",
        ],
        [],
    ),
    "a partition that becomes a table of its own, without its primary key": (
        [
            "create table p (a integer primary key, b text) partition by list (a)",
            "create table c partition of p default",
        ],
        ["create table c (a integer, b text)"],
        ["insert into c values (1)"],
    ),
    "a partition that becomes a table of its own, with another primary key": (
        [
            "create table p (a integer primary key, b text) partition by list (a)",
            "create index i on p (b)",
            "create table c partition of p default",
        ],
        [
            "create table p (a integer primary key, b text) partition by list (a)",
            "create table c (a integer constraint mine primary key, b text)",
        ],
        ["insert into c values (1)"],
    ),
    "a table that becomes a partition of one with a CHECK": (
        ["create table c (b text, a integer)"],
        [
            "create table p (a integer, b text) partition by list (a)",
            "create table c (b text, a integer)",
            "alter table p attach partition c default",
            "alter table p add constraint positive check (a > 0)",
        ],
        ["insert into c values ('x', 1)"],
    ),
    "a new partition of a table with a CHECK that is not enforced": (
        [],
        [
            "create table p (a integer, b text) partition by list (a)",
            "create table c (b text, a integer)",
            "alter table p attach partition c default",
            "alter table p add constraint positive check (a > 0) not enforced",
            "alter table p add constraint negative check (a < 0) not valid",
        ],
        [],
    ),
    "a column that was computed of one that goes, of a table with another owner": (
        ["create table t (b jsonb, a text generated always as (b::text) stored)"],
        ["create table t (x text, a date)", "alter table t owner to plumb_test_random"],
        [],
    ),
    "a NOT NULL column that children do not inherit": (
        [
            "create table t (a integer, b integer not null no inherit)",
            "create table c (x text) inherits (t)",
        ],
        [
            "create table t (a integer, b integer generated always as (a) stored"
            " not null no inherit)",
            "create table c (x text) inherits (t)",
        ],
        ["insert into c values (1)"],
    ),
    "names of NOT NULL constraints with blanks": (
        [],
        [
            "create table t (a integer)",
            'create table "a child" (b text) inherits (t)',
            "alter table t add primary key (a)",
            'alter table "a child" add primary key (a)',
        ],
        [],
    ),
    "foreign keys to partitions that came in another order": (
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
            "create table p_2 partition of p for values in (2)",
            "create table t (a integer references p)",
        ],
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_2 partition of p for values in (2)",
            "create table t (a integer references p, b text)",
            "create table p_1 partition of p for values in (1)",
        ],
        ["insert into p values (1)", "insert into t values (1)"],
    ),
    "a partition that goes from where a foreign key refers to": (
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_1 partition of p for values in (1) partition by list (a)",
            "create table p_1_1 partition of p_1 for values in (1)",
            "create table p_2 partition of p for values in (2)",
            "create table t (a integer references p)",
        ],
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_2 partition of p for values in (2)",
            "create table t (a integer references p)",
        ],
        ["insert into p values (2)", "insert into t values (2)"],
    ),
    "constants that have no name": (
        ["create table t (id integer)"],
        [
            "create table t (id integer)",
            "create function f() returns varchar(40) begin atomic select '2'; end",
            "create function g() returns setof record begin atomic"
            " select distinct -1, null::numeric(4,2), 'a' || 'b', 'x' as text, t.id, 'y' as y"
            " from t where 'z' = id::text or id in (select '-5'::integer union select -2);"
            " select 1.5, -2.5, array['a', 'b']::text[], '2026-01-01'::date; end",
            "create view v as select 'a', (select 'b') as b, exists (select -1) as c,"
            " (select array_agg(s) from (select 'x' union all select 'y') as s) as d",
        ],
        ["insert into t values (2)"],
    ),
    "a foreign key to its own table, where the column goes that it refers to": (
        ["create table t (a integer primary key, b integer references t, c text, d integer)"],
        ["create table t (b integer, c text, d integer primary key references t)"],
        [],
    ),
    "a column that moves to the table above": (
        [
            "create table top (id integer)",
            "create table t (b boolean) inherits (top)",
            "create table below (c text default 'x', d integer, e text) inherits (t)",
            "create index below_c on below (c)",
            "create view v as select c, e from below",
        ],
        [
            "create table top (id integer, c text, d bigint, e text not null default 'e')",
            "create table t (b boolean) inherits (top)",
            "create table below (f text) inherits (t)",
            "create index below_c on below (c)",
            "create view v as select c, e from below",
        ],
        ["insert into below values (1, true, 'c', 4, 'e')"],
    ),
    "a materialized view that reads one which is filled": (
        [
            "create table t (a integer)",
            "create materialized view m as select a from t",
            "create materialized view n as select a from m",
        ],
        [
            "create table t (a integer)",
            "create materialized view m as select a from t with no data",
        ],
        ["insert into t values (1)"],
    ),
    "a materialized view that is emptied when it has been read": (
        [
            "create table t (a integer)",
            "create materialized view m as select a from t",
        ],
        [
            "create table t (a integer)",
            "create materialized view m as select a from t",
            "create materialized view n as select a from m",
            "refresh materialized view m with no data",
        ],
        ["insert into t values (1)"],
    ),
    "a column that moves up and loses its type": (
        [
            "create type kind as enum ('a', 'b')",
            "create type other as enum ('a', 'b')",
            "create table t (id integer)",
            "create table below (c kind, d other) inherits (t)",
        ],
        [
            "create type other as enum ('b', 'a')",
            "create table t (id integer, c text, d other)",
            "create table below () inherits (t)",
        ],
        ["insert into below values (1, 'b', 'a')"],
    ),
    "an identity column of a narrower type, with bounds beyond it": (
        ["create table t (a bigint generated always as identity (maxvalue 5000000000), b text)"],
        ["create table t (a smallint generated always as identity (minvalue -5), b text)"],
        ["insert into t (b) values ('b')"],
    ),
    "a generated column of another type that a constraint is on": (
        [
            "create table t (a integer, b bigint generated always as (-a) stored)",
            "alter table t add constraint c exclude using btree (b with =)",
        ],
        [
            "create table t (a integer, b numeric generated always as (a + 1) stored)",
            "alter table t add constraint c exclude using btree (b with =)",
        ],
        ["insert into t values (1)"],
    ),
    "types that go while their schema changes": (
        [
            "grant usage on schema public to plumb_test_random",
            "create domain d as smallint",
            "create type two as (f d)",
            "create type one as (x integer, t two)",
        ],
        ["create type one as (x numeric(10,2))"],
        [],
    ),
    "a server of another wrapper": (
        [
            "create foreign data wrapper one",
            "create server s foreign data wrapper one",
            "create foreign table t (a integer) server s",
            "create user mapping for public server s",
        ],
        [
            "create foreign data wrapper two",
            "create server s foreign data wrapper two",
            "create foreign table t (a integer) server s",
            "create user mapping for public server s",
        ],
        [],
    ),
    "comments on the indexes of constraints": (
        [
            "create table t (a integer primary key, b integer unique)",
            "comment on constraint t_pkey on t is 'one'",
            "comment on index t_pkey is 'two'",
        ],
        [
            "create table t (a integer primary key, b integer unique)",
            "comment on index t_pkey is 'three'",
            "comment on index t_b_key is 'it''s'",
            "create table u (a integer primary key)",
            "comment on index u_pkey is 'four'",
        ],
        ["insert into t values (1, 2)"],
    ),
    "values that are cast to a label that comes with them": (
        [
            "create type kind as enum ('b')",
            "create domain kinds as kind[]",
            "create table t (a integer, b varchar(40), c text)",
        ],
        [
            "create type kind as enum ('a', 'b')",
            "create domain kinds as kind[]",
            "create table t (a integer, b kind, c kinds)",
        ],
        ["insert into t values (2, 'a', '{a,b}')"],
    ),
    "a generated column that gets a type with no cast by itself": (
        [
            "create table t (id integer, b bigint generated always as (id) stored)",
            "create view v as select b from t",
        ],
        [
            "create table t (a boolean, id integer, b boolean generated always as (not a) stored)",
            "create view v as select id from t",
        ],
        ["insert into t values (2)"],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(server: Server, name: str) -> None:
    counts = try_statements(server, *FOUND[name])
    assert counts.refused == 0
    assert counts.rows > 0 or not FOUND[name][2]


# There is no way back: what is there can't begin to inherit, and an index that belongs to one above
# can't be dropped.
ONE_WAY: dict[str, tuple[list[str], list[str], list[str]]] = {
    "a child that leaves with a NOT NULL that has a name": (
        [
            "create table p (a integer constraint three not null)",
            "create table t (b integer) inherits (p)",
        ],
        ["create table t (a integer constraint three not null, b integer)"],
        ["ALTER TABLE public.t NO INHERIT public.p", "DROP TABLE public.p"],
    ),
    "a primary key whose index is to belong to a new one above": (
        [
            "create table p (a integer not null, b integer not null) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
        ],
        [
            "create table p (a integer not null, b integer not null) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
            "alter table p_1 add primary key (a, b)",
            "create unique index a on p (a, b)",
        ],
        [
            "ALTER TABLE public.p_1 ADD CONSTRAINT p_1_pkey PRIMARY KEY (a, b)",
            "CREATE UNIQUE INDEX a ON public.p USING btree (a, b)",
        ],
    ),
    "a new partition whose primary key is to belong to an index above": (
        [
            "create table p (a integer not null, b integer not null check (b > 0))"
            " partition by list (a)",
            "create unique index a on p (a, b)",
        ],
        [
            "create table p (a integer not null, b integer not null check (b > 0))"
            " partition by list (a)",
            "create table p_1 (a integer not null, b integer not null, primary key (a, b))",
            "alter table p_1 add constraint p_b_check check (b > 0)",
            "create unique index a on p (a, b)",
            "alter table p attach partition p_1 for values in (1)",
        ],
        [
            "CREATE TABLE public.p_1",
            "ALTER TABLE public.p ATTACH PARTITION public.p_1 FOR VALUES IN (1)",
        ],
    ),
}


@pytest.mark.parametrize("name", ONE_WAY)
def test_what_was_found_one_way(server: Server, name: str) -> None:
    old, new, expected = ONE_WAY[name]
    before, after = rebuild(server, old), rebuild(server, new)
    proof = prove(before.snapshot, after.snapshot, server.copier(before.database))
    assert proof.holds
    assert [each.statement.sql.partition(" (\n")[0] for each in proof.statements] == expected
    with server.copied(before.database) as connection:
        for each in proof.statements:
            connection.execute(each.statement.sql.encode())
        assert server.dump(connection.info.dbname) == server.dump(after.database)


# What PostgreSQL refuses for the rows that are there; the plan says that it may fail.
STOPPED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "rows for a new partition in the default one": (
        [
            "create table p (a integer) partition by list (a)",
            "create table p_other partition of p default",
        ],
        [
            "create table p (a integer) partition by list (a)",
            "create table p_other partition of p default",
            "create table p_1 partition of p for values in (1)",
        ],
        ["insert into p values (1)"],
    ),
    "rows that foreign keys refer to in a partition that leaves": (
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_1 partition of p for values in (1)",
            "create table t (a integer references p)",
        ],
        [
            "create table p (a integer primary key) partition by list (a)",
            "create table p_1 (a integer primary key)",
            "create table t (a integer references p)",
        ],
        ["insert into p values (1)", "insert into t values (1)"],
    ),
    "no value for a new column of a domain": (
        ["create domain one as text", "create table t (a integer)"],
        ["create domain one as text not null", "create table t (a integer, b one)"],
        ["insert into t values (1)"],
    ),
}


@pytest.mark.parametrize("name", STOPPED)
def test_what_rows_stand_against(server: Server, name: str) -> None:
    assert try_statements(server, *STOPPED[name]).refused


@pytest.mark.parametrize("part", range(PARTS))
def test_many_pairs(
    server: Server, record_property: Callable[[str, object], None], part: int
) -> None:
    counts, started = Counts(), time.monotonic()
    for number in range(part, PAIRS, PARTS):
        choose = random.Random(f"{SEED}:{number}").randrange  # noqa: S311
        try:
            counts.add(try_schemas(server, Choices(choose), dump=number % A_DUMP == 0))
        except Exception as error:
            error.add_note(f"PLUMB_SCHEMA_SEED={SEED}, pair {number}")
            raise
    for name, count in vars(counts).items():
        record_property(name, str(count))  # what workers can send
    print(f"{time.monotonic() - started:.0f} s, {vars(counts)}")
    # The pairs are worth trying: plans are long, and few stand against the rows there are.
    assert counts.statements > 5 * counts.pairs
    assert counts.rows > counts.pairs
    assert counts.refused < 0.3 * 2 * counts.pairs
    assert counts.unplanned < 0.1 * counts.pairs


@settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,
    ],
    # Shrinking is reduced()'s: it knows what a statement is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(data=st.data())
def test_a_pair(server: Server, data: st.DataObject) -> None:
    def choose(below: int) -> int:
        return data.draw(st.integers(0, below - 1)) if below > 1 else 0

    try_schemas(server, Choices(choose), dump=True)


def try_statements(server: Server, old: list[str], new: list[str], rows: list[str]) -> Counts:
    """One schema and another one, there and back. Raises DivergedError."""
    one, other = rebuild(server, old), rebuild(server, new)
    try:
        return try_pair(server, one, other, rows, dump=True)
    finally:
        server.drop(one.database)
        server.drop(other.database)


def try_schemas(server: Server, choices: Choices, *, dump: bool) -> Counts:
    """A random schema and another one, there and back. Raises DivergedError with fewer parts."""
    first = random_schema(choices)
    old = build(server, first)
    second = changed(first, choices) if choices.below(4) else random_schema(choices)
    new = build(server, second)
    rows = rows_for(first, choices)
    try:
        return try_pair(server, old, new, rows, dump=dump)
    except RefusedError:
        return Counts(pairs=1, unplanned=1)
    except DivergedError as error:
        parts = reduced(server, old.statements, new.statements, rows, error.what)
        for name, statements in zip(("old", "new", "rows"), parts, strict=True):
            error.add_note(f"-- {name}\n" + "".join(f"{each};\n" for each in statements))
        raise
    finally:
        server.drop(old.database)
        server.drop(new.database)
