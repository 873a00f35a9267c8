"""What a type does not say of a value: held against the values that the queries return."""

from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from psycopg.types.composite import CompositeInfo, register_composite

from pgplumb.nullability import Statement, analyse
from pgplumb.postgres.describe import Description, describe

SCHEMA = """
create table singer (id int primary key, name text not null, tags text[] not null, grid int[][]);
create table soloist (fee int) inherits (singer);
create table alike (like singer);
create table choir (leader singer, members singer[]);
create type board as (cells int[][], row int[]);
create table game (board board);
create domain matrix as int[][];
create view singers as
    select s as whole, tags, array[tags] as deep, tags || 'x'::text as more from singer as s;
create view same_singers as select * from singer;
create materialized view old_singers as select s as whole, tags from singer as s;
create view guarded as select * from singer;
create function unnamed() returns trigger language plpgsql
    as 'begin new.name = null; return new; end';
create trigger unnamed instead of insert on guarded for each row execute function unnamed();
create function everyone() returns setof singer language sql as 'select * from only singer';
create function texts() returns text[] language sql as 'select ''{{a}}''::text[]';
insert into singer values (1, 'a', '{x,y}', '{{1,2}}'), (2, 'b', '{z,NULL}', null);
insert into soloist values (3, 'c', '{p,q}', null, 5);
insert into alike select * from only singer;
insert into choir values (row(null, null, null, null), array[row(1, null, null, null)::singer]);
insert into game values (row('{{1}}', '{1}'));
refresh materialized view old_singers;
"""

TYPES = """
select t.oid::int8, concat(
    case when t.typinput = 'array_in'::regproc then 'a' end, coalesce(e.typtype, t.typtype)
) from pg_type as t left join pg_type as e on e.oid = t.typelem
"""

# Above each query what is known of its columns: how deep an array is, `-` where that is not known;
# `s`: a row, or an array of rows, as the table has it, `r`: of its type, from wherever.
CASES = """
1 2
select tags, grid from singer

1
select tags from soloist

-
select tags from alike

2 1 2 2 1
select array_agg(tags), array_agg(id), array_agg(array[id]), array(select tags from only singer),
    array(select id from singer) from only singer

2 1 2 3 2 0 0
select array[tags], array[id], array[array[1]], array[array[tags]], '{{1,2}}'::int[], '{}'::int[],
    null::int[] from singer

1 1 1 - 1 1
select tags || 'x'::text, tags || tags, array_append(tags, 'x'), array[1] || array[array[1]],
    string_to_array('a,b', ','), regexp_split_to_array('a', 'b') from singer

1 1 1 1
select coalesce(tags, '{}'), case when id = 1 then tags else array['a'] end, nullif(tags, '{}'),
    greatest(tags, tags) from singer

2 1 1 1
select (array_agg(tags))[1:1], (select tags from singer limit 1), tags[1:2], tags[:]
from singer group by tags

2 1 r
select (board).cells, (board).row, board from game

2 1
select (b).cells, (b).row from (select board as b from game) as q

1
with recursive w as (
    select 1 as n, array[1] as path union all select n + 1, path || n from w where n < 3
) select path from w

-
with recursive w as (
    select 1 as n, array[1] as path union all select n + 1, array[path] from w where n < 2
) select path from w

1 s 1s
with c as (select tags, s from singer as s) select tags, s, array_agg(s) over () from c

s
select s from choir right join singer as s on true

s
select s from choir left join singer as s on false

r 1r
select leader, members from choir

1s s 1s
select array_agg(s), (array_agg(s))[1], array(select x from singer as x) from singer as s

r s 1s
select row(1, 'a', null, null)::singer, coalesce(s, s), array[s] from singer as s

1r r
select array[row(1, null, null, null)::singer, s], coalesce(leader, s) from choir, singer as s

s 1 2 1
select whole, tags, deep, more from singers

s
select s from same_singers as s

r s
select whole, o from old_singers as o

1
select tags from singer union all select array[name] from singer

-
select tags from singer union all select array[tags] from singer

r
select s from singer as s union all select leader from choir

1 - -
select string_to_array('{{1}}', 'x'), '{{1}}'::text::text[], texts()

2 1 1
select array_fill(0, array[2, 3]), array_fill(7, array[3]),
    percentile_cont(array[0.5]) within group (order by id) from singer group by id

1
select regexp_matches('a', 'a')

1
select * from regexp_matches('a', 'a') as m

1
select x from (values (array[1]), ('{2}')) as v (x)

-
select x from (values (array[1]), ('{{2}}')) as v (x)

s 1
insert into singer values (9, 'a', '{}', null) returning singer, tags

s
update singer set name = 'z' returning singer

r
insert into guarded values (9, 'a', '{}', null) returning guarded

1 2 1 1
select max(tags), min(grid), first_value(tags) over (), lag(tags, 1, array['a']) over ()
from singer group by tags

2 1 1
select grid::matrix, array(select grid::matrix from singer), array[grid::matrix] from singer

r
select s::singer from soloist as s

1s
select array_agg(s)::singer[] from singer as s

1 1 2
select trim_array(tags, 1), array_remove(tags, 'x'), array_cat('{}', grid::text[]) from only singer

1 2 1
select tags, grid, n from (select f.tags, f.grid, array[f.id] as n from everyone() as f) as q

- s
select t.tags, s from texts() as t (tags), singer as s
"""


@pytest.fixture(scope="module")
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as made:
        made.execute(SCHEMA.encode())
        for name in ("singer", "same_singers", "guarded"):
            info = CompositeInfo.fetch(made, name)
            assert info is not None
            register_composite(info, made)
        yield made


def cases() -> list[tuple[str, str]]:
    blocks = (block.strip().partition("\n") for block in CASES.strip().split("\n\n"))
    return [(text, signs) for signs, _, text in blocks]


@pytest.mark.parametrize(("text", "signs"), cases())
def test_what_is_known(connection: psycopg.Connection, text: str, signs: str) -> None:
    [described] = describe(connection, [text])
    assert isinstance(described, Description), described
    [found] = analyse(connection, [Statement(text, described.parameters)])
    assert found is not None
    types: dict[int, str] = dict(connection.execute(TYPES).fetchall())

    shown: list[str] = []
    for column, facts in zip(found.columns, described.columns, strict=True):
        dimensions = "-" if column.shape.dimensions is None else str(column.shape.dimensions)
        row = "s" if column.shape.stored else "r"
        shown.append(dimensions * ("a" in types[facts.type]) + row * ("c" in types[facts.type]))
    assert " ".join(shown) == signs

    with connection.transaction(force_rollback=True):
        for values in connection.execute(text.encode()):
            for value, column in zip(values, found.columns, strict=True):
                assert depth(value) in (0, column.shape.dimensions or depth(value))
                assert not column.shape.stored or None not in map(name_in, rows_in(value))


def depth(value: Any) -> int:
    """How deep a list is; 0 for an empty one, or none."""
    return 1 + depth(value[0]) if isinstance(value, list) and value else 0


def rows_in(value: Any) -> list[Any]:
    """The rows of the table's type in a value."""
    if isinstance(value, list):
        return [row for each in cast("list[object]", value) for row in rows_in(each)]
    return [value] if hasattr(value, "name") else []


def name_in(row: Any) -> object:
    return row.name
