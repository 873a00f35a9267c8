"""What keeps its data under another name: by directive, by a person's answer, or unasked."""

import re
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pgplumb.errors import LocatedError
from pgplumb.planner.directives import Directives, read_directives
from pgplumb.planner.prove import Wishes, prove
from pgplumb.planner.renames import Rename, candidates, undone
from pgplumb.planner.statement import Hazard
from pgplumb.planner.steps import PlannedStatement
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import parse_url

HERE = Path(__file__).parent
ROWS = """
    insert into "Old Table" ("Old Column", feeling, code) values ('x', 'good', 'y');
    insert into moved (note) values ('x');
"""


@contextmanager
def both(server_url: str, old: str, new: str) -> Generator[tuple[Built, Built]]:
    server = Server(parse_url(server_url), makes_roles=False)
    one, other = (Script("schema", (SqlText("schema", text),)) for text in (old, new))
    with build(one, server) as before, build(other, server) as after:
        yield before, after


def way(before: Built, after: Built, renames: Sequence[Rename] = ()) -> list[PlannedStatement]:
    proof = prove(
        before.snapshot,
        after.snapshot,
        before.copy,
        wishes=Wishes(renames=renames),
        take=before.take,
    )
    assert proof.holds, (proof.left, proof.refusal)
    return list(proof.statements)


def test_nothing_to_do_needs_no_copy(newest_server_with_roles: str) -> None:
    def no_copy() -> AbstractContextManager[Connection[Any]]:
        raise AssertionError("a copy was made")

    one = "create table t (a int, b int);"
    with both(newest_server_with_roles, one, "create table t (b int, a int);") as (before, after):
        wishes = Wishes(effects=True)
        proof = prove(before.snapshot, after.snapshot, no_copy, wishes=wishes, take=before.take)
        assert proof.holds
        assert not proof.statements
        wishes = Wishes(effects=True, column_order=True)
        with pytest.raises(AssertionError, match="a copy was made"):
            prove(before.snapshot, after.snapshot, no_copy, wishes=wishes, take=before.take)


def directives(text: str) -> Directives:
    return read_directives([SchemaFile("schema.sql", text)])


def test_every_kind_of_object_has_another_name(newest_server_with_roles: str) -> None:
    old, new = ((HERE / f"renames_{name}.sql").read_text() for name in ("before", "after"))
    renames = directives(new).renames
    with both(newest_server_with_roles, old, new) as (before, after):
        there = way(before, after, renames)
        back = way(after, before, undone(renames))
        with before.copy() as connection:
            connection.execute(ROWS.encode())
            for planned in (*there, *back):
                connection.execute(planned.statement.sql.encode())
            kept = connection.execute('select id, "Old Column", feeling, code from "Old Table"')
            assert kept.fetchall() == [(1, "x", "good", "y")]
            # Sequences have come along, too.
            more = connection.execute("insert into moved (note) values ('y') returning id")
            assert more.fetchall() == [(2,)]
    for planned in (*there, *back):
        sql = planned.statement.sql
        keeps = re.search(r" RENAME | SET SCHEMA |^CREATE SCHEMA |^DROP SCHEMA |FUNCTION", sql)
        assert keeps, sql
        assert Hazard.DATA_LOSS not in planned.statement.hazards


@pytest.mark.parametrize(
    ("line", "rename"),
    [
        (
            "--plumb:rename  column  contact.kind  to  category  ",
            Rename(
                (Kind.COLUMN,), ("public", "contact", "kind"), ("public", "contact", "category")
            ),
        ),
        (
            '-- plumb:rename table Crm."A ""b""" to C',
            Rename((Kind.TABLE,), ("crm", 'A "b"'), ("crm", "c")),
        ),
        (
            "-- plumb:rename function total(numeric , text) to crm.sum_of",
            Rename((Kind.FUNCTION,), ("public", "total"), ("crm", "sum_of"), "numeric, text"),
        ),
        (
            "-- plumb:rename value mood.'it''s OK' to Fine",
            Rename(
                (Kind.ENUM,),
                ("public", "mood", "it's OK"),
                ("public", "mood", "Fine"),
                is_label=True,
            ),
        ),
    ],
)
def test_directives_of_renames(line: str, rename: Rename) -> None:
    assert directives(f"select 1; {line}\nselect '-- plumb:nonsense';").renames == [rename]


