"""Models made of rows are those that `Model(**values)` makes."""

import copy
import json
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

import psycopg
import pytest
from psycopg.adapt import AdaptersMap
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg.types.range import Range
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from pgplumb.codegen.runtime import run_sync
from pgplumb.codegen.runtime.fields import Numeric, RangeOf
from pgplumb.codegen.runtime.query import Query
from pgplumb.codegen.runtime.rows import Embedded, Rows


class Kind(StrEnum):
    FIRST = "first"


class Part(BaseModel):
    size: int | None


class Plain(BaseModel):
    id: int
    kind: Kind
    price: Numeric
    during: RangeOf[int] | None
    part: Part | None
    names: list[str | None]
    note: Any = Field(description="Anything")
    class_: str | None = Field(validation_alias="class", serialization_alias="class")
    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)


def named(row: TupleRow) -> dict[str, Any]:
    return dict(zip(Plain.model_fields, row, strict=True))


ROWS: list[TupleRow] = [
    (1, "first", Decimal("NaN"), Range(1, 2), {"size": 1}, ["a", None], {"a": [1, None]}, "c"),
    (2, "first", Decimal("-Infinity"), None, None, [], None, None),
    (3, Kind.FIRST, Decimal("1.50"), Range(empty=True), {"size": None}, ["x" * 100_000], 1.5, ""),
]
PLAIN = Rows(Plain, named)


@pytest.mark.parametrize("row", ROWS, ids=["full", "empty", "long"])
def test_a_model_is_what_its_class_makes(row: TupleRow) -> None:
    (made,) = PLAIN.from_rows([row])
    usual = Plain(**named(row))

    def same(a: Plain, b: Plain) -> None:
        assert type(a) is type(b)
        assert repr(a) == repr(b)  # NaN does not equal itself
        assert a.model_fields_set == b.model_fields_set
        assert a.model_extra == b.model_extra
        assert a.__pydantic_private__ == b.__pydantic_private__

    same(made, usual)
    assert made.model_dump_json() == usual.model_dump_json()
    assert made.model_dump_json(by_alias=True) == usual.model_dump_json(by_alias=True)
    assert repr(made.model_dump(exclude_unset=True)) == repr(usual.model_dump(exclude_unset=True))
    same(copy.copy(made), usual)
    same(copy.deepcopy(made), usual)
    same(made.model_copy(update={"id": 9}), usual.model_copy(update={"id": 9}))
    same(cast("Plain", pickle.loads(pickle.dumps(made))), usual)  # noqa: S301
    with pytest.raises(ValidationError):
        made.id = 5


def test_equality_and_hash() -> None:
    class Point(BaseModel):
        model_config = ConfigDict(frozen=True)
        x: int
        y: int

    points = Rows(Point, lambda row: {"x": row[0], "y": row[1]})
    (made,) = points.from_rows([("1", 2)])
    assert made == Point(x=1, y=2) == points((1, 2))
    assert hash(made) == hash(Point(x=1, y=2))
    assert made != Point(x=1, y=3)


def test_models_share_nothing() -> None:
    class Note(BaseModel):
        id: int

    one, two = Rows(Note, lambda row: {"id": row[0]}).from_rows([(1,), (2,)])
    one.model_fields_set.clear()
    one.id = 7
    assert two.model_fields_set == {"id"}
    assert (one.id, two.id) == (7, 2)


class Validated(BaseModel):
    id: int

    @field_validator("id")
    @classmethod
    def doubled(cls, value: int) -> int:
        return value * 2


class Opened(BaseModel):
    id: int

    def model_post_init(self, _: Any, /) -> None:
        self.id *= 2


class Private(BaseModel):
    id: int
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)


class Base(BaseModel):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.id *= 2

    id: int


class Inherited(Base):
    pass


class Stripped(BaseModel):
    model_config = ConfigDict(strict=True)
    id: int


@pytest.mark.parametrize("model", [Validated, Opened, Private, Base, Inherited, Stripped])
def test_a_model_that_does_something_of_its_own_does_it(model: type[BaseModel]) -> None:
    def values(row: TupleRow) -> dict[str, Any]:
        return {"id": row[0]}

    for made in (
        Rows(model, values).from_rows([(3,)])[0],
        Rows(model, values).from_json_texts([(3,)])[0],
    ):
        assert made.model_dump() == model(id=3).model_dump()
        assert (made.__pydantic_private__ is None) == (model(id=3).__pydantic_private__ is None)
    if model is Stripped:
        with pytest.raises(ValidationError):
            Rows(model, values).from_rows([("3",)])


