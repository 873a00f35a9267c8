"""What generated code writes it reads back: every type that psycopg maps, and the schema's own.

On synchronous and asynchronous connections, with results and parameters in text and in binary.
"""

import datetime
import importlib
import inspect
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Network
from itertools import product
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.adapt import PyFormat
from psycopg.rows import dict_row
from psycopg.types.json import Json, Jsonb
from psycopg.types.multirange import Multirange
from psycopg.types.numeric import Float4, Int2, Int4, Int8
from psycopg.types.range import Range

from .conftest import Connect, Packages

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
    "some_citext": [["A", ""], [None, "b"]],
    "some_uuid": [],
    "some_jsonb": [{"a": 1}, None, [1]],
    "some_date": [datetime.date(2026, 1, 1)],
    "some_int8range": [Range(1, 2), Range(empty=True)],
    "some_bytea": [b"\x00\\"],
    "some_hstore": [{"a,b": "{c}"}, None, {}],
    "a_tsquery": "'cat' & 'dog'",
    "a_box": "(1,1),(0,0)",
    "a_regclass": "pg_class",
    "a_jsonpath": '$."a"',
}

# Types that are used less often, and arrays of what stands alone above.
MORE: dict[str, Any] = {
    "a_line": "{1,-1,0}",
    "an_lseg": "[(0,0),(1,1.5)]",
    "a_path": "[(0,0),(1,1),(2,0)]",
    "a_polygon": "((0,0),(1,1),(2,0))",
    "a_circle": "<(0,0),1.5>",
    "a_macaddr8": "08:00:2b:01:02:03:04:05",
    "an_xid": "4294967295",
    "an_xid8": "18446744073709551615",
    "a_cid": "7",
    "a_tid": "(1,2)",
    "a_snapshot": "10:20:10,14,15",
    "a_byte": "x",
    "a_cursor": "a cursor",
    "an_int2vector": "1 -2 3",
    "an_oidvector": "23 4294967295",
    "a_regproc": "now",
    "a_regprocedure": "abs(integer)",
    "a_regoper": "||/",
    "a_regoperator": "+(integer,integer)",
    "a_regtype": "timestamp with time zone",
    "a_regrole": "pg_monitor",
    "a_regnamespace": "pg_catalog",
    "a_regconfig": "english",
    "a_regdictionary": "simple",
    "a_regcollation": '"C"',
    "an_lquery": "a.*{1,2}.!b",
    "an_ltxtquery": "a & !b",
    "a_cube": "(1, 2),(3, 4)",
    "a_seg": "1.5 .. 2.50",
    "an_int8multirange": Multirange([Range(-(2**63), 0), Range(5, None)]),
    "a_nummultirange": Multirange([Range(Decimal("0.50"), Decimal(1), "[]")]),
    "a_datemultirange": Multirange([Range(datetime.date(2026, 1, 1), datetime.date(2026, 2, 1))]),
    "a_tsmultirange": Multirange([Range(None, NAIVE, "()")]),
    "some_int4": [-(2**31), None],
    "some_oid": [2**32 - 1],
    "some_float8": [1e-300, float("inf"), None],
    "some_money": ["$1,234.50", None],
    "some_varchar": ["", '"', None],
    "some_char": ["a ", None],
    "some_name": ["{a,b}"],
    "some_time": [datetime.time(23, 59, 59, 999999), None],
    "some_timetz": [SAMPLE["a_timetz"]],
    "some_timestamp": [NAIVE, None],
    "some_timestamptz": [START, None],
    "some_interval": [SAMPLE["an_interval"], None, datetime.timedelta()],
    "some_inet": [IPv4Interface("10.1.2.3/8"), IPv4Address("10.1.2.3"), None],
    "some_cidr": [IPv6Network("2001:db8::/32"), IPv4Network("10.0.0.0/8")],
    "some_macaddr": ["08:00:2b:01:02:03", None],
    "some_macaddr8": ["08:00:2b:01:02:03:04:05"],
    "some_bit": ["101", None],
    "some_varbit": ["", "1"],
    "some_json": [{"a": [1, None]}, None, "x"],
    "some_point": ["(1,2)", None],
    # The one type whose arrays have another delimiter than the comma.
    "some_box": ["(1,1),(0,0)", "(3,3),(2,2)", None],
    "some_tsvector": ["'a cat':1 'it''s':2", None],
    "some_tsquery": ["'cat' & 'dog'", None],
    "some_pg_lsn": ["16/B374D848"],
    "some_regclass": ["pg_class", None],
    "some_ltree": ["a.b", ""],
    "some_numrange": [Range(Decimal("0.5"), None), Range(empty=True), None],
    "some_daterange": [SAMPLE["a_daterange"]],
    "some_tsrange": [Range(NAIVE, None), None],
    "some_tstzrange": [SAMPLE["a_tstzrange"], None],
    "some_nummultirange": [Multirange([Range(Decimal(1), Decimal(2))]), Multirange([]), None],
    "some_datemultirange": [Multirange([SAMPLE["a_daterange"]])],
    "some_cube": ["(1, 2),(3, 4)", None],
}

