"""Datetimes with a time zone where the type has none, and the other way round."""

import datetime
from collections.abc import AsyncIterator, Callable
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from .conftest import Connect

AWARE = datetime.datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Kathmandu"))
NAIVE = datetime.datetime(2026, 11, 21, 8, 30)
FITTING: dict[str, Any] = {
    "id": 1,
    "local_at": NAIVE,
    "moment": AWARE,
    "clock_time": NAIVE.time(),
    "zoned_time": NAIVE.time().replace(tzinfo=datetime.UTC),
    "due": NAIVE,
    "local_ats": [NAIVE, None],
    "moments": [AWARE, None],
    "span": Range(NAIVE, None),
    "spans": Multirange([Range(NAIVE, None)]),
    "many_spans": [Range(None, NAIVE), None],
}
TIMES = ("id", "local_at", "moment", "clock_time", "due")


@pytest.fixture
def query(queries: Callable[[str], Any]) -> Any:
    return queries("time_zones")


@pytest.fixture
def conn(connect: Connect) -> psycopg.Connection:
    """A connection whose session is in New York."""
    connection = connect("time_zones")
    connection.execute("set timezone = 'America/New_York'")
    return connection


def test_what_fits_comes_back(query: Any, conn: psycopg.Connection) -> None:
    assert query.create_clock(conn, **FITTING).__dict__ == FITTING
    assert query.copy_clocks(conn, [query.CopyClocksRow(**(FITTING | {"id": 2}))]) == 1
    times = {name: FITTING[name] for name in TIMES} | {"id": 3}
    nothing = dict.fromkeys(TIMES) | {"id": 4}
    assert "binary" in query.COPY_TIMES.sql
    assert query.copy_times(conn, [query.CopyTimesRow(**row) for row in (times, nothing)]) == 2
    assert query.find_clocks(conn, local_at=NAIVE, moment=AWARE) == [1, 2, 3]


def test_a_parameter_is_converted_in_the_session_s_time_zone(
    query: Any, conn: psycopg.Connection
) -> None:
    new_york = ZoneInfo("America/New_York")
    other = FITTING | {"local_at": AWARE, "moment": NAIVE, "due": AWARE}

    row = query.create_clock(conn, **other)

    assert row.local_at == row.due == AWARE.astimezone(new_york).replace(tzinfo=None)
    assert row.moment == NAIVE.replace(tzinfo=new_york)
    assert query.find_clocks(conn, local_at=AWARE, moment=NAIVE) == [1]


WRONG: dict[str, Any] = {
    "local_at": AWARE,
    "moment": NAIVE,
    "clock_time": AWARE.timetz(),
    "zoned_time": NAIVE.time(),
    "due": AWARE,
    "local_ats": [None, AWARE],
    "span": Range(None, AWARE),
    "spans": Multirange([Range(AWARE, None)]),
    "many_spans": [None, Range(AWARE, None)],
}
# In the text of an array or a range PostgreSQL would drop the zone without a word.
WRONG_PARAMETERS = ("local_ats", "span", "spans", "many_spans")


@pytest.mark.parametrize("name", WRONG)
def test_copy_refuses_it_and_names_row_and_column(
    query: Any, conn: psycopg.Connection, name: str
) -> None:
    for copy, row_class, names in (
        (query.copy_clocks, query.CopyClocksRow, tuple(FITTING)),
        (query.copy_times, query.CopyTimesRow, TIMES),
    ):
        if name not in names:
            continue
        rows = [{key: FITTING[key] for key in names} | {"id": number} for number in range(4)]
        rows[2][name] = WRONG[name]
        with pytest.raises(psycopg.DataError, match=f"^{name}: .* time zone") as caught:
            copy(conn, [row_class(**row) for row in rows])
        title = row_class.__name__.removesuffix("Row")
        assert caught.value.__notes__ == [f"{title}: row 2 (counted from 0) failed"]
        assert conn.execute("select count(*) from clock").fetchone() == (0,)


@pytest.mark.parametrize("name", WRONG_PARAMETERS)
def test_a_text_that_would_lose_its_zone_is_refused(
    query: Any, conn: psycopg.Connection, name: str
) -> None:
    with pytest.raises(psycopg.DataError, match=f"^{name}: .* time zone"):
        query.create_clock(conn, **(FITTING | {name: WRONG[name]}))


@pytest.mark.anyio
async def test_copy_on_an_asynchronous_connection(
    async_queries: Callable[[str], Any], connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("time_zones")
    times = [query.CopyTimesRow(number, NAIVE, NAIVE, None, None) for number in range(2)]

    async def late() -> AsyncIterator[Any]:
        yield times[0]._replace(moment=AWARE)
        yield times[1]

    async with connect_async("time_zones") as conn:
        for rows, number in ((times, 0), (late(), 1)):
            with pytest.raises(psycopg.DataError, match="moment: ") as caught:
                await query.copy_times(conn, rows)
            assert caught.value.__notes__ == [f"CopyTimes: row {number} (counted from 0) failed"]
        assert await query.copy_times(conn, [times[0]._replace(moment=AWARE)]) == 1


def test_any_error_of_a_row_names_it(queries: Callable[[str], Any], connect: Connect) -> None:
    query, conn = queries("time_zones"), connect("time_zones")
    row = query.CopyTimesRow(1, None, None, None, None)
    with pytest.raises(OverflowError) as caught:
        query.copy_times(conn, [row, row._replace(id=2**63)])
    assert caught.value.__notes__ == ["CopyTimes: row 1 (counted from 0) failed"]