class Document(BaseModel):
    id: int
    data: Any


def document(row: TupleRow) -> dict[str, Any]:
    return {"id": row[0], "data": row[1]}


DOCUMENTS = Rows(Document, document, json=(1,))


def fetched(url: str, sql: str, *, prepare: Callable[[Any], None] | None = None) -> list[Document]:
    query = Query("ListDocuments", cast("Any", sql), DOCUMENTS)
    with psycopg.connect(url, autocommit=True) as conn:
        if prepare is not None:
            prepare(conn)
        every = run_sync.fetch_all(conn, query, ())
        assert [run_sync.fetch_one(conn, query, ())] == every[:1]
        assert list(run_sync.stream(conn, query, (), 7)) == every
        return every


@pytest.mark.parametrize("type_", ["json", "jsonb"])
def test_json_is_what_psycopg_makes_of_it(server_url: str, type_: str) -> None:
    texts = [
        *('{"a": [1, null, -0.0, 1e400]}', "null", '"null"', '"text"', "123456789012345678901"),
        *("1.0", "[" * 300 + "]" * 300, json.dumps("x" * 100_000), '{"a": 1, "a": 2}', "true"),
    ]
    texts += ['"\\ud800"'] if type_ == "json" else []
    if type_ == "jsonb":
        texts[0] = texts[0].replace("1e400", "1e4")
    listed = ", ".join(f"({number}, '{text}'::{type_})" for number, text in enumerate(texts))
    sql = f"select * from (values {listed}, (99, null)) as v (id, data) order by id"  # noqa: S608 - constants
    with psycopg.connect(server_url) as conn:
        rows = conn.execute(cast("Any", sql)).fetchall()
    assert [(each.id, each.data) for each in fetched(server_url, sql)] == rows
    assert all(isinstance(each, Document) for each in fetched(server_url, sql))


def test_a_json_loader_of_the_users_is_used(server_url: str) -> None:
    sql = "select 1, '[1.5]'::jsonb"

    def prepare(conn: AdaptersMap) -> None:
        set_json_loads(lambda text: json.loads(text, parse_float=Decimal), cast("Any", conn))

    (made,) = fetched(server_url, sql, prepare=prepare)
    assert made.data == [Decimal("1.5")]
    assert isinstance(made.data[0], Decimal)


def test_an_error_names_the_row_and_the_column(server_url: str) -> None:
    number = "case when n = 250 then 'no number' else n::text end"
    sql = f"select {number}, '1'::jsonb from generate_series(0, 300) as n"  # noqa: S608 - constants
    with pytest.raises(ValidationError) as caught:
        fetched(server_url, sql)
    assert [each["loc"] for each in caught.value.errors()] == [("id",)]
    assert caught.value.title == "Document"
    assert caught.value.__notes__ == ["ListDocuments: row 250 (counted from 0) failed"]


@pytest.mark.parametrize("runs", [1, 8])
def test_a_value_that_python_lacks_is_named(server_url: str, runs: int) -> None:
    day = "case n when $1::int then 'infinity' else date '2026-11-27' + n end"
    sql = f"select n as id, {day} as data from generate_series(0, 250) as n"  # noqa: S608 - constants
    query = Query("ListDays", cast("Any", sql), Rows(Document, document))
    note = "ListDays: row 150 (counted from 0), column data failed"
    with psycopg.connect(server_url, autocommit=True) as conn:
        for _ in range(runs):
            assert len(run_sync.fetch_all(conn, query, (-1,))) == 251
        with pytest.raises(psycopg.DataError) as caught:
            run_sync.fetch_all(conn, query, (150,))
        assert caught.value.__notes__ == [note]
        with pytest.raises(psycopg.DataError) as caught:
            list(run_sync.stream(conn, query, (150,), 7))
        assert caught.value.__notes__ == [note]
        with pytest.raises(psycopg.DataError) as caught:
            run_sync.fetch_one(conn, query, (0,))
        assert caught.value.__notes__ == [note.replace("150", "0")]
        with pytest.raises(psycopg.DataError) as caught:
            run_sync.fetch_one(conn, Query("Zero", "select 1 / 0", lambda row: row), ())
        assert not hasattr(caught.value, "__notes__")


