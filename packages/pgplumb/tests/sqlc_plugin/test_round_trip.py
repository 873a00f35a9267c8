"""What generated code writes it reads back: every type that psycopg maps, and the schema's own."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from ipaddress import IPv4Interface, IPv6Network
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from .conftest import Connect

UTC = datetime.UTC
START = datetime.datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=UTC)
NAIVE = START.replace(tzinfo=None)

SAMPLE: dict[str, Any] = {
    "a_bool": True,
    "a_int2": -32768,
    "a_int4": 2**31 - 1,
    "a_int8": -(2**63),
    "a_oid": 2**32 - 1,
    "a_float4": 0.5,
    "a_float8": 1e300,
    "a_numeric": Decimal("12345678901234567890.123456789"),
    "a_money": "$1,234.50",
    "a_text": "a\n\t\\N \"quoted\" 'text' $1 %s größe \N{SNOWMAN}",
    "a_varchar": "",
    "a_char": "ab ",
    "a_name": "name",
    "a_citext": "Mixed Case",
    "a_bytea": bytes(range(256)),
    "a_date": datetime.date(1, 1, 1),
    "a_time": datetime.time(23, 59, 59, 999999),
    "a_timetz": datetime.time(1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=5.75))),
    "a_timestamp": NAIVE,
    "a_timestamptz": START,
    "an_interval": datetime.timedelta(days=-3, seconds=1, microseconds=5),
    "a_uuid": UUID("00000000-0000-4000-8000-000000000001"),
    "an_inet": IPv4Interface("10.1.2.3/8"),
    "a_cidr": IPv6Network("2001:db8::/32"),
    "a_macaddr": "08:00:2b:01:02:03",
    "a_bit": "101",
    "a_varbit": "",
    "a_json": {"a": [1, None, "x"]},
    "a_jsonb": [],
    "a_point": "(1,2)",
    "a_tsvector": "'cat':1",
    "a_pg_lsn": "16/B374D848",
    "an_hstore": {"": "", "a": "1", 'b"c': None},
    "an_ltree": "a.b",
    "an_int4range": Range(1, 5),
    "an_int8range": Range(empty=True),
    "a_numrange": Range(Decimal("0.5"), None, "(]".replace("]", ")")),
    "a_daterange": Range(datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)),
    "a_tsrange": Range(None, NAIVE, "()"),
    "a_tstzrange": Range(START, START + datetime.timedelta(hours=1)),
    "an_int4multirange": Multirange([Range(1, 2), Range(5, 6)]),
    "a_tstzmultirange": Multirange([]),
    "some_bool": [True, None],
    "some_int2": [1],
    "some_int8": [1, 2],
    "some_float4": [0.5],
    "some_numeric": [Decimal("0.1"), Decimal("NaN")],
    "some_text": [["a", 'b"'], [None, "NULL"]],
    "some_citext": ["A", "", None],
    "some_uuid": [],
    "some_jsonb": [{"a": 1}, None, [1]],
    "some_date": [datetime.date(2026, 1, 1)],
    "some_int8range": [Range(1, 2), Range(empty=True)],
    "some_bytea": [b"\x00\\"],
    "a_vector": [1.0, -2.5, 0.0],
    "some_hstore": [{"a,b": "{c}"}, None, {}],
    "some_vector": [[1.0], None, [1e-5, 2.0]],
    "a_tsquery": "'cat' & 'dog'",
    "a_box": "(1,1),(0,0)",
    "a_regclass": "pg_class",
    "a_jsonpath": '$."a"',
}

Queries = Callable[[str], Any]


def without_nan(values: dict[str, Any]) -> str:
    """A text to compare by: NaN is not equal to itself, and says so inside a Decimal too."""
    return repr(values)


def test_every_type_comes_back_as_it_went(queries: Queries, connect: Connect) -> None:
    query, conn = queries("types"), connect("types")

    row = query.insert_sample(conn, **SAMPLE)

    assert without_nan(row.__dict__) == without_nan(SAMPLE)
    assert query.has_int8(conn, element=Range(-(2**63), 0)) is True
    assert query.find_by_array(conn, some_int8=[1, 2]) == [-(2**63)]
    found = query.find_by_element(conn, any_of=[2, 3], real=0.5)
    assert found == []


@pytest.mark.anyio
async def test_every_type_on_an_asynchronous_connection(
    async_queries: Queries, connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("types")
    async with connect_async("types") as conn:
        row = await query.insert_sample(conn, **SAMPLE)
        assert without_nan(row.__dict__) == without_nan(SAMPLE)
        assert await query.copy_samples(conn, [query.CopySamplesRow(**SAMPLE)]) == 1
        for row in await query.list_samples(conn):
            assert without_nan(row.__dict__) == without_nan(SAMPLE)


@pytest.mark.anyio
async def test_own_types_on_an_asynchronous_connection(
    async_queries: Queries, connect_async: Callable[[str], Any]
) -> None:
    query = async_queries("own_types")
    values = thing(query)
    async with connect_async("own_types") as conn:
        row = await query.create_thing(conn, **values)
        assert {name: value for name, value in row.__dict__.items() if name != "id"} == values
        assert await query.copy_things(conn, [query.CopyThingsRow(**values)]) == 1
        assert [each.shape for each in await query.list_things(conn)] == [values["shape"]] * 2


def test_copy_writes_what_insert_does(queries: Queries, connect: Connect) -> None:
    query, conn = queries("types"), connect("types")

    assert query.copy_samples(conn, [query.CopySamplesRow(**SAMPLE)] * 2) == 2

    for row in query.list_samples(conn):
        assert without_nan(row.__dict__) == without_nan(SAMPLE)


def test_the_types_of_expressions_are_postgresql_s(queries: Queries, connect: Connect) -> None:
    query, conn = queries("types"), connect("types")

    empty = query.expressions(conn)
    assert (empty.samples, empty.longest, empty.average, empty.numbers) == (0, "none", None, None)
    query.insert_sample(conn, **SAMPLE)
    row = query.expressions(conn)
    assert isinstance(row.average, Decimal)
    assert row.latest == START
    assert isinstance(row.age, datetime.timedelta)
    assert row.total == Decimal(-(2**63))
    assert row.anonymous == ("1", "a")
    assert row.numbers == [2**31 - 1]


def thing(query: Any) -> dict[str, Any]:
    models, enums = query.models, query.enums
    corner = models.Point3d(x=1.5, y=None, z=Decimal("2.50"))
    shape = models.Shape(
        name='a "name", with (brackets) and \\',
        corners=[corner, None],
        mood=enums.Mood.HAPPY,
        tags=["a,b", '"', "", "NULL", None],
        size=7,
        made_on=datetime.date(2026, 11, 21),
    )
    nothing = models.Shape(name=None, corners=None, mood=None, tags=None, size=None, made_on=None)
    return {
        "mood": enums.Mood.SAD,
        "moods": [enums.Mood.SAD, None, enums.Mood.HAPPY],
        "amount": 5,
        "amounts": [1, None],
        "code": "",
        "shape": shape,
        "shapes": [shape, None, nothing],
        "speeds": Range(0.5, None),
        "many_speeds": Multirange([Range(0.5, 1.5)]),
        "some_speeds": [Range(empty=True), None, Range(1.0, 2.0, "[]")],
    }


def test_own_types_come_back_as_models(queries: Queries, connect: Connect) -> None:
    query, conn = queries("own_types"), connect("own_types")
    values = thing(query)

    row = query.create_thing(conn, **values)

    assert {name: value for name, value in row.__dict__.items() if name != "id"} == values
    assert query.find_by_shape(conn, shape=values["shape"], shapes=[]) == [1]
    assert query.find_by_shape(conn, shape=None, shapes=[values["shape"]]) == [1]
    [corners] = query.corners(conn)
    assert corners.corners == values["shape"].corners
    assert corners.all_moods == [values["mood"]]
    assert query.a_shape(conn).corners[0].z == Decimal(3)


def test_own_types_can_be_copied(queries: Queries, connect: Connect) -> None:
    query, conn = queries("own_types"), connect("own_types")
    values = thing(query)

    assert query.copy_things(conn, [query.CopyThingsRow(**values)]) == 1

    [row] = query.list_things(conn)
    assert {name: value for name, value in row.__dict__.items() if name != "id"} == values


def test_null_in_every_nullable_column(queries: Queries, connect: Connect) -> None:
    query, conn = queries("own_types"), connect("own_types")
    changes: dict[str, Any] = {"mood": None, "code": "x", "shape": None, "shapes": [], "moods": []}

    row = query.create_thing(conn, **(thing(query) | changes))

    assert (row.mood, row.shape, row.shapes, row.moods) == (None, None, [], [])


def test_an_outer_join_that_finds_nothing_gives_none(queries: Queries, connect: Connect) -> None:
    query, conn = queries("embeds"), connect("embeds")
    conn.execute("insert into author values (1, 'Ada', null)")
    conn.execute("insert into book values (1, 1, null, 'With'), (2, null, null, 'Without')")

    rows = query.books_with_perhaps_authors(conn)

    assert [row.author and row.author.name for row in rows] == ["Ada", None]
    [both] = query.books_with_both(conn)
    assert (both.title, both.writer.name, both.editor) == ("With", "Ada", None)


def test_odd_names_work(queries: Queries, connect: Connect) -> None:
    query, conn = queries("names"), connect("names")
    texts = dict.fromkeys(["class", "from", "copy", "schema", "model_config", "_private"], "x")
    row = [1, *texts.values(), "y", 2, 3, ["l"], "s", 4, START, START.date(), UUID(int=1), "!"]
    places = sql.SQL(", ").join(sql.Placeholder() * len(row))
    conn.execute(sql.SQL('insert into "Order" values ({})').format(places), row)

    [order] = query.list(conn)

    assert (order.class_, order.two_words, order.größe) == ("x", "y", 2)
    assert (order.list, order.int) == (["l"], 4)
    assert query.get_order(conn, from_="x", list_=["l"], self_=1, conn_="s") == order
    assert order.model_dump(by_alias=True)["class"] == "x"
    assert [str(state) for state in query.list_states(conn)][:2] == ["in progress", "done!"]


def test_each_command_does_what_sqlc_says(queries: Queries, connect: Connect) -> None:
    query, conn = queries("commands"), connect("commands")

    rows = [query.CopyItemsRow("a", None), query.CopyItemsRow("b", "n")]
    assert query.copy_items(conn, rows) == 2
    assert query.get_name(conn, id=1) == "a"
    assert query.get_name(conn, id=9) is None
    assert query.get_note(conn, id=1) is None
    assert query.rename_item(conn, name="c", note=None, id=2) == 1
    assert query.rename_item(conn, name="c", note=None, id=9) == 0
    assert query.delete_item(conn, id=1) is None
    assert [item.name for item in query.list_items(conn)] == ["c"]
    assert query.notify(conn, channel="c") is None
    assert (query.sleep(conn).pg_sleep, query.sleep(conn).one) == (None, 1)
    formatted = query.format(conn, key="a")
    assert (formatted.text, formatted.has_key, formatted.rest) == ("%s %(a)s ?", True, 3)
