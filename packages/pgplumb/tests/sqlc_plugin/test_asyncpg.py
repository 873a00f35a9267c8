"""Code for the driver asyncpg gives what code for psycopg gives, of every type and query form."""

import datetime
import importlib
import inspect
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import Any, TypeGuard, cast

import asyncpg
import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel, ValidationError

from .conftest import Connect, Packages
from .test_round_trip import MADE_BY_POSTGRESQL, MORE, SAMPLE, START, thing

Open = Callable[..., AbstractAsyncContextManager[Any]]
NAIVE = START.replace(tzinfo=None)
# Columns whose values asyncpg can't read or write: cases/asyncpg_types and so on lack them.
NOT_CARRIED = {
    "an_int2vector",
    "an_oidvector",
    "some_citext",
    "some_hstore",
    "some_tsvector",
    "some_tsquery",
    "some_ltree",
}


class Called:
    """A query module whose functions are called by name; of a stream all that it gives."""

    def __init__(self, query: Any, conn: Any) -> None:
        self.query, self.conn = query, conn

    async def __call__(self, function: str, *arguments: object, **named: object) -> Any:
        result = getattr(self.query, function)(self.conn, *arguments, **named)
        if inspect.isasyncgen(result):
            return [row async for row in result]
        return await result


def is_range(value: object) -> TypeGuard[Range[Any]]:
    return isinstance(value, Range)


def as_asyncpg(value: Any) -> Any:
    """psycopg's ranges as asyncpg's, wherever they are."""
    if is_range(value):
        return asyncpg.Range(
            value.lower,
            value.upper,
            lower_inc=value.lower_inc,
            upper_inc=value.upper_inc,
            empty=value.isempty,
        )
    if isinstance(value, Multirange | list):
        return [as_asyncpg(each) for each in cast("list[Any]", value)]
    return value


def converted(values: dict[str, Any]) -> dict[str, Any]:
    return {name: as_asyncpg(value) for name, value in values.items() if name not in NOT_CARRIED}


# asyncpg writes the first and the last date as infinity: they are refused.
TYPES = converted(SAMPLE) | {"a_date": datetime.date(1, 1, 2)}
RARER = converted(MORE)
EMPTY: asyncpg.Range[Any] = asyncpg.Range(empty=True)


@pytest.fixture
def opened(packages: Packages, database_of: Callable[[str], str]) -> Open:
    """Opens a connection of asyncpg to a case's database; gives its query module."""

    @asynccontextmanager
    async def made(case: str, queries: str = "") -> AsyncGenerator[Called]:
        options = "" if case.startswith("asyncpg") else "driver: asyncpg"
        package = packages(case, options, queries)
        conn = await asyncpg.connect(database_of(case), server_settings={"timezone": "Asia/Tokyo"})
        try:
            yield Called(importlib.import_module(f"{package}.query"), conn)
        finally:
            await conn.close()

    return made


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("case", "values"), [("asyncpg_types", TYPES), ("asyncpg_more_types", converted(MORE))]
)
async def test_every_type_comes_back_as_it_went(
    opened: Open, case: str, values: dict[str, Any]
) -> None:
    columns = "".join(f"-- name: Get_{name} :one\nselect {name} from sample;\n" for name in values)
    async with opened(case, columns) as call:
        row = await call("insert_sample", **values)
        for name, value in values.items():
            assert repr(getattr(row, name)) == repr(value), name
            assert repr(await call(f"get_{name}")) == repr(value), name
        assert await call("copy_samples", [call.query.CopySamplesRow(**values)]) == 1
        assert [repr(each.__dict__) for each in await call("list_samples")] == [repr(values)] * 2
        row.model_json_schema()


@pytest.mark.anyio
async def test_parameters_are_sent_as_what_the_query_wants(opened: Open) -> None:
    async with opened("asyncpg_types") as call:
        await call("insert_sample", **TYPES)
        assert await call("has_int8", element=asyncpg.Range(-(2**63), 0)) is True
        assert await call("find_by_array", some_int8=(1, 2)) == [-(2**63)]
        assert await call("find_by_element", any_of=[2, 3], real=0.5) == []


@pytest.mark.anyio
async def test_own_types_come_back_as_models(opened: Open) -> None:
    async with opened("asyncpg_own_types") as call:
        values = converted(thing(call.query))
        row = await call("create_thing", **values)
        assert {name: value for name, value in row.__dict__.items() if name != "id"} == values
        assert await call("find_by_shape", shape=values["shape"], shapes=[]) == [1]
        assert await call("find_by_shape", shape=None, shapes=(values["shape"],)) == [1]
        [corners] = await call("corners")
        assert corners.corners == values["shape"].corners
        assert corners.all_moods == [values["mood"]]
        assert (await call("a_shape")).corners[0].z == Decimal(3)
        assert await call("copy_things", [call.query.CopyThingsRow(**values)]) == 1
        first, second = await call("list_things")
        assert first == row
        assert second.model_copy(update={"id": 1}) == row
        nothing: dict[str, Any] = {"mood": None, "shape": None, "shapes": [], "moods": []}
        row = await call("create_thing", **(values | nothing))
        assert (row.mood, row.shape, row.shapes, row.moods) == (None, None, [], [])