class Whole(BaseModel, defer_build=True):
    document: Document
    size: int
    extra: Any
    perhaps: Validated | None
    last: Document | None


WHOLES = Rows(
    Whole,
    lambda row: dict(zip(Whole.model_fields, row, strict=True)),
    json=(2,),
    embeds={
        0: Embedded(DOCUMENTS, 2),
        3: Embedded(Rows(Validated, lambda row: {"id": row[0]}), 1, absent_when_null=0),
        4: Embedded(DOCUMENTS, 2, absent_when_null=0),
    },
)
_OF_WHOLES = """
    select n, case n when 2 then null else jsonb_build_array(n) end, n * 2, to_jsonb(n::text),
        nullif(n % 3, 0), nullif(n % 2, 0), case when n % 2 > 0 then '{"a": null}'::jsonb end
    from generate_series(0, 250) as n
"""


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("binary", [True, False])
def test_models_inside_of_models(server_url: str, *, as_text: bool, binary: bool) -> None:
    rows = WHOLES if as_text else copy.copy(WHOLES)
    rows.json_as_text = as_text
    query = Query("ListWholes", cast("Any", _OF_WHOLES), rows, binary=binary)
    expected = [
        Whole(
            document=Document(id=n, data=None if n == 2 else [n]),
            size=n * 2,
            extra=str(n),
            perhaps=Validated(id=n % 3) if n % 3 else None,
            last=Document(id=1, data={"a": None}) if n % 2 else None,
        )
        for n in range(251)
    ]
    with psycopg.connect(server_url, autocommit=True) as conn:
        assert run_sync.fetch_all(conn, query, ()) == expected
        assert run_sync.fetch_one(conn, query, ()) == expected[0]
        assert list(run_sync.stream(conn, query, (), 7)) == expected
    (made,) = WHOLES.from_rows([(1, [1], 2, "x", 4, None, None)])
    assert made == WHOLES((1, [1], 2, "x", 4, None, None))
    assert made.model_fields_set == set(Whole.model_fields)
    assert made.document.model_fields_set == {"id", "data"}
    assert made.perhaps == Validated(id=4)
    assert Whole.model_validate_json(made.model_dump_json()).document == made.document


def test_whether_json_is_read_as_text() -> None:
    assert DOCUMENTS.json_as_text
    assert WHOLES.json_as_text
    assert not PLAIN.json_as_text
    inside = {0: Embedded(DOCUMENTS, 2)}
    assert Rows(Whole, named, embeds=inside).json_as_text
    assert not Rows(Whole, named, embeds=inside, json_as_text=False).json_as_text


def test_an_error_inside_of_a_model_names_the_row(server_url: str) -> None:
    sql = _OF_WHOLES.replace("select n,", "select case n when 150 then 'x' else n::text end,")
    query = Query("ListWholes", cast("Any", sql), WHOLES)
    with psycopg.connect(server_url) as conn, pytest.raises(ValidationError) as caught:
        run_sync.fetch_all(conn, query, ())
    assert caught.value.title == "Document"
    assert [each["loc"] for each in caught.value.errors()] == [("id",)]
    assert caught.value.__notes__ == ["ListWholes: row 150 (counted from 0) failed"]


def test_threads_that_use_a_model_for_the_first_time_at_once() -> None:
    def ways(late: type[Any], made: Any) -> list[Callable[[], Any]]:
        return [
            lambda: late(id=1, data=[1]) == made,
            lambda: made.model_dump_json() == '{"id":1,"data":[1]}',
            lambda: TypeAdapter[Any](late).validate_python({"id": 1, "data": [1]}) == made,
            lambda: late.model_json_schema()["title"] == "Late",
        ]

    for _ in range(20):

        class Late(BaseModel, defer_build=True):
            id: int
            data: list[int]

        (made,) = Rows(Late, lambda row: {"id": row[0], "data": row[1]}).from_rows([(1, [1])])
        tried = [*ways(Late, made)] * 2
        together = threading.Barrier(len(tried))

        def run(way: Callable[[], Any], together: threading.Barrier = together) -> Any:
            together.wait()
            return way()

        with ThreadPoolExecutor(len(tried)) as pool:
            assert all(pool.map(run, tried))
