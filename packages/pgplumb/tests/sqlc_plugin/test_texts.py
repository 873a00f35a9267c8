"""What Python can't hold: refused, or read as text where str is chosen."""

import datetime
import importlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.types.datetime import DateLoader
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from .conftest import Connect, Packages

START = datetime.datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=datetime.UTC)
REFUSED = [
    *("'infinity'::date", "'-infinity'::date", "'0044-03-15 BC'::date", "'10000-01-01'::date"),
    *("'infinity'::timestamp", "'-infinity'::timestamp", "'0044-03-15 BC'::timestamp"),
    *("'10000-01-01'::timestamp", "'infinity'::timestamptz", "'-infinity'::timestamptz"),
    *("'0044-03-15 BC'::timestamptz", "'10000-01-01 00:00+00'::timestamptz", "'24:00'::time"),
    *("'24:00+00'::timetz", "'3000000 years'::interval", "array['infinity'::date]"),
    *("daterange('2026-01-01', 'infinity')", "datemultirange(daterange('-infinity', null))"),
]
# Since PostgreSQL 17.
INFINITE_INTERVALS = [
    *("'infinity'::interval", "'-infinity'::interval", "array['infinity'::interval]"),
]


@pytest.mark.parametrize("options", ["binary: false", "binary: true"])
def test_what_python_can_t_hold_is_refused(
    packages: Packages, connect: Connect, options: str
) -> None:
    conn = connect("own_types")
    values = REFUSED + INFINITE_INTERVALS * (conn.info.server_version >= 170000)
    queries = "".join(
        f"-- name: Get{number} :one\nselect 1 as one, {value} as value;\n"
        for number, value in enumerate(values)
    )
    query = importlib.import_module(f"{packages('own_types', options, queries)}.sync.query")
    for number, value in enumerate(values):
        assert getattr(query, f"GET{number}").binary == (options == "binary: true")
        with pytest.raises(psycopg.DataError):
            pytest.fail(f"{value} gives {getattr(query, f'get{number}')(conn)}")


def lease(**changes: object) -> dict[str, Any]:
    return {
        "tenant": "Ada",
        "signed_at": START,
        "expires_at": "infinity",
        "paused_at": [START, None],
        "held": Range(START, None),
        "breaks": Multirange([Range(START, START + datetime.timedelta(1))]),
        "spans": [Range(START, None), None],
        "span": None,
        "due": "infinity",
        "notice": datetime.timedelta(days=30),
        "born": "0044-03-15 BC",
        "rent": "10.50",
    } | changes


@pytest.mark.parametrize("options", ["", "binary: true"])
def test_a_str_is_postgresql_s_text(packages: Packages, connect: Connect, options: str) -> None:
    query = importlib.import_module(f"{packages('as_text', options)}.sync.query")
    conn = connect("as_text")
    rows = [lease(), lease(expires_at="10000-01-01 00:00:00+00", due="2026-11-21", rent=None)]
    signed = [query.sign_lease(conn, **row) for row in rows]

    assert [each.__dict__ for each in signed] == [
        row | {"id": number} for number, row in enumerate(rows, start=1)
    ]
    assert query.list_leases(conn) == list(query.stream_list_leases(conn)) == signed
    assert query.list_ends(conn, expires_at="Infinity") == ["infinity"]
    found = query.find_leases(conn, [query.FindLeasesItem(id=number) for number in (2, 3, 1)])
    assert [each and each.expires_at for each in found] == [rows[1]["expires_at"], None, "infinity"]
    # Of the same type as a text in the same query, and no text.
    assert found[0].signed_at == START
    assert isinstance(found[0].seen_at, datetime.datetime)
    assert query.list_born(conn)[0].born == "0044-03-15 BC"
    latest = query.latest(conn)
    assert (latest.latest, latest.signed) == ("infinity", START)
    copied = query.CopyLeasesRow("Bob", START, "-infinity", "7")
    assert query.copy_leases(conn, [copied]) == 1
    assert (query.list_leases(conn)[2].expires_at, query.list_leases(conn)[2].rent) == (
        "-infinity",
        "7.00",
    )
    founding = query.create_founding(
        conn, place="Rome", founded="0753-04-21 BC", chartered=None, lasting="2778 years"
    )
    assert (founding.founded, founding.lasting) == ("0753-04-21 BC", "2778 years")
    conn.execute("update lease set span = (null, 'infinity', null)")
    with pytest.raises(psycopg.DataError):
        query.list_leases(conn)
    if conn.info.server_version >= 170000:
        conn.execute("update lease set span = (null, null, 'infinity')")
        with pytest.raises(psycopg.DataError):
            query.list_leases(conn)


@pytest.mark.anyio
async def test_a_str_on_an_asynchronous_connection(
    async_queries: Callable[[str], Any], connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("as_text")
    async with connect_async("as_text") as conn:
        signed = await query.sign_lease(conn, **lease())
        assert signed.__dict__ == lease(id=1)
        assert await query.list_leases(conn) == [signed]
        assert [row async for row in query.stream_list_leases(conn)] == [signed]
        [found] = await query.find_leases(conn, [query.FindLeasesItem(id=1)])
        assert (found.expires_at, found.signed_at) == ("infinity", START)


def test_a_text_that_is_chosen_for_a_type_goes_into_its_arrays_and_ranges(
    packages: Packages, connect: Connect
) -> None:
    options = "overrides: [{pg_type: timestamptz, py_type: str}, {pg_type: numeric, py_type: str}]"
    query = importlib.import_module(f"{packages('own_types', options, SPANS)}.sync.query")
    conn = connect("own_types")

    row = query.spans(conn, held=Range("2026-01-01 00:00:00+00", "infinity"), ats=["-infinity"])

    assert row.held == Range("2026-01-01 00:00:00+00", "infinity")
    assert row.all_held == [Range(None, "infinity"), None]
    assert row.ats == ["-infinity", None]
    assert row.price == Range("1.50", "3")
    assert query.find_thing_by_price(conn, price="1.50") == ["1.50"]
    # Inside composites PostgreSQL's own types stay.
    assert query.a_shape(conn).corners[0].z == Decimal(3)


SPANS = """
-- name: Spans :one
select @held::tstzrange as held, array_append(@ats::timestamptz[], null) as ats,
    array[tstzrange(null, 'infinity'), null] as all_held, numrange(1.50, 3) as price;
-- name: FindThingByPrice :many
select @price::numeric;
"""


def test_a_loader_of_yours_on_the_connection_is_used(packages: Packages, connect: Connect) -> None:
    class EndlessLoader(DateLoader):
        def load(self, data: Any) -> datetime.date:
            return datetime.date.max if bytes(data) == b"infinity" else super().load(data)

    text = "-- name: Never :one\nselect 'infinity'::date as day;\n"
    query = importlib.import_module(f"{packages('own_types', '', text)}.sync.query")
    conn = connect("own_types")
    conn.adapters.register_loader("date", EndlessLoader)

    assert query.never(conn) == datetime.date.max
