"""What a change of a column's type is said to do to values is what PostgreSQL does to them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from pgplumb.planner.handlers.type_changes import hazards_of, using
from pgplumb.planner.statement import Hazard

BREAKS = {Hazard.BREAKS_CODE}
FAILS = {Hazard.MAY_FAIL}
LOSES = {Hazard.DATA_LOSS}
HARMLESS: set[Hazard] = set()


@pytest.fixture(scope="module")
def session(server_url: str) -> Iterator[Connection[Any]]:
    """A session whose transactions leave nothing behind."""
    connection: Connection[Any] = psycopg.connect(server_url)
    with connection:
        connection.execute("set search_path to pg_temp")
        yield connection


@pytest.mark.parametrize(
    ("old", "new", "value", "hazards"),
    [
        ("smallint", "integer", "32767", BREAKS),
        ("integer", "numeric", "2147483647", BREAKS),
        ("integer", "text", "2147483647", BREAKS),
        ("real", "double precision", "0.5", BREAKS),
        ("date", "timestamp with time zone", "2026-11-21", BREAKS),
        ("character varying(5)", "character varying(6)", "abcde", HARMLESS),
        ("character varying(5)", "character varying", "abcde", HARMLESS),
        ("numeric(4,2)", "numeric(6,3)", "12.34", HARMLESS),
        ("numeric(4,2)", "numeric", "12.34", HARMLESS),
        ("time(2) without time zone", "time(4) without time zone", "00:00:00.12", HARMLESS),
        ("bigint", "integer", "2147483648", FAILS | BREAKS),
        ("text", "integer", "x", FAILS | BREAKS),
        ("text", "character varying(3)", "abcd", FAILS | BREAKS),
        ("text[]", "character varying(3)[]", "{abcd}", FAILS | BREAKS),
        ("integer", "character varying(3)", "1234", FAILS | BREAKS),
        ("character varying(5)", "character varying(3)", "abcd", FAILS),
        ("numeric(6,2)", "numeric(4,2)", "1234.56", FAILS),
        ("numeric(6,2)", "numeric(6,1)", "12.34", LOSES | FAILS),
        ("numeric", "numeric(6,1)", "12.34", LOSES | FAILS),
        ("numeric", "integer", "12.34", LOSES | FAILS | BREAKS),
        ("numeric", "double precision", "12345678901234567.89", LOSES | FAILS | BREAKS),
        ("double precision", "real", "0.123456789012", LOSES | FAILS | BREAKS),
        ("timestamp with time zone", "date", "2026-11-21 12:00:00+00", LOSES | FAILS | BREAKS),
        ("time(6) without time zone", "time(0) without time zone", "00:00:00.5", LOSES),
    ],
)
def test_values_of_another_type(
    old: str, new: str, value: str, hazards: set[Hazard], session: Connection[Any]
) -> None:
    assert hazards_of(old, new) == hazards
    cast = f" using v::{new}" if using(old, new) else ""
    with session.transaction(force_rollback=True):
        session.execute(f"create table t as select '{value}'::{old} as v".encode())
        change = f"alter table t alter v type {new}{cast}".encode()
        if Hazard.MAY_FAIL in hazards and Hazard.DATA_LOSS not in hazards:
            with pytest.raises(psycopg.DataError):
                session.execute(change)
            return
        session.execute(change)
        query = f"select v::{old} = '{value}'::{old} from t"  # noqa: S608  types can't be parameters
        back = session.execute(query.encode()).fetchone()
        assert back == (Hazard.DATA_LOSS not in hazards,)
