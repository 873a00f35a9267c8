"""Locks, scans and rewrites: what is told of a statement is what PostgreSQL's manual says of it.

The modes are those of chapter 13.3.1 (Explicit Locking) and of the pages on the commands.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from pgplumb.planner.directives import read_directives
from pgplumb.planner.effects import with_effects
from pgplumb.planner.online import online
from pgplumb.planner.prove import Wishes, prove
from pgplumb.planner.statement import Hazard, Lock, Statement
from pgplumb.planner.steps import PlannedStatement
from pgplumb.postgres.databases import connect
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import DatabaseUrl, parse_url

HERE = Path(__file__).parent
EXCLUSIVE = "ACCESS EXCLUSIVE"
SHARE_ROW = "SHARE ROW EXCLUSIVE"
SHARE_UPDATE = "SHARE UPDATE EXCLUSIVE"
SCAN = {Hazard.SCAN, Hazard.BLOCKS_READS, Hazard.MAY_FAIL}
REWRITE = {Hazard.REWRITE, Hazard.BLOCKS_READS}
LOSS = {Hazard.DATA_LOSS, Hazard.BREAKS_CODE}
BREAKS = {Hazard.BREAKS_CODE}
# What the statement for each table locks, and what else it does.
EXPECTED: dict[str, tuple[dict[str, str], set[Hazard]]] = {
    "add_column": ({"": EXCLUSIVE}, set()),
    "add_column_with_default": ({"": EXCLUSIVE}, set()),
    "add_column_with_volatile_default": ({"": EXCLUSIVE}, REWRITE),
    "add_column_not_null": ({"": EXCLUSIVE}, SCAN | BREAKS),
    "add_generated_column": ({"": EXCLUSIVE}, REWRITE),
    "drop_column": ({"": EXCLUSIVE}, LOSS),
    "set_not_null": ({"": EXCLUSIVE}, SCAN),
    "set_not_null_after_check": ({"": EXCLUSIVE}, set()),
    "drop_not_null": ({"": EXCLUSIVE}, BREAKS),
    "set_default": ({"": EXCLUSIVE}, set()),
    "longer_type": ({"": EXCLUSIVE}, set()),
    "other_type": ({"": EXCLUSIVE}, REWRITE | BREAKS),
    "set_statistics": ({"": SHARE_UPDATE}, set()),
    "set_storage": ({"": EXCLUSIVE}, set()),
    "set_fillfactor": ({"": SHARE_UPDATE}, set()),
    "add_identity": ({"": EXCLUSIVE}, set()),
    "add_foreign_key": (
        {"": SHARE_ROW, "other": SHARE_ROW},
        {Hazard.SCAN, Hazard.BLOCKS_WRITES, Hazard.MAY_FAIL},
    ),
    "add_foreign_key_not_valid": ({"": SHARE_ROW, "other": SHARE_ROW}, set()),
    "drop_foreign_key": ({"": EXCLUSIVE, "other": EXCLUSIVE}, BREAKS),
    "add_check": ({"": EXCLUSIVE}, SCAN),
    "add_check_not_valid": ({"": EXCLUSIVE}, set()),
    "validate_check": ({"": SHARE_UPDATE}, {Hazard.SCAN, Hazard.MAY_FAIL}),
    "drop_check": ({"": EXCLUSIVE}, BREAKS),
    "add_unique": ({"": EXCLUSIVE}, SCAN),
    "add_primary_key": ({"": EXCLUSIVE}, SCAN),
    "add_exclusion": ({"": EXCLUSIVE}, SCAN),
    "create_index": ({"": "SHARE"}, {Hazard.SCAN, Hazard.BLOCKS_WRITES}),
    "drop_index": ({"": EXCLUSIVE}, set()),
    "create_trigger": ({"": SHARE_ROW}, set()),
    "replace_trigger": ({"": SHARE_ROW}, set()),
    "disable_trigger": ({"": SHARE_ROW}, set()),
    "drop_trigger": ({"": EXCLUSIVE}, BREAKS),
    "create_rule": ({"": EXCLUSIVE}, set()),
    "create_policy": ({"": EXCLUSIVE}, set()),
    "alter_policy": ({"": EXCLUSIVE}, set()),
    "enable_row_security": ({"": EXCLUSIVE}, BREAKS),
    "comment_on_table": ({"": SHARE_UPDATE}, set()),
    "grant_on_table": ({}, set()),
    "create_statistics": ({"": SHARE_UPDATE}, set()),
    "cluster_on": ({"": SHARE_UPDATE}, set()),
    "replica_identity": ({"": EXCLUSIVE}, set()),
    "set_unlogged": ({"": EXCLUSIVE}, REWRITE),
    "attach_partition": ({"": SHARE_UPDATE, "attached": EXCLUSIVE}, SCAN),
    "detach_partition": ({"": EXCLUSIVE, "detached": EXCLUSIVE}, BREAKS),
    "create_partition": (
        {"": EXCLUSIVE, "create_partition_rest": EXCLUSIVE},
        {Hazard.SCAN, Hazard.BLOCKS_READS, Hazard.MAY_FAIL},
    ),
    "drop_table": ({"": EXCLUSIVE, "other": EXCLUSIVE}, LOSS),
    "inherit": ({"": EXCLUSIVE, "other_parent": SHARE_UPDATE}, set()),
    "rename_table": ({"renamed_table": EXCLUSIVE}, BREAKS),
    "publish": ({"": SHARE_UPDATE}, set()),
    "short": ({"of_domain": "SHARE"}, {Hazard.SCAN, Hazard.BLOCKS_WRITES, Hazard.MAY_FAIL}),
    "mood": ({}, set()),
    "described": ({}, set()),
    "alter_sequence": ({"": SHARE_ROW}, set()),
    "replace_view": ({"": EXCLUSIVE}, set()),
    "drop_view": ({"": EXCLUSIVE}, BREAKS),
    "make_anew": ({"": EXCLUSIVE}, BREAKS),
    "alter_materialized_view": ({"": SHARE_UPDATE}, set()),
}


class Planned(NamedTuple):
    """The plan from one schema to the other, with its effects."""

    before: Built
    after: Built
    statements: list[PlannedStatement]


@pytest.fixture(scope="module")
def planned(newest_server_with_roles: str) -> Iterator[Planned]:
    """The plan for the files beside this one."""
    server = Server(parse_url(newest_server_with_roles), makes_roles=False)
    texts = [(HERE / name).read_text() for name in ("effects.sql", "effects_after.sql")]
    one, other = (Script("schema", (SqlText("schema", text),)) for text in texts)
    renames = read_directives([SchemaFile("schema", texts[1])]).renames
    with build(one, server) as before, build(other, server) as after:
        wishes = Wishes(renames=renames, effects=True)
        proof = prove(before.snapshot, after.snapshot, before.copy, wishes=wishes, take=before.take)
        assert proof.holds
        yield Planned(before, after, list(proof.statements))


@pytest.mark.parametrize("name", EXPECTED)
def test_effects_are_those_of_the_manual(name: str, planned: Planned) -> None:
    relation = f"public.{name}"
    own = [
        each.statement
        for each in planned.statements
        if re.search(rf"{relation}\b", each.statement.sql)
        or relation in {lock.relation for lock in each.statement.locks}
    ]
    assert own, "the plan has no statement for it"
    locks, hazards = EXPECTED[name]
    wanted = {f"public.{relation or name}": mode for relation, mode in locks.items()}
    first = next((each for each in own if each.locks), own[0])
    assert {lock.relation: lock.mode for lock in first.locks} == wanted, first.sql
    assert first.hazards == hazards, first.sql


def test_others_see_the_lock_that_is_told_of_a_concurrent_index(
    planned: Planned,
) -> None:
    before = planned.before
    create = next(each for each in planned.statements if "INDEX new" in each.statement.sql)
    (gentle,) = online([create], before.snapshot, planned.after.snapshot)
    assert gentle.statement.locks == (Lock("public.create_index", SHARE_UPDATE),)
    query = "select mode from pg_locks where relation = 'create_index'::regclass and pid = %s"
    with before.copy() as reader, connect(reader_url(before, reader)) as builder:
        # A transaction that has used the table is what the index has to wait for.
        with reader.transaction():
            reader.execute("lock table create_index in row exclusive mode")
            pid = builder.info.backend_pid
            thread = threading.Thread(target=builder.execute, args=[gentle.statement.sql.encode()])
            thread.start()
            modes = wait_for(lambda: reader.execute(query, [pid]).fetchall())
        thread.join()
    assert modes == [("ShareUpdateExclusiveLock",)]


def reader_url(built: Built, connection: psycopg.Connection[Any]) -> DatabaseUrl:
    """The database of the connection."""
    return built.url.with_database(connection.info.dbname)


def wait_for(look: Callable[[], list[Any]]) -> list[Any]:
    """What is seen as soon as something is."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    return []


def test_what_does_not_run_by_itself_stays_as_it_is(planned: Planned) -> None:
    before, after, (first, second, *_) = planned
    broken = replace(first, statement=Statement("alter table nowhere add column a int"))
    seen = with_effects([broken, second], before.snapshot, after.snapshot, before.copy)
    assert [each.statement for each in seen] == [broken.statement, second.statement]