@pytest.mark.anyio
async def test_it_says_what_psycopg_says_of_what_postgresql_makes(
    packages: Packages, connect: Connect, opened: Open
) -> None:
    literals = [(type_, each) for type_, all_ in MADE_BY_POSTGRESQL.items() for each in all_]
    # asyncpg 0.32 drops the seconds of an offset.
    literals.remove(("timetz", "12:00:00.5+01:02:03"))
    literals += [("real", each) for each in ("0.1", "1e-45", "3.4028235e38", "-0", "16777216")]
    literals += [("real", each) for each in ("NaN", "Infinity", "8.589973e9")]
    literals += [("point", each) for each in ("(1e15,-1234567890123456)", "(1e16,NaN)", "(-0,.1)")]
    literals += [("path", "((1,2),(3,4))"), ('"char"', ""), ('"char"', "\\344")]
    literals += [("int4multirange[]", '{"{[1,3),[5,7)}","{}",NULL}'), ("pg_lsn", "FFFFFFFF/1")]
    literals += [("int2vector", "1 -2 3"), ("oidvector", ""), ("int2vector[]", '{"1 2",NULL,"3"}')]
    queries = "".join(
        f"-- name: Made{number} :one\nselect $literal${each}$literal$::{type_} as made;\n"
        for number, (type_, each) in enumerate(literals)
    )
    usual = importlib.import_module(f"{packages('own_types', '', queries)}.sync.query")
    conn = connect("own_types")
    async with opened("own_types", queries) as call:
        for number, literal in enumerate(literals):
            expected = as_asyncpg(getattr(usual, f"made{number}")(conn))
            assert repr(await call(f"made{number}")) == repr(expected), literal


@pytest.mark.anyio
async def test_vectors_come_back_as_they_went(opened: Open) -> None:
    values: dict[str, Any] = {
        "embedding": [1e-5, -2.5, 0.1],
        "half": [1.0, 0.5, 0.25],
        "embeddings": [[1.0], None, [1e-5, 2.0]],
    }
    async with opened("vectors") as call:
        row = await call("create_document", **values)
        assert row.__dict__ == values | {"id": 1}
        copied = call.query.CopyDocumentsRow(**(values | {"half": None}))
        assert await call("copy_documents", [copied]) == 1
        nearest = await call("find_nearest", wanted=(0.0, -2.5, 0.1))
        assert nearest[0].distance == pytest.approx(1e-5)


def book(**changes: object) -> dict[str, Any]:
    return {
        "author_id": None,
        "isbn": "978",
        "title": "SQL",
        "price": "9.50",
        "sold_during": asyncpg.Range(START, None),
        "metadata": {"text": "x"},
        "reviews": [{"stars": 5}, None, [1]],
        "labels": {'a"b\\': "c=>d", "": None},
        "ratings": [[0.1, None], [1e-10, 3e38]],
        "place": "(1,2.5)",
        "flags": "0101",
        "seen_at": START,
    } | changes


@pytest.mark.anyio
async def test_each_command_does_what_it_does_with_psycopg(opened: Open) -> None:
    async with opened("asyncpg") as call:
        query = call.query
        row = await call("create_book", **book())
        assert row.__dict__ == book(id=1)
        assert await call("get_book", isbn="978") == row
        assert await call("get_book", isbn="none") is None
        assert await call("get_metadata", id=1) == {"text": "x"}
        assert [found.id for found in await call("find_books", ids=(1, 2))] == [1]
        assert await call("find_isbns", isbns=("978", "")) == [1]
        assert await call("rename", title="New", id=1) == 1
        assert await call("rename", title="New", id=9) == 0
        assert await call("reprice", price=None, id=1) == ("UPDATE 1", 1)
        assert await call("notify", channel="c") is None

        authors = [query.CopyAuthorsRow("Ada", None), query.CopyAuthorsRow("Bo", START.date())]
        assert await call("copy_authors", authors) == 2
        assert query.COPY_BOOKS.table is None, "asyncpg has no binary form of a citext"
        assert await call("copy_books", [query.CopyBooksRow("2", "B", {"text": "y"})]) == 1
        assert [each.isbn for each in await call("stream_list_books")] == ["978", "2"]
        await call.conn.execute("update book set author_id = 2 where isbn = '2'")
        first, second = await call("books_with_authors")
        assert (first.author, first.first_review, first.book.metadata) == (
            *(None, {"stars": 5}),
            {"text": "x"},
        )
        assert (second.author.name, second.author.born) == ("Bo", START.date())
        assert await call("copy_authors", [second.author]) == 1
        assert await call("forget", id=1) is None
        assert [each.id for each in await call("list_books")] == [2]