Queries = Callable[[str], Any]


def without_nan(values: dict[str, Any]) -> str:
    """A text to compare by: NaN is not equal to itself, and says so inside a Decimal too."""
    return repr(values)


# What psycopg can send in both formats; a list, a range or a wrapper is as what it holds.
SENT_IN_BOTH = (
    *(bool, int, float, bytes, Decimal, UUID, list, Range, Multirange, Json, Jsonb),
    *(Int2, Int4, Int8, Float4, IPv4Interface, IPv6Network),
    *(datetime.date, datetime.time, datetime.datetime, datetime.timedelta),
)
# Whose form in Python is the text that PostgreSQL sends, or differs between the two formats.
READ_AS_TEXT = {
    *("a_float4", "some_float4", "a_money", "a_macaddr", "a_bit", "a_varbit", "a_point", "a_box"),
    *("a_tsvector", "a_tsquery", "a_pg_lsn", "an_ltree", "a_regclass", "a_jsonpath"),
}
COLUMNS = "\n".join(f"-- name: Get_{name} :one\nselect {name} from sample;\n" for name in SAMPLE)
THINGS = """
-- name: EachThing :many
-- stream: 1
select * from thing order by id;
-- name: FindThings :batchmany
select * from thing where id = @id;
-- name: FirstThing :one
-- no-rows: raise
select * from thing where id = 1;
"""


@dataclass
class Called:
    """A query module, whose functions are called alike on both kinds of connection."""

    query: Any
    conn: Any

    async def __call__(self, name: str, *arguments: object, **named: object) -> Any:
        """What the function called `name` gives; of a stream all that it gives."""
        result = getattr(self.query, name)(self.conn, *arguments, **named)
        if inspect.isasyncgen(result):
            return [row async for row in result]
        if inspect.isgenerator(result):
            return list(result)
        return await result if inspect.isawaitable(result) else result


WAYS = [
    pytest.param(*way, id=f"{way[0]}-{way[1]}-results-{way[2].name.lower()}-parameters")
    for way in product(["sync", "async"], ["text", "binary"], [PyFormat.TEXT, PyFormat.BINARY])
]
Open = Callable[..., Any]


@pytest.fixture
def calls(packages: Packages, connect: Connect, connect_async: Callable[[str], Any]) -> Open:
    """Opens a connection to a case's database; gives its query module in one of the WAYS."""

    @asynccontextmanager
    async def opened(
        case: str, kind: str, results: str, parameters: PyFormat, queries: str = ""
    ) -> AsyncGenerator[Called]:
        package = packages(case, f"binary: {str(results == 'binary').lower()}", queries)
        if kind == "sync":
            conn = connect(case)
            prefer(conn, parameters)
            yield Called(importlib.import_module(f"{package}.sync.query"), conn)
            return
        async with connect_async(case) as conn:
            prefer(conn, parameters)
            yield Called(importlib.import_module(f"{package}.query"), conn)

    return opened


def prefer(conn: Any, parameters: PyFormat) -> None:
    """Have psycopg send parameters in this format."""
    for each in SENT_IN_BOTH:
        conn.adapters.register_dumper(each, conn.adapters.get_dumper(each, parameters))


@pytest.mark.anyio
@pytest.mark.parametrize(("kind", "results", "parameters"), WAYS)
async def test_every_type_comes_back_as_it_went(
    calls: Open, kind: str, results: str, parameters: PyFormat
) -> None:
    async with calls("types", kind, results, parameters, COLUMNS) as call:
        row = await call("insert_sample", **SAMPLE)
        assert without_nan(row.__dict__) == without_nan(SAMPLE)
        for name, value in SAMPLE.items():
            assert repr(await call(f"get_{name}")) == repr(value), name
            is_binary = getattr(call.query, f"GET_{name.upper()}").binary
            assert is_binary == (results == "binary" and name not in READ_AS_TEXT), name
        assert await call("has_int8", element=Range(-(2**63), 0)) is True
        assert await call("find_by_array", some_int8=[1, 2]) == [-(2**63)]
        assert await call("find_by_element", any_of=[2, 3], real=0.5) == []
        assert await call("copy_samples", [call.query.CopySamplesRow(**SAMPLE)]) == 1
        for row in await call("list_samples"):
            assert without_nan(row.__dict__) == without_nan(SAMPLE)


