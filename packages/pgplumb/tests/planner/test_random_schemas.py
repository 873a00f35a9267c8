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

from .databases import Server
from .random_choices import Choices
from .random_making import changed, random_schema
from .trial import Counts, DivergedError, build, rebuild, reduced, rows_for, try_pair

PAIRS = int(os.environ.get("PLUMB_SCHEMA_PAIRS", "20"))
SEED = int(os.environ.get("PLUMB_SCHEMA_SEED", "1"))
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
FOUND = {
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
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(server: Server, name: str) -> None:
    old, new, rows = FOUND[name]
    counts = try_pair(server, rebuild(server, old), rebuild(server, new), rows, dump=True)
    assert counts.refused == 0
    assert counts.rows > 0


def test_many_pairs(server: Server, record_property: Callable[[str, object], None]) -> None:
    counts, started = Counts(), time.monotonic()
    for number in range(PAIRS):
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
    assert counts.statements > 5 * PAIRS
    assert counts.rows > PAIRS
    assert counts.refused < 0.3 * 2 * PAIRS


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


def try_schemas(server: Server, choices: Choices, *, dump: bool) -> Counts:
    """A random schema and another one, there and back. Raises DivergedError with fewer parts."""
    first = random_schema(choices)
    old = build(server, first)
    second = changed(first, choices) if choices.below(4) else random_schema(choices)
    new = build(server, second)
    rows = rows_for(first, choices)
    try:
        return try_pair(server, old, new, rows, dump=dump)
    except DivergedError as error:
        if _is_impossible(error):
            return Counts(pairs=1)
        parts = reduced(server, old.statements, new.statements, rows, error.what)
        for name, statements in zip(("old", "new", "rows"), parts, strict=True):
            error.add_note(f"-- {name}\n" + "".join(f"{each};\n" for each in statements))
        raise
    finally:
        server.drop(old.database)
        server.drop(new.database)


def _is_impossible(error: DivergedError) -> bool:
    """Whether PostgreSQL has no way, and the planner says so: plumb refuses, and writes nothing."""
    return error.what == "no proof" and "part of the partition key of relation" in str(error)
