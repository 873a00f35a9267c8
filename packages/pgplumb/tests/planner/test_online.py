"""The low-lock way: nothing blocks a table in use for long, and the outcome is the same."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import psycopg
import pytest

from pgplumb.planner.difference import differences
from pgplumb.planner.online import online
from pgplumb.planner.prove import Proof, Wishes, prove, run
from pgplumb.planner.statement import Hazard
from pgplumb.planner.steps import PlannedStatement
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import parse_url

BLOCKS = {Hazard.BLOCKS_READS, Hazard.BLOCKS_WRITES}
OLD = """
    create table contact (id int not null, email text, kind int, payload text, code text);
    create index contact_kind on contact (kind);
    create index contact_gone on contact (code);
    alter table contact add constraint contact_email_key unique (email);
    create table event (id int, contact_id int, place int);
    create materialized view figures as select id, kind from contact;
    create index figures_id on figures (id);
    create view kinds as select kind from contact;
"""
NEW = """
    create table contact (id int primary key, email text not null, kind int check (kind > 0),
        payload text, code text, token uuid not null default gen_random_uuid(),
        nickname text not null, constraint contact_email_key unique (email, kind),
        constraint contact_code unique nulls not distinct (code) include (payload)
            deferrable initially deferred);
    create index contact_kind on contact (kind desc, code);
    comment on index contact_kind is 'for the list';
    create unique index contact_payload on contact (payload) where payload <> '';
    create table event (id int, contact_id int references contact, place int);
    create materialized view figures as select id, kind from contact;
    create index figures_id on figures (id, kind);
    create view kinds as select kind from contact;