@pytest.mark.parametrize(
    "line",
    [
        "plumb:rename",
        "plumb:rename column contact.kind",
        "plumb:rename column kind to category",
        "plumb:rename column a.b.c.d to e",
        "plumb:rename column contact.kind to public.contact.category.x",
        "plumb:rename index a to other.b",
        "plumb:rename table a(integer) to b",
        "plumb:rename thing a to b",
        "plumb:rename value good to bad",
        "plumb:drop",
        "plumb:drop value mood.good",
        "plumb:drop column nickname",
        "plumb:forget column contact.kind",
        "plumb:",
    ],
)
def test_directives_that_are_not_understood(line: str) -> None:
    with pytest.raises(LocatedError) as caught:
        directives(f"create table t (\n    a int -- {line}\n);")
    assert str(caught.value).startswith("schema.sql:2:11: ")


def test_directives_of_drops() -> None:
    found = directives('-- plumb:drop table gone\n-- plumb:drop schema "Old"')
    for allowed in (
        Identity(Kind.TABLE, ("public", "gone")),
        Identity(Kind.COLUMN, ("public", "gone", "a")),
        Identity(Kind.TABLE, ("Old", "t")),
    ):
        assert found.allow_drop(allowed)
    assert not found.allow_drop(Identity(Kind.TABLE, ("public", "old")))
    assert not found.allow_drop(Identity(Kind.VIEW, ("public", "gone")))


def test_what_holds_no_data_is_renamed_unasked(server_url: str) -> None:
    old = """
        create table t (id serial primary key, a int constraint a1 check (a > 0), b int);
        create index i1 on t (a);
        create index j1 on t (b);
        create table p (id int) partition by list (id);
        create table p1 partition of p default;
        create index k1 on p (id);
        create table u (id int references t constraint u_one unique);
        alter sequence t_id_seq rename to numbers;
    """
    new = """
        create table t (id serial, a int, b int, constraint key primary key (id),
            constraint a2 check (a > 0));
        create index i2 on t (a);
        create index j1 on t (b desc);
        create table p (id int) partition by list (id);
        create table p1 partition of p default;
        create index k2 on p (id);
        create table u (id int constraint elsewhere references t constraint u_two unique);
    """
    with both(server_url, old, new) as (before, after):
        statements = [each.statement.sql for each in way(before, after)]
    assert sorted(statements) == [
        "ALTER INDEX public.i1 RENAME TO i2",
        "ALTER INDEX public.k1 RENAME TO k2",
        "ALTER SEQUENCE public.numbers RENAME TO t_id_seq",
        "ALTER TABLE public.t RENAME CONSTRAINT a1 TO a2",
        "ALTER TABLE public.t RENAME CONSTRAINT t_pkey TO key",
        "ALTER TABLE public.u RENAME CONSTRAINT u_id_fkey TO elsewhere",
        "ALTER TABLE public.u RENAME CONSTRAINT u_one TO u_two",
        "CREATE INDEX j1 ON public.t USING btree (b DESC)",
        "DROP INDEX public.j1",
    ]


def test_candidates_are_alike_and_alone(server_url: str) -> None:
    old = """
        create schema crm;
        create type mood as enum ('good', 'bad');
        create table t (a int, b text, c text, kept int);
        create table one (x int, y text);
        create table going (z int);
        create table twin (q date);
    """
    new = """
        create schema crm;
        create type mood as enum ('fine', 'bad');
        create table t (a2 int, b2 text, c2 text, kept int);
        create table other (x int, y text);
        create table crm.going (z int);
        create table twin_1 (q date);
        create table twin_2 (q date);
    """
    with both(server_url, old, new) as (before, after):
        found = candidates(before.snapshot, after.snapshot)
    assert {f"{rename.before} -> {rename.after}" for rename in found} == {
        "column public.t.a -> a2",
        "table public.one -> other",
        "table public.going -> crm.going",
        "value public.mood.good -> fine",
    }
