import time
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pgplumb.postgres.databases import connect, create_database, drop_database
from pgplumb.postgres.scratch import scratch_database
from pgplumb.urls import parse_url


def databases(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("select datname from pg_database").fetchall()
    return {name for (name,) in rows}


def test_a_scratch_database_is_empty_and_goes_away(empty_database: str) -> None:
    server = parse_url(empty_database)
    with scratch_database(server) as url:
        assert url.database in databases(empty_database)
        with connect(url) as connection:
            connection.execute("create table t (id int)")
            assert connection.execute("show synchronous_commit").fetchone() == ("off",)
        with scratch_database(server, template=url) as copy, connect(copy) as connection:
            assert connection.execute("select count(*) from t").fetchone() == (0,)
        assert copy.database not in databases(empty_database)
    assert url.database not in databases(empty_database)


def test_it_goes_away_after_an_interrupt_while_somebody_is_connected(empty_database: str) -> None:
    made: list[Connection[Any]] = []

    def interrupted() -> None:
        with scratch_database(parse_url(empty_database)) as url:
            made.append(connect(url))
            made[0].execute("begin; create table t (id int)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    name = made[0].info.dbname
    made[0].close()
    assert name.startswith("plumb_shadow_scratch_")
    assert name not in databases(empty_database)


def test_it_goes_away_with_a_subscription_in_it(empty_database: str) -> None:
    with scratch_database(parse_url(empty_database)) as url, connect(url) as connection:
        connection.execute(
            "create subscription s connection 'dbname=nowhere' publication p"
            " with (connect = false, slot_name = 'kept')"
        )
    assert url.database not in databases(empty_database)


def test_what_a_killed_command_left_is_dropped(
    empty_database: str,
) -> None:
    server = parse_url(empty_database)
    old, young = (
        f"plumb_shadow_scratch_{int(time.time()) - age:08x}00000000" for age in (3600, 60)
    )
    with connect(server) as maintenance:
        create_database(maintenance, old)
        create_database(maintenance, young)
        try:
            with connect(server.with_database(old)), scratch_database(server):
                assert old in databases(empty_database), "somebody is connected"
            with scratch_database(server):
                assert old not in databases(empty_database)
                assert young in databases(empty_database)
        finally:
            drop_database(maintenance, young)
            drop_database(maintenance, old)


def test_only_shadow_databases_are_created_or_dropped(empty_database: str) -> None:
    with connect(parse_url(empty_database)) as maintenance:
        for name in ("mine", "plumb", "postgres"):
            with pytest.raises(ValueError, match="not a shadow database"):
                create_database(maintenance, name)
            with pytest.raises(ValueError, match="not a shadow database"):
                drop_database(maintenance, name)