@pytest.mark.anyio
async def test_batches(opened: Open) -> None:
    async with opened("asyncpg") as call:
        query = call.query
        items = [query.AddAuthorsItem(f"n{number % 2}", None) for number in range(5)]
        assert await call("add_authors", items) is None
        found = await call("get_authors", [query.GetAuthorsItem(number) for number in (5, 9, 1)])
        assert [each and each.id for each in found] == [5, None, 1]
        lists = await call("find_authors", [query.FindAuthorsItem(name) for name in ("n1", "x")])
        assert [[row.id for row in rows] for rows in lists] == [[2, 4], []]
        assert await call("say_nothing", [query.SayNothingItem("c")]) == [None]
        assert await call("get_authors", []) == []

        await call.conn.execute("alter table author add check (name <> 'bad')")
        with pytest.raises(asyncpg.CheckViolationError):
            await call("add_authors", [query.AddAuthorsItem(name, None) for name in ("a", "bad")])
        with pytest.raises(asyncpg.DataError) as caught:
            await call("get_authors", [query.GetAuthorsItem(1), query.GetAuthorsItem("x")])
        assert caught.value.__notes__ == ["GetAuthors: item 1 (counted from 0) failed"]
        assert await call.conn.fetchval("select count(*) from author") == 5


@pytest.mark.anyio
async def test_a_copy_that_fails_names_its_row_and_leaves_nothing(opened: Open) -> None:
    async with opened("asyncpg") as call:
        row = call.query.CopyAuthorsRow

        async def rows() -> AsyncGenerator[Any]:
            yield row("Ada", None)
            yield row(5, None)

        with pytest.raises(TypeError) as caught:
            await call("copy_authors", rows())
        assert caught.value.__notes__ == ["CopyAuthors: row 1 (counted from 0) failed"]
        await call.conn.execute("alter table author add check (name <> 'bad')")
        with pytest.raises(asyncpg.CheckViolationError):
            await call("copy_authors", [row("Ada", None), row("bad", None)])
        assert await call.conn.fetchval("select count(*) from author") == 0


@pytest.mark.anyio
async def test_no_rows_and_too_many_and_wrong_ones(opened: Open) -> None:
    queries = """
-- name: OnlyOne :one
-- no-rows: raise
select id, name from author where name = @name;
-- name: Asserted :many
-- non-null: born
select name, born from author order by id;
"""
    async with opened("asyncpg", queries) as call:
        await call.conn.execute("insert into author (name) values ('once'), ('twice'), ('twice')")
        assert (await call("only_one", name="once")).id == 1
        with pytest.raises(LookupError, match="OnlyOne found no row"):
            await call("only_one", name="never")
        with pytest.raises(LookupError, match="OnlyOne found 2 rows, not one"):
            await call("only_one", name="twice")
        with pytest.raises(ValidationError, match="born") as caught:
            await call("asserted")
        assert caught.value.__notes__ == ["Asserted: row 0 (counted from 0) failed"]


@pytest.mark.anyio
async def test_pools_lend_connections_and_streams_give_them_back(
    packages: Packages, database_of: Callable[[str], str]
) -> None:
    query = importlib.import_module(f"{packages('asyncpg')}.query")
    async with asyncpg.create_pool(database_of("asyncpg"), min_size=1, max_size=1) as pool:
        queries = query.QueryQueries(pool)
        await queries.add_authors([query.AddAuthorsItem(f"n{n}", None) for n in range(250)])
        for number in range(5):
            await queries.create_book(**book(isbn=str(number)))
        streamed = queries.stream_list_books()
        assert (await anext(streamed)).id == 1
        await streamed.aclose()
        assert [each.id async for each in queries.stream_list_books()] == [1, 2, 3, 4, 5]
        async with pool.acquire() as conn:
            alone = query.QueryQueries(conn)
            async with conn.transaction():
                first, second = query.stream_list_books(conn), alone.stream_list_books()
                pairs = [((await anext(first)).id, (await anext(second)).id) for _ in range(3)]
                assert pairs == [(1, 1), (2, 2), (3, 3)]
                await alone.forget(id=1)
                await first.aclose()
                await second.aclose()
            assert not conn.is_in_transaction()
            assert len(await alone.list_books()) == 4


