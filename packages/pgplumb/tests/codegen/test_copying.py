"""COPY writes arrays and JSON byte for byte as psycopg would, and leaves its errors to it."""

import json
from collections.abc import Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import adapters
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import Format
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import Json, Jsonb, set_json_dumps

from pgplumb.codegen.runtime import run_sync
from pgplumb.codegen.runtime.copying import register_dumpers
from pgplumb.codegen.runtime.query import Copy

JSON, JSONB = 114, 3802
BOOLS, BYTES, INTEGERS, TEXTS, VARCHARS = 1000, 1001, 1007, 1009, 1015
Connection = psycopg.Connection[Any]


class Colour(StrEnum):
    blue = "blau"


class Size(IntEnum):
    small = 3


class Loaded:
    """A context of psycopg's without a connection."""

    connection = None

    def __init__(self) -> None:
        self.adapters = AdaptersMap(adapters)


def dumped(context: Any, oid: int, value: Any) -> bytes | tuple[type, str] | None:
    """What is sent for a value of that type, or the error."""
    transformer = Transformer(context)
    try:
        transformer.set_dumper_types([oid], Format.BINARY)
        (found,) = transformer.dump_sequence([value], [PyFormat.BINARY])
    except Exception as error:
        return type(error), str(error)
    return None if found is None else bytes(found)


def as_usual(oid: int, value: Any) -> bytes | tuple[type, str] | None:
    """What is sent, which is what psycopg sends."""
    context = Loaded()
    usual = dumped(context, oid, value)
    register_dumpers(context.adapters, [oid, oid])
    assert type(dumped(context, oid, value)) is type(usual)
    assert dumped(context, oid, value) == usual
    return usual


texts = st.text() | st.none() | st.sampled_from(Colour)
lists: st.SearchStrategy[list[Any]] = st.lists(texts) | st.lists(st.lists(texts))


@given(lists)
def test_arrays_of_text(values: list[Any]) -> None:
    as_usual(TEXTS, values)
    as_usual(VARCHARS, values)


@given(st.lists(st.integers(-(2**31), 2**31) | st.none()) | st.lists(st.lists(st.integers(0, 9))))
def test_arrays_of_integers(values: list[Any]) -> None:
    as_usual(INTEGERS, values)


@pytest.mark.parametrize(
    ("oid", "values"),
    [
        (BOOLS, [True, False]),
        (BOOLS, [[True], [False]]),
        (BYTES, [b"a", b""]),
        (BYTES, [[b"a"], [b"b"]]),
        (TEXTS, ["a", ["b"]]),
        (TEXTS, ["a", 1]),
        (TEXTS, ["a", "\ud800"]),
        (TEXTS, ["a", b"b"]),
        (TEXTS, ("a", "b")),
        (TEXTS, "ab"),
        (INTEGERS, [1, "2"]),
        (INTEGERS, [1, True]),
    ],
)
def test_arrays_of_one_kind_and_of_several(oid: int, values: Sequence[Any]) -> None:
    as_usual(oid, values)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)
values = st.recursive(
    plain | st.sampled_from(Colour) | st.sampled_from(Size),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(keys, inner),
)


@given(values)
def test_json(value: Any) -> None:
    expected = json.dumps(value).encode()
    assert as_usual(JSON, Json(value)) == expected
    assert as_usual(JSONB, Jsonb(value)) == b"\x01" + expected
    assert as_usual(JSONB, Jsonb(value, lambda _: "1")) == b"\x011"
    if value is not None:  # by itself it is NULL
        assert as_usual(JSON, value) == expected
        assert as_usual(JSONB, value) == b"\x01" + expected


def test_json_that_is_none() -> None:
    circular: list[Any] = []
    circular.append(circular)
    for value in (circular, {1, 2}, {"a": b"x"}, {(1, 2): 3}, "\ud800"):
        as_usual(JSON, value)
        as_usual(JSONB, value)
        as_usual(JSON, Json(value))
        as_usual(JSONB, Jsonb(value))
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert as_usual(JSONB, deep) == as_usual(JSONB, Jsonb(deep))


@pytest.fixture
def conn(server_url: str) -> Iterator[Connection]:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("create temporary table t (texts text[], value jsonb)")
        yield connection


def copied(conn: Connection, *rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    sql = "copy t from stdin (format binary)"
    load: Copy[tuple[Any, ...]] = Copy("Load", sql, lambda row: row, (TEXTS, JSONB))
    assert run_sync.copy_from(conn, load, rows) == len(rows)
    return conn.execute("select * from t").fetchall()


def test_what_was_chosen_on_the_connection(conn: Connection) -> None:
    class Loud(ListBinaryDumper):
        oid, element_oid = TEXTS, 25

        def dump(self, obj: list[Any]) -> Buffer | None:
            return super().dump([each.upper() for each in obj])

    set_json_dumps(lambda value: json.dumps([value]), conn)
    conn.adapters.register_dumper(None, Loud)
    assert copied(conn, (["a"], 1)) == [(["A"], [1])]


def test_an_encoding_of_the_connection_that_is_not_utf8(conn: Connection) -> None:
    conn.execute("set client_encoding to latin1")
    assert copied(conn, (["é", "ü"], "e"), ([], None)) == [(["é", "ü"], "e"), ([], None)]


def test_an_error_names_the_row(conn: Connection) -> None:
    with pytest.raises(TypeError, match="set is not JSON serializable") as caught:
        copied(conn, (["a"], 1), (["a"], {1}))
    assert caught.value.__notes__ == ["Load: row 1 (counted from 0) failed"]
    assert conn.execute("select count(*) from t").fetchone() == (0,)
