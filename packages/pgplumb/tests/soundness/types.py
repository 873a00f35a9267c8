"""Types that random columns have: their values, and what the random queries take them for."""

from dataclasses import dataclass

# Types of the schema's own; every random schema has them.
DEFINITIONS = (
    "create type mood as enum ('low', 'in between', '', 'HIGH!', 'class')",
    "create type pair as (x integer, s text, m mood)",
    "create type span as range (subtype = numeric)",
    "create domain count_of as integer check (value > -100)",
    "create domain told as integer not null",
    "create domain label as varchar(9)",
    "create domain title as label not null",
    "create domain feeling as mood",
    "create domain moods as mood[]",
    "create domain checked_pair as pair",
    "create function nothing() returns void language sql stable as ''",
    "create function strict_null(integer) returns integer language sql strict immutable"
    " as 'select null::integer'",
    "create function pairs() returns table (x integer, s text) language sql stable"
    " as 'values (1, ''p''), (null, null)'",
)


@dataclass(frozen=True)
class Kind:
    """A type as PostgreSQL calls it.

    group: what random_queries.py takes it for; "other" is what it does not know. values: SQL.
    is_row: the row type of a table.
    """

    name: str
    group: str
    values: tuple[str, ...]
    refuses_null: bool = False
    is_row: bool = False


_WHOLE = ("0", "1", "2", "-1", "7")
_TEXTS = ("'a'", "''", "'b a'", "'abc'")
_MOODS = ("'low'", "'in between'", "''", "'HIGH!'", "'class'")
_PAIRS = ("'(1,a,low)'", "'(,,)'", "'(2,,HIGH!)'")
KINDS = (
    Kind("integer", "int", _WHOLE),
    Kind("text", "text", _TEXTS),
    Kind("boolean", "bool", ("true", "false")),
    Kind("bigint", "int", _WHOLE),
    Kind("smallint", "int", _WHOLE),
    Kind("count_of", "int", _WHOLE),
    Kind("told", "int", _WHOLE, refuses_null=True),
    Kind("varchar(12)", "text", _TEXTS),
    Kind("label", "text", _TEXTS),
    Kind("title", "text", _TEXTS, refuses_null=True),
    Kind("integer[]", "array", ("'{1,NULL}'", "'{}'", "'{2}'")),
    Kind("timestamptz", "time", ("'2020-01-01 00:00Z'", "'2024-02-29 12:30+02'")),
    Kind("jsonb", "json", ("'null'", "'{\"k\": null}'", "'{\"k\": 1}'", "'[1]'")),
    Kind("double precision", "float", ("0", "1.5", "'NaN'")),
    Kind("int4range", "range", ("'empty'", "'[1,3)'", "'(,5)'", "'(,)'")),
    Kind("mood", "other", _MOODS),
    Kind("feeling", "other", _MOODS),
    Kind("pair", "other", _PAIRS),
    Kind("checked_pair", "other", _PAIRS),
    Kind("mood[]", "other", ("'{low,NULL}'", "'{}'", "'{HIGH!}'")),
    Kind("moods", "other", ("'{low,NULL}'", "'{}'")),
    Kind("pair[]", "other", ("array['(1,a,low)', null]::pair[]", "'{}'")),
    Kind("span", "other", ("'empty'", "'[1,2.5)'", "'(,)'")),
    Kind("numeric(8,2)", "other", ("0", "1.25", "'NaN'")),
    Kind("uuid", "other", ("'00000000-0000-0000-0000-000000000001'",)),
    Kind("date", "other", ("'2020-01-01'", "'1999-12-31'")),
    Kind("interval", "other", ("'1 day'", "'0'")),
    Kind("bytea", "other", ("'\\x'", "'\\x00ff'")),
    Kind("inet", "other", ("'127.0.0.1'", "'::1/64'")),
    Kind("text[]", "other", ("'{a,NULL}'", "'{}'", "'{NULL}'")),
    Kind("int4multirange", "other", ("'{}'", "'{[1,2),[5,)}'")),
    Kind("macaddr", "other", ("'08:00:2b:01:02:03'",)),
)
