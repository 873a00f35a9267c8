"""Every kind of object, from each schema of a case to each other one and to nothing.

pg_dump is the second authority: what it shows and the snapshot does not see makes a test fail.
`objects` holds what every server can do, `objects_18` what only the newest can.
"""

from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from pgplumb.planner.difference import differences
from pgplumb.planner.plan import plan
from pgplumb.snapshot.take import take_snapshot

from .states import bring, database, sql_between, state, state_of

HERE = Path(__file__).parent
CASES = sorted((HERE / "objects").iterdir())
NEW_CASES = sorted((HERE / "objects_18").iterdir())
# Each of the three after each other one.
WAY = ("nothing", "old", "new", "old", "nothing", "new", "nothing")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_way_between_schemas(case: Path, server_with_roles: str) -> None:
    _go_every_way(case, server_with_roles)


@pytest.mark.parametrize("case", NEW_CASES, ids=lambda case: case.name)
def test_every_way_with_what_is_new(case: Path, newest_server_with_roles: str) -> None:
    _go_every_way(case, newest_server_with_roles)


def test_collations_of_icu(server_with_roles: str) -> None:
    """Servers are built with ICU or without; those without refuse such a schema outright."""
    case = HERE / "objects_icu"
    with psycopg.connect(server_with_roles) as connection:
        query = "select 1 from pg_collation where collname = 'und-x-icu'"
        built_with_icu = connection.execute(query).fetchone() is not None
    if built_with_icu:
        _go_every_way(case, server_with_roles)
    else:
        with pytest.raises(errors.FeatureNotSupported, match="ICU is not supported"):
            state_of(server_with_roles, (case / "old.sql").read_text())


def _go_every_way(case: Path, server_url: str) -> None:
    scripts = {name: (case / f"{name}.sql").read_text() for name in ("old", "new")}
    states = {"nothing": state_of(server_url, "")}
    states |= {name: state_of(server_url, script) for name, script in scripts.items()}
    with database(server_url) as (url, connection):
        for source, target in pairwise(WAY):
            aim = states[target]
            print(f"-- from {source} to {target}")
            print(sql_between(states[source].snapshot, aim.snapshot))
            bring(connection, aim.snapshot)
            reached = state(url, connection)
            assert differences(reached.snapshot, aim.snapshot) == []
            assert reached.dump == aim.dump
            assert reached.snapshot.digest() == aim.snapshot.digest()
            assert plan(reached.snapshot, aim.snapshot) == []


def test_another_collation_keeps_the_rows(server_with_roles: str) -> None:
    template = """
        create collation mine (locale = '{}');
        create domain word as text collate mine check (value <> '');
        create table t (a text collate mine primary key, b word, c word[], d text[] collate mine);
        create table below () inherits (t);
        create view v as select a, b from t where a < 'x';
    """
    target = state_of(server_with_roles, template.format("POSIX"))
    with database(server_with_roles, template.format("C")) as (_, connection):
        connection.execute("insert into t values ('a', 'b', array['c'], array['d'])")
        connection.execute("insert into below values ('e', 'f', array['g'], array['h'])")
        bring(connection, target.snapshot)
        assert differences(take_snapshot(connection), target.snapshot) == []
        assert connection.execute("select a, b, c::text[], d from t order by a").fetchall() == [
            ("a", "b", ["c"], ["d"]),
            ("e", "f", ["g"], ["h"]),
        ]