@pytest.mark.anyio
@pytest.mark.parametrize(("kind", "results", "parameters"), WAYS)
async def test_rarer_types_and_arrays_come_back_as_they_went(
    calls: Open, kind: str, results: str, parameters: PyFormat
) -> None:
    columns = "".join(f"-- name: Get_{name} :one\nselect {name} from sample;\n" for name in MORE)
    async with calls("more_types", kind, results, parameters, columns) as call:
        row = await call("insert_sample", **MORE)
        assert without_nan(row.__dict__) == without_nan(MORE)
        for name, value in MORE.items():
            assert repr(await call(f"get_{name}")) == repr(value), name
        assert await call("copy_samples", [call.query.CopySamplesRow(**MORE)]) == 1
        for row in await call("list_samples"):
            assert without_nan(row.__dict__) == without_nan(MORE)
        made = await call("polymorphic")
        assert made.appended == [*MORE["some_int4"], 7]
        assert made.element == MORE["a_tsmultirange"]
        assert made.greatest == MORE["some_time"]
        assert made.unnested == MORE["a_nummultirange"][0]
        assert made.merged == MORE["a_datemultirange"][0]
        assert (made.place, made.least) == (None, SAMPLE["an_interval"])
        nothing = await call("say_nothing")
        assert (nothing.nothing, nothing.anonymous) == (None, ("1", None, "x"))


@pytest.mark.anyio
@pytest.mark.parametrize(("kind", "results", "parameters"), WAYS)
async def test_own_types_come_back_as_models(
    calls: Open, kind: str, results: str, parameters: PyFormat
) -> None:
    async with calls("own_types", kind, results, parameters, THINGS) as call:
        query = call.query
        values = thing(query)
        row = await call("create_thing", **values)
        assert {name: value for name, value in row.__dict__.items() if name != "id"} == values
        assert query.CREATE_THING.binary == (results == "binary")
        assert await call("find_by_shape", shape=values["shape"], shapes=[]) == [1]
        assert await call("find_by_shape", shape=None, shapes=[values["shape"]]) == [1]
        [corners] = await call("corners")
        assert corners.corners == values["shape"].corners
        assert corners.all_moods == [values["mood"]]
        assert (await call("a_shape")).corners[0].z == Decimal(3)
        for found in (
            await call("list_things"),
            await call("each_thing"),
            await call("stream_each_thing"),
            [await call("first_thing")],
            *(await call("find_things", [query.FindThingsItem(id=1)])),
        ):
            assert found == [row]
        changes: dict[str, Any] = {"mood": None, "shape": None, "shapes": [], "moods": []}
        row = await call("create_thing", **(values | changes))
        assert (row.mood, row.shape, row.shapes, row.moods) == (None, None, [], [])


@pytest.mark.anyio
@pytest.mark.parametrize(("kind", "results", "parameters"), WAYS)
async def test_vectors_come_back_as_they_went(
    calls: Open, kind: str, results: str, parameters: PyFormat
) -> None:
    values = {
        "embedding": [1e-5, -2.5, 0.1],
        "half": [1.0, 0.5, -0.1],
        "embeddings": [[1.0], None, [1e-5, 2.0]],
    }
    async with calls("vectors", kind, results, parameters) as call:
        row = await call("create_document", **values)
        # A half has three digits or so.
        assert row.__dict__ == values | {"id": 1, "half": [1.0, 0.5, pytest.approx(-0.1, abs=1e-4)]}
        copied = call.query.CopyDocumentsRow(**(values | {"half": None}))
        assert await call("copy_documents", [copied]) == 1
        nearest = await call("find_nearest", wanted=(0.0, -2.5, 0.1))
        assert [each.document.half for each in nearest] in ([row.half, None], [None, row.half])
        assert nearest[0].distance == pytest.approx(1e-5)


