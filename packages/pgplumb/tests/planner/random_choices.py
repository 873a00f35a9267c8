"""Where random choices come from, and the names and types that are chosen among."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

ROLES: Final = ("plumb_test_random", '"plumb_test Writer"')
"""Roles that the schemas grant privileges to; they belong to the server and are there before."""

SCHEMAS: Final = ("public", "app", '"Odd Schema"')
_LONG = "a_name_so_long_that_those_which_postgresql_derives_are_cut"
RELATION_NAMES: Final = ("person", "event", '"Order"', '"two words"', "item", '"quo""te"', _LONG)
COLUMN_NAMES: Final = ("a", "b", "c", "note", '"class"', '"Mixed Case"', "état", f"{_LONG}_too")
OTHER_NAMES: Final = ("one", "two", '"Three"', "four", '"fi ve"')
# PostgreSQL makes no sequence with a type's name.
NUMBER_NAMES: Final = ("number", '"Number"', "n", '"num ber"')
COMMENTS: Final = ("something", 'it\'s \\ "quoted"', "two\nlines", "ü")


class Choices:
    """Random choices; the simplest of each is the first."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        """In: a function that gives a number from 0 to below its argument."""
        self.below = choose

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def one_in(self, number: int) -> bool:
        """True once in so many times."""
        return self.below(number) == number - 1

    def some(self, items: Sequence[T], most: int) -> list[T]:
        """Different items in any order, at least one as long as there are any."""
        left, chosen = list(items), list[T]()
        for _ in range(min(1 + self.below(most), len(left))):
            chosen.append(left.pop(self.below(len(left))))
        return chosen


@dataclass(frozen=True)
class Family:
    """Types that are used alike: constants, conditions and expressions of the same type."""

    constants: tuple[str, ...]
    conditions: tuple[str, ...] = ("{0} is not null",)
    expressions: tuple[str, ...] = ("{0}",)
    others: tuple[str, ...] = ()
    """Types that the values can be cast to."""


_NUMBERS = ("integer", "bigint", "numeric", "smallint", "numeric(10,2)", "double precision", "text")
_TEXTS = ("text", "character varying(40)", "character varying", "character(9)", "integer")
_TIMES = ("timestamp with time zone", "date", "timestamp without time zone", "text")

FAMILIES: Final = {
    "number": Family(
        ("1", "2", "3", "0"),
        (
            "{0} > 0",
            "{0} in (1, 2, 3)",
            "{0} between 0 and 100",
            "({0} <> 7 or {0} is null)",
            "{0} <> all (array[7, 8])",
            "abs({0}) >= 0",
        ),
        ("{0} + 1", "abs({0})", "coalesce({0}, 0)", "-{0}", "{0} * {0}", "greatest({0}, 1)"),
        _NUMBERS,
    ),
    "text": Family(
        ("'1'", "'2'", "'it''s'", "'3'", "'\\'"),
        (
            "{0} <> 'x'",
            "{0} in ('1', '2', 'x')",
            "length({0}) < 30",
            "lower({0}) = {0}",
            "{0} ~ '^.*$'",
            "{0} like '%'",
            "{0} <> all (array['x', 'y'])",
            "({0})::text is distinct from 'z'::text",
        ),
        ("lower({0})", "({0} || 'x')", "upper({0})", "coalesce({0}, '')", "trim({0})"),
        _TEXTS,
    ),
    "boolean": Family(
        ("true", "false"),
        ("{0}", "{0} is not false", "not {0}"),
        ("not {0}", "{0} is true"),
        ("text", "integer"),
    ),
    "time": Family(
        ("'2001-02-03'", "'2004-05-06'", "'2030-01-01'"),
        ("{0} > '2000-01-01'", "{0} < '2100-01-01'", "extract(year from {0}) > 1990"),
        ("{0}", "least({0}, '2040-01-01')"),
        _TIMES,
    ),
    "json": Family(
        ("'{\"a\": 1}'", "'[]'", "'null'"),
        ("({0} ->> 'a') is distinct from 'x'",),
        ("{0}",),
        ("jsonb", "json", "text"),
    ),
    "uuid": Family(
        ("'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'"),
        ("{0} <> '00000000-0000-0000-0000-000000000000'",),
        others=("text", "uuid"),
    ),
    "bytes": Family(("'\\x01'", "'\\x'"), ("length({0}) < 100",)),
    "address": Family(("'10.0.0.1'", "'10.0.0.2'"), ("{0} <> '10.0.0.9'",), others=("text",)),
    "numbers": Family(
        ("'{1,2}'", "'{}'"),
        ("1 <> all ({0})", "cardinality({0}) < 9", "{0} && array[1, 2]"),
        ("{0} || 1",),
        ("integer[]", "bigint[]", "text[]"),
    ),
    "texts": Family(
        ("'{1,2}'", "'{}'"),
        ("'x' <> all ({0})", "cardinality({0}) < 9", "{0} <> array['x', 'y']"),
        ("{0} || 'x'::text",),
        ("text[]", "character varying(40)[]"),
    ),
    "range": Family(
        ("'[1,5)'", "'empty'", "'[7,9)'"),
        ("not isempty({0})", "lower({0}) > 0"),
        others=("int4range", "text"),
    ),
    "period": Family(
        ("'[2001-01-01,2002-01-01)'", "'[2003-01-01,2004-01-01)'"),
        ("not isempty({0})",),
        others=("daterange",),
    ),
    "interval": Family(("'1 day'", "'2 hours'"), ("{0} > '0'",), ("{0} * 2",)),
}
BUILT_IN: Final = {
    "integer": "number",
    "text": "text",
    "bigint": "number",
    "boolean": "boolean",
    "character varying(40)": "text",
    "timestamp with time zone": "time",
    "numeric(10,2)": "number",
    "jsonb": "json",
    "text[]": "texts",
    "date": "time",
    "character varying": "text",
    "integer[]": "numbers",
    "smallint": "number",
    "numeric": "number",
    "double precision": "number",
    "timestamp without time zone": "time",
    "character(9)": "text",
    "uuid": "uuid",
    "json": "json",
    "bytea": "bytes",
    "inet": "address",
    "int4range": "range",
    "daterange": "period",
    "interval": "interval",
    "bigint[]": "numbers",
    "character varying(40)[]": "texts",
}