"""


@contextmanager
def both(server_url: str, old: str, new: str) -> Generator[tuple[Built, Built]]:
    server = Server(parse_url(server_url), makes_roles=False)
    one, other = (Script("schema", (SqlText("schema", text),)) for text in (old, new))
    with build(one, server) as before, build(other, server) as after:
        yield before, after


def proof(before: Built, after: Built, *, gently: bool) -> Proof:
    wishes = Wishes(online=gently, effects=True)
    return prove(before.snapshot, after.snapshot, before.copy, wishes=wishes, take=before.take)


def blocking(statements: Sequence[PlannedStatement]) -> list[str]:
    return [each.statement.sql for each in statements if each.statement.hazards & BLOCKS]


def sql_of(statements: Sequence[PlannedStatement]) -> list[str]:
    return [each.statement.sql for each in statements]


class Ways(NamedTuple):
    """From OLD to NEW."""

    before: Built
    after: Built
    plain: Proof
    gentle: Proof


@pytest.fixture(scope="module")
def ways(server_url: str) -> Iterator[Ways]:
    with both(server_url, OLD, NEW) as (before, after):
        plain, gentle = (proof(before, after, gently=each) for each in (False, True))
        yield Ways(before, after, plain, gentle)


def test_nothing_blocks_for_long(ways: Ways) -> None:
    gentle = ways.gentle
    assert len(blocking(ways.plain.statements)) == 11
    assert gentle.holds
    assert blocking(gentle.statements) == []
    # What reads a whole table while it is locked, however weakly, has a transaction without others.
    for group in gentle.transactions():
        alone = not group[0].statement.in_transaction
        validates = ["VALIDATE" in each.statement.sql for each in group]
        scans = [Hazard.SCAN in each.statement.hazards for each in group]
        assert alone or scans == validates
        assert len(group) == 1 or not alone


def test_a_changed_index_is_there_all_the_time(ways: Ways) -> None:
    statements = sql_of(ways.gentle.statements)
    start = statements.index(
        "CREATE INDEX CONCURRENTLY contact_kind__new"
        " ON public.contact USING btree (kind DESC, code)"
    )
    assert statements[start + 1 : start + 5] == [
        "ALTER INDEX public.contact_kind RENAME TO contact_kind__old",
        "ALTER INDEX public.contact_kind__new RENAME TO contact_kind",
        "DROP INDEX CONCURRENTLY public.contact_kind__old",
        "COMMENT ON INDEX public.contact_kind IS 'for the list'",
    ]
    start = statements.index(
        "CREATE UNIQUE INDEX CONCURRENTLY contact_email_key__new ON public.contact (email, kind)"
    )
    assert statements[start + 1 : start + 3] == [
        "ALTER TABLE public.contact DROP CONSTRAINT contact_email_key",
        "ALTER TABLE public.contact ADD CONSTRAINT contact_email_key UNIQUE"
        " USING INDEX contact_email_key__new",
    ]
    assert "DROP INDEX CONCURRENTLY public.contact_gone" in statements


def test_new_columns_are_filled_before_they_are_not_null(ways: Ways) -> None:
    rows = """
        insert into contact (id, email, kind, code)
        select n, n, n, n from generate_series(1, 20) as n
    """
    groups = ways.gentle.transactions()
    with ways.before.copy() as connection:
        connection.execute(rows.encode())
        refused = [refusal for group in groups if (refusal := run(connection, group))]
        # Left as it is, the last step refuses: no row is lost or made up.
        violations = psycopg.errors.NotNullViolation, psycopg.errors.CheckViolation
        assert isinstance(refused[0].error, violations)
    with ways.before.copy() as connection:
        connection.execute(rows.encode())
        for group in groups:
            for statement in stubs(group):
                connection.execute(statement.encode())
            assert run(connection, group) is None
        assert differences(ways.before.take(connection), ways.after.snapshot) == []
        filled = connection.execute("select count(distinct token), min(nickname) from contact")
        assert filled.fetchall() == [(20, "unknown")]


def stubs(group: Sequence[PlannedStatement]) -> Iterator[str]:
    """The commented statements as a person completes them."""
    for planned in group:
        comment = planned.statement.comment
        if comment:
            lines = [line.removeprefix("-- ") for line in comment.splitlines()]
            statement = "\n".join(lines[lines.index("DO $$") :])
            yield statement.replace("...", "'unknown'").replace("10000", "7")


def test_not_null_before_version_18(server_url: str) -> None:
    old = "create table t (a int, b int)"
    new = "create table t (a int not null, b int not null, c int not null)"
    with both(server_url, old, new) as (before, after):
        plain = proof(before, after, gently=False)
        earlier, target = (as_of_17(each.snapshot) for each in (before, after))
        gentle = online(plain.statements, earlier, target)
        with before.copy() as connection:
            assert run(connection, gentle) is None
            assert differences(before.take(connection), after.snapshot) == []
    assert sql_of(gentle) == [
        "ALTER TABLE public.t ADD CONSTRAINT a_is_given CHECK (a IS NOT NULL) NOT VALID",
        "ALTER TABLE public.t ADD CONSTRAINT b_is_given CHECK (b IS NOT NULL) NOT VALID",
        "ALTER TABLE public.t ADD COLUMN c integer",
        "ALTER TABLE public.t ADD CONSTRAINT c_is_given CHECK (c IS NOT NULL) NOT VALID",
        "ALTER TABLE public.t VALIDATE CONSTRAINT a_is_given",
        "ALTER TABLE public.t VALIDATE CONSTRAINT b_is_given",
        "ALTER TABLE public.t VALIDATE CONSTRAINT c_is_given",
        "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL",
        "ALTER TABLE public.t DROP CONSTRAINT a_is_given",
        "ALTER TABLE public.t ALTER COLUMN b SET NOT NULL",
        "ALTER TABLE public.t DROP CONSTRAINT b_is_given",
        "ALTER TABLE public.t ALTER COLUMN c SET NOT NULL",
        "ALTER TABLE public.t DROP CONSTRAINT c_is_given",
    ]


def as_of_17(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, server_version=170000)


def test_where_there_is_no_such_way(server_url: str) -> None:
    old = """
        create table taken (a int, b int);
        create index i on taken (a);
        create index i__new on taken (b);
        create table whole (a int) partition by list (a);
        create table part partition of whole default;
        create table typed (a int);
        create materialized view figures as select a from typed;
    """
    # The name that the new index would have meanwhile is taken; CONCURRENTLY is not for partitioned
    # tables; a type means writing the table anew, and so does an identity.
    new = """
        create table taken (a int, b int);
        create index i on taken (b);
        create index i__new on taken (b);
        create table whole (a int) partition by list (a);
        create table part partition of whole default;
        create index of_whole on whole (a);
        create table typed (a text, b int generated always as identity);
        create materialized view figures as select a, 1 as one from typed;
        create index of_figures on figures (a);
        create table made (b int not null unique);
        create index of_made on made (b);
    """
    with both(server_url, old, new) as (before, after):
        gentle = proof(before, after, gently=True)
    assert gentle.holds
    assert set(blocking(gentle.statements)) == {
        "CREATE INDEX i ON public.taken USING btree (b)",
        "CREATE INDEX of_whole ON public.whole USING btree (a)",
        "ALTER TABLE public.typed ALTER COLUMN a TYPE text",
        "ALTER TABLE public.typed ADD COLUMN b integer GENERATED ALWAYS AS IDENTITY",
    }
    # What the plan itself makes is made as always.
    assert len(gentle.transactions()) == 1
