"""Domains' CHECKs as Pydantic's limits: what PostgreSQL accepts Pydantic accepts.

And where all of a domain's conditions can be read, Pydantic accepts nothing else.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors, sql
from pydantic import TypeAdapter, ValidationError

from pgplumb.codegen.model import Package
from pgplumb.codegen.overrides import Overrides
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render.models import render_models
from pgplumb.postgres.catalog import read_catalog

Connection = psycopg.Connection[tuple[Any, ...]]

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
INTEGERS = st.integers(-20, 20)
HUNDREDTHS = st.decimals(-20, 20, places=2)
DECIMALS = HUNDREDTHS | st.sampled_from(
    [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("1e-20"), Decimal(10) ** 40]
)
FLOATS = st.floats() | st.floats(-20, 20) | st.integers(-20, 20).map(float)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "smallint": INTEGERS,
    "integer": INTEGERS | st.integers(-(2**31), 2**31 - 1),
    "bigint": INTEGERS | st.integers(-(2**63), 2**63 - 1),
    "numeric": DECIMALS,
    "numeric(6, 2)": HUNDREDTHS | st.just(Decimal("NaN")),
    "double precision": FLOATS,
    "text": TEXTS,
    "varchar": TEXTS,
    "varchar(4)": TEXTS.map(lambda text: text[:4]),
}
SIGNS = st.sampled_from(["<", "<=", ">", ">="])


def literal(value: object) -> str:
    return sql.Literal(value).as_string()


@st.composite
def comparisons(draw: st.DrawFn, base: str) -> str:
    """Conditions on numbers; all of them are read, but for bounds that NaN is above."""
    constant = draw(
        INTEGERS.map(str) | (INTEGERS if "numeric" not in base else HUNDREDTHS).map(literal)
    )
    if base == "double precision":
        constant = draw(st.floats(-20, 20).map(repr) | INTEGERS.map(str))
        return f"value {draw(st.sampled_from(['<=', '>=']))} {constant}"
    if draw(st.booleans()):
        return f"value between {draw(INTEGERS)} and {draw(INTEGERS)}"
    return f"value {draw(SIGNS)} {constant}"


@st.composite
def conditions(draw: st.DrawFn, base: str) -> str:
    """Conditions that can be read as limits."""
    if base in ("text", "varchar", "varchar(4)"):
        length = draw(st.sampled_from(["length", "char_length", "character_length"]))
        sign = draw(SIGNS | st.just("="))
        return draw(
            st.sampled_from(
                [
                    "value <> ''",
                    f"{length}(value) {sign} {draw(st.integers(1, 5))}",
                    f"{length}(value) between {draw(st.integers(0, 3))} and 5",
                ]
            )
        )
    return draw(comparisons(base))


@st.composite
def domains(draw: st.DrawFn) -> tuple[str, list[str], list[Any]]:
    """The base type of a domain, its CHECKs, and values to try."""
    base = draw(st.sampled_from(sorted(VALUES)))
    values = draw(st.lists(VALUES[base], min_size=8, max_size=8))
    if base not in ("numeric", "numeric(6, 2)", "double precision") and draw(st.booleans()):
        listed = draw(st.lists(VALUES[base], min_size=1, max_size=3))
        if base == "smallint":
            listed = [each for each in listed if abs(each) < 2**15]
        checks = [f"value in ({', '.join(map(literal, listed))})"]
        return base, checks, values + listed
    checks = draw(st.lists(conditions(base), min_size=1, max_size=3))
    if draw(st.booleans()):
        checks = [" and ".join(checks)]
    return base, checks, values


@contextmanager
def a_domain(connection: Connection, base: str, checks: Sequence[str]) -> Generator[None]:
    written = " ".join(f"check ({check})" for check in checks)
    connection.execute(f"create domain d as {base} {written}".encode())
    try:
        yield
    finally:
        connection.execute("drop domain d")


def adapter(connection: Connection) -> tuple[TypeAdapter[Any], str]:
    """What Pydantic is told of the domain d, and in which words."""
    registry = Registry(read_catalog(connection), {}, Overrides())
    text = render_models(Package((), registry.domains, (), ()), frozen=False)
    module: dict[str, Any] = {}
    exec(text.replace("from ._fields", "from pgplumb.codegen.runtime.fields"), module)  # noqa: S102
    return TypeAdapter(module["D"]), text


def accepts(connection: Connection, base: str, value: object) -> bool:
    try:
        connection.execute(f"select %s::{base}::d".encode(), [value])
    except errors.CheckViolation:
        return False
    return True


def sent(connection: Connection, base: str, value: object) -> Any:
    """The value as it comes from the server."""
    [[found]] = connection.execute(f"select %s::{base}".encode(), [value]).fetchall()
    return found


def validates(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(domain=domains())
def test_pydantic_accepts_what_postgresql_accepts(
    empty_database: str, domain: tuple[str, list[str], list[Any]]
) -> None:
    base, checks, values = domain
    with (
        psycopg.connect(empty_database, autocommit=True) as connection,
        a_domain(connection, base, checks),
    ):
        limited, text = adapter(connection)
        for value in values:
            valid = validates(limited, sent(connection, base, value))
            if "Annotated" in text or "Literal" in text:
                assert valid == accepts(connection, base, value), (value, text)
            else:
                assert valid


# The CHECK, what is read of it, and what PostgreSQL accepts all the same.
CASES: list[tuple[str, str, str, list[object]]] = [
    ("numeric", "value >= 0", "Numeric", [Decimal("NaN"), Decimal("Infinity")]),
    ("numeric", "value >= 0 and value < 0.5", 'Field(ge=0, lt=Decimal("0.5"))', [0]),
    ("double precision", "value > -1 and value <= 1", "Field(le=1.0)", [float("-0.5")]),
    ("double precision", "value >= 0", "float", [float("nan"), float("inf")]),
    ("real", "value > 0.1", "float", [0.1]),
    ("integer", "value > 0.5", "int", [1]),
    ("integer", "value < 10 or value > 20", "int", [1, 30]),
    ("integer", "not value < 10", "int", [30]),
    ("integer", "value in (1, null)", "int", [5]),
    ("integer", "value in (1, 1, 2) and value > 1", "Literal[1, 2]", [2]),
    ("integer", "value <= (10.6)::integer", "int", [11]),
    ("bigint", "value > 0 and mod(value, 2) = 0", "Field(gt=0)", [2]),
    ("text", "value ~ '^a+$' and length(value) < 3", "Field(max_length=2)", ["aa"]),
    ("text", "value in ('it''s', 'a \"b\"', 'c\\d')", 'Literal["it\'s", ', ["it's", "c\\d"]),
    ("text", "value <> '(x AND y)' and length(value) > 0", "Field(min_length=1)", ["x"]),
    (
        "text",
        "length(value) < 0 or value = 'a) AND (length(VALUE) < 1'",
        "str",
        ["a) AND (length(VALUE) < 1"],
    ),
    ("text", "octet_length(value) < 3", "str", ["a"]),
    ("text", "length(trim(value)) = 1", "str", [" a "]),
    ("text", "length(value) = 2", "Field(min_length=2, max_length=2)", ["\N{GRINNING FACE}e"]),
    ("text", 'length(value collate "C") >= 1', "str", ["a"]),
    ("char(3)", "length(value) = 2", "str", ["ab"]),
    ("char(3)", "value = 'ab'", "str", ["ab"]),
    ("integer", "booland_statefunc(value > 0, value < 5)", "int", [1]),
    ("integer", "boolor_statefunc(value > 0 and value < 9, value < 5 and value < 3)", "int", [-1]),
    ("integer[]", "array_length(value, 1) > 1", "list[int | None]", [[1, 2]]),
]


@pytest.mark.parametrize(("base", "check", "read", "accepted"), CASES)
def test_only_what_is_certain_is_read(
    empty_database: str, base: str, check: str, read: str, accepted: list[object]
) -> None:
    with (
        psycopg.connect(empty_database, autocommit=True) as connection,
        a_domain(connection, base, [check]),
    ):
        limited, text = adapter(connection)
        written = text.partition("D: TypeAlias = ")[2].partition('"""')[0]
        assert read in written
        assert ("Field" in written or "Literal" in written) == (
            "Field" in read or "Literal" in read
        )
        for value in accepted:
            assert accepts(connection, base, value)
            assert validates(limited, sent(connection, base, value))