# What PostgreSQL makes and no parameter from Python would be.
MADE_BY_POSTGRESQL = {
    "interval": ["1 year 2 mons", "-13 mons +1 day", "1 mon -1 day 00:00:00.000001"],
    "numeric": ["1.50", "-0.00", "1e-20", "NaN", "Infinity", "-Infinity", "1" * 30 + ".0"],
    "float8": ["NaN", "-Infinity", "-0", "5e-324", "0.1"],
    "inet": ["10.1.2.3", "10.1.2.3/8", "::1", "fe80::1/64"],
    "timetz": ["01:02:03+05:45", "00:00:00-15:59", "12:00:00.5+01:02:03"],
    "timestamptz": ["0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00"],
    "json": [' {"a" : 1e3, "a": null} ', "null", "1" * 20],
    "int4[]": ["[0:1]={1,NULL}", "{}"],
    "mood[]": ["[0:1]={sad,NULL}", "{}"],
    "point_3d[]": ['{"(1,,3)",NULL,"(,,)","(NaN,Infinity,NaN)"}'],
    "shape": ['(,"{}",sad,"{a,\\"\\",NULL}",1,)', "(,,,,,)"],
    "numrange": ["empty", "(,)", "[1.50,1.50]"],
    "float_range": ["empty", "(,)", "[-1e300,NaN)"],
    "float_multirange": ["{}", "{(,1),[2,3)}"],
    "text": ["", "\\x00"],
    "char(5)": ["a"],
    "oid": ["4294967295"],
}


def test_both_formats_say_the_same_of_what_postgresql_makes(
    packages: Packages, connect: Connect
) -> None:
    literals = [(type_, each) for type_, all_ in MADE_BY_POSTGRESQL.items() for each in all_]
    queries = "".join(
        f"-- name: Made{number} :one\nselect 1 as one, $literal${each}$literal$::{type_} as made;\n"
        for number, (type_, each) in enumerate(literals)
    )
    conn = connect("own_types")
    text = importlib.import_module(f"{packages('own_types', '', queries)}.sync.query")
    binary = importlib.import_module(f"{packages('own_types', 'binary: true', queries)}.sync.query")

    for number, literal in enumerate(literals):
        assert getattr(binary, f"MADE{number}").binary
        made = [getattr(module, f"made{number}")(conn).made for module in (text, binary)]
        assert repr(made[0]) == repr(made[1]), literal


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_in_binary_the_session_s_styles_do_not_matter(calls: Open, kind: str) -> None:
    styles = "set datestyle = 'German'; set intervalstyle = 'iso_8601'; set bytea_output = 'escape'"
    async with calls("types", kind, "binary", PyFormat.BINARY, COLUMNS) as call:
        await call("insert_sample", **SAMPLE)
        setting = call.conn.execute(styles)
        if kind == "async":
            await setting
        for name in ("a_date", "a_timestamp", "a_timestamptz", "an_interval", "a_tstzrange"):
            assert await call(f"get_{name}") == SAMPLE[name]
        assert await call("get_some_bytea") == SAMPLE["some_bytea"]


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_settings_of_the_connection_change_nothing(calls: Open, kind: str) -> None:
    async with calls("own_types", kind, "binary", PyFormat.BINARY, THINGS) as call:
        is_sync = kind == "sync"
        call.conn.row_factory = dict_row
        call.conn.cursor_factory = psycopg.ClientCursor if is_sync else psycopg.AsyncClientCursor
        call.conn.prepare_threshold = 0
        values = thing(call.query)
        row = await call("create_thing", **values)
        assert await call("stream_each_thing") == await call("list_things") == [row]
        assert await call("find_things", [call.query.FindThingsItem(id=1)]) == [[row]]


def test_copy_writes_what_insert_does(queries: Queries, connect: Connect) -> None:
    query, conn = queries("types"), connect("types")

    assert query.copy_samples(conn, [query.CopySamplesRow(**SAMPLE)] * 2) == 2
    assert query.copy_samples(conn, query.list_samples(conn)) == 2

    rows = query.list_samples(conn)
    assert len(rows) == 4
    for row in rows:
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


def test_own_types_can_be_copied(queries: Queries, connect: Connect) -> None:
    query, conn = queries("own_types"), connect("own_types")
    values = thing(query)

    assert query.copy_things(conn, [query.CopyThingsRow(**values)]) == 1
    assert query.copy_things(conn, query.list_things(conn)) == 1

    for row in query.list_things(conn):
        assert {name: value for name, value in row.__dict__.items() if name != "id"} == values


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