class ObservedConnection(asyncpg.Connection):
    """Notes which queries run on it."""

    seen: list[str] = []  # noqa: RUF012  asyncpg's classes have slots

    @asynccontextmanager
    async def observe(self, query: str) -> AsyncGenerator[None]:
        self.seen.append(query)
        yield


@pytest.mark.anyio
async def test_a_connection_may_observe_its_queries(
    packages: Packages, database_of: Callable[[str], str]
) -> None:
    query = importlib.import_module(f"{packages('asyncpg')}.query")
    url = database_of("asyncpg")
    async with asyncpg.create_pool(
        url, min_size=1, max_size=1, connection_class=ObservedConnection
    ) as pool:
        await query.QueryQueries(pool).get_book(isbn="1")
        await query.QueryQueries(pool).add_authors([])
    assert ObservedConnection.seen == ["GetBook", "AddAuthors"]


REFUSED = [
    *("'infinity'::date", "'-infinity'::date", "'0044-03-15 BC'::date", "'10000-01-01'::date"),
    *("'infinity'::timestamp", "'-infinity'::timestamp", "'10000-01-01'::timestamp"),
    *("'infinity'::timestamptz", "'-infinity'::timestamptz", "'24:00'::time"),
    *("'24:00+00'::timetz", "'3000000 years'::interval", "array['infinity'::date]"),
    *("daterange('2026-01-01', 'infinity')", "datemultirange(daterange('-infinity', null))"),
]
EXTREMES = [
    *("'0001-01-01'::date", "'9999-12-31'::date", "'9999-12-31 23:59:59.999999'::timestamp"),
    *("'0001-01-01'::timestamp", "'9999-12-31 23:59:59.999999+00'::timestamptz"),
]


@pytest.mark.anyio
async def test_what_python_can_t_hold_is_refused(opened: Open) -> None:
    queries = "".join(
        f"-- name: Get{number} :one\nselect 1 as one, {value} as value;\n"
        for number, value in enumerate(REFUSED + EXTREMES)
    )
    async with opened("own_types", queries) as call:
        for number, value in enumerate(REFUSED):
            with pytest.raises((ValueError, OverflowError)):
                pytest.fail(f"{value} gives {await call(f'get{number}')}")
        for number, value in enumerate(EXTREMES, start=len(REFUSED)):
            assert str((await call(f"get{number}")).value)[:10] == value[1:11]


AWARE = START
NOT_FITTING: dict[str, Any] = {
    "local_at": AWARE,
    "moment": NAIVE,
    "clock_time": NAIVE.time().replace(tzinfo=datetime.UTC),
    "zoned_time": NAIVE.time(),
    "local_ats": [AWARE],
    "moments": [NAIVE],
    "span": asyncpg.Range(AWARE, None),
    "spans": [asyncpg.Range(None, AWARE)],
    "many_spans": [None, asyncpg.Range(AWARE, None)],
}
FITTING: dict[str, Any] = {
    "local_at": NAIVE,
    "moment": AWARE,
    "clock_time": NAIVE.time(),
    "zoned_time": NAIVE.time().replace(tzinfo=datetime.UTC),
    "due": NAIVE,
    "local_ats": [NAIVE, None],
    "moments": [AWARE, None],
    "span": asyncpg.Range(NAIVE, None),
    "spans": [asyncpg.Range(NAIVE, None)],
    "many_spans": [asyncpg.Range(None, NAIVE), None],
}


@pytest.mark.anyio
async def test_no_time_zone_is_guessed_or_dropped(opened: Open) -> None:
    async with opened("time_zones") as call:
        fitting = FITTING | {"id": 1}
        assert (await call("create_clock", **fitting)).__dict__ == fitting
        for name, value in NOT_FITTING.items():
            with pytest.raises(ValueError, match="time zone"):
                await call("create_clock", **(fitting | {"id": 2, name: value}))
        with pytest.raises(ValueError, match="as infinity"):
            await call("create_clock", **(fitting | {"id": 2, "local_at": datetime.datetime.max}))


def test_a_range_is_an_object_in_json(packages: Packages) -> None:
    models = importlib.import_module(f"{packages('asyncpg')}.models")
    made: BaseModel = models.Book(**book(id=1, sold_during=EMPTY))
    assert '"sold_during":{"lower":null,"upper":null,"bounds":null,"empty":true}' in (
        made.model_dump_json()
    )


def test_generated_code_imports_no_psycopg(packages: Packages) -> None:
    package = packages("asyncpg")
    folder = importlib.import_module(package).__path__[0]
    code = f"import {package}.query, sys; sys.exit('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=f"{folder}/..", check=False)
    assert done.returncode == 0