OWN_OPERATOR = """
create function is_odd(integer, integer) returns boolean language sql immutable
    return mod($1, 2) = 1;
create operator public.> (function = is_odd, leftarg = integer, rightarg = integer);
create domain d as integer check (value operator(public.>) 10);
"""
OWN_FUNCTION = """
create domain e as text;
create function length(e) returns integer language sql immutable return 1;
create domain d as e check (length(value::e) < 2);
"""
OWN_COLLATION = """
create collation public.loose
    (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create domain base as text collate public.loose;
create domain d as base check (value in ('a', 'b'));
"""
NOT_VALID = """
create domain d as integer;
create table t (x d);
insert into t values (-1);
alter domain d add check (value > 0) not valid;
"""


@pytest.mark.parametrize(
    ("schema", "query"),
    [
        (OWN_OPERATOR, "select 5::d"),
        (OWN_FUNCTION, "select 'long'::d"),
        (OWN_COLLATION, "select 'A'::d"),
        (NOT_VALID, "select x from t"),
    ],
)
def test_what_is_not_postgresql_s_own_or_not_valid_is_not_read(
    empty_database: str, schema: str, query: str
) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        try:
            connection.execute(schema.encode())
        except errors.FeatureNotSupported:  # a server without ICU, and thus without such collations
            assert schema == OWN_COLLATION
            return
        limited, text = adapter(connection)
        assert "Field" not in text
        assert "Literal" not in text
        [[value]] = connection.execute(query.encode()).fetchall()
        assert validates(limited, value)


def test_domains_over_domains(empty_database: str) -> None:
    schema = """
        create domain a as integer check (value in (1, 2, 3));
        create domain b as a check (value > 1);
        create domain c as b not null check (value < 3);
        create domain x as integer check (value > 0);
        create domain y as x check (value < 10);
        create domain d as y check (value in (3, 12));
    """
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(schema.encode())
        limited, text = adapter(connection)
        assert "A: TypeAlias = Literal[1, 2, 3]" in text
        assert "B: TypeAlias = A\n" in text
        assert "C: TypeAlias = B\n" in text
        assert "X: TypeAlias = Annotated[int, Field(gt=0)]" in text
        assert "Y: TypeAlias = Annotated[X, Field(lt=10)]" in text
        assert [validates(limited, number) for number in (3, 12, 5)] == [True, True, False]
        assert "NOT NULL\nCHECK ((VALUE < 3))" in text.replace("((VALUE)::integer", "(VALUE")
