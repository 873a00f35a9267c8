"""Random queries over the tables of schema.sql.

A `Generator` asks `choose(n)` for a number below n at every turn, the first being the simplest
choice: a random generator's `randrange` for speed, or Hypothesis's draws, which it can shrink.
"""

# ruff: noqa: E501, S608 - a grammar, written as SQL text

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

TABLES: dict[str, dict[str, str]] = {
    "a": {
        "id": "int", "n": "int", "x": "int", "s": "text", "t": "text", "b": "bool", "nb": "bool",
        "arr": "array", "narr": "array", "ts": "time", "j": "json", "f": "float", "r": "range",
    },
    "b": {"id": "int", "a_id": "int", "x": "int", "y": "int", "s": "text", "flag": "bool"},
    "c": {"x": "int", "s": "text", "g": "int", "b": "bool", "d": "date"},
    "parent": {"id": "int", "x": "int", "y": "int"},
    "ONLY parent": {"id": "int", "x": "int", "y": "int"},
    "part": {"id": "int", "x": "int", "g": "int"},
    "va": {"id": "int", "n": "int", "x": "int", "s": "text", "t": "text"},
    "vab": {"id": "int", "x": "int", "b_id": "int", "y": "int", "s": "text"},
    "vg": {"g": "int", "n": "int", "x": "int", "mg": "int", "s": "text"},
    "vfilter": {"id": "int", "x": "int", "s": "text", "b": "bool"},
    "mat": {"id": "int", "x": "int", "s": "text", "n": "int"},
}  # fmt: skip
ALL_TYPES = ("int", "text", "bool")
JSON = """'{"k": 1}'::jsonb"""
CASTS = {"int": "int", "text": "text", "bool": "bool"}


@dataclass
class Column:
    """A column that an expression may name."""

    name: str
    type: str


Columns = list[Column]


class Generator:
    """Makes one query after another."""

    def __init__(
        self, choose: Callable[[int], int], tables: Mapping[str, Mapping[str, str]] = TABLES
    ) -> None:
        """In: where choices come from; the tables' columns, by the kind of their type."""
        self.choose = choose
        self.tables = tables
        self.names = 0
        self.ctes: dict[str, dict[str, str]] = {}

    def pick(self, items: Sequence[T]) -> T:
        return items[self.choose(len(items))]

    def maybe(self, one_in: int = 2) -> bool:
        return self.choose(one_in) == one_in - 1

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    # -- statements

    def statement(self) -> str:
        """A statement, its parameters numbered without gaps."""
        self.names = 0
        self.ctes = {}
        kind = self.choose(14)
        if kind == 12:
            sql = self.written()
        elif kind == 13:
            sql = self.with_written()
        else:
            sql, _ = self.query(3, [], width=1 + self.choose(5))
        used = sorted(set(re.findall(r"\$(\d+)", sql)))
        return re.sub(r"\$(\d+)", lambda found: f"${used.index(found[1]) + 1}", sql)

    def written(self) -> str:
        kind = self.choose(6)
        if kind == 0:
            where = self.condition(2, [Column(f"a.{c}", t) for c, t in TABLES["a"].items()])
            old = "a"
            sql = f"DELETE FROM a WHERE {where}"
        elif kind == 1:
            columns = [Column(f"b.{c}", t) for c, t in TABLES["b"].items()]
            extra, more = self.source(1, columns, lateral=False)
            where = self.condition(2, columns + more)
            sql = f"UPDATE b SET x = {self.expression('int', 1, columns + more)}, flag = NULL FROM {extra} WHERE {where}"
            outputs = ", ".join(
                self.expression(self.pick(ALL_TYPES), 1, columns + more) for _ in range(3)
            )
            return f"{sql} RETURNING b.*, old.x, new.x, old.s, {outputs}"
        elif kind == 2:
            old = "b"
            conflict = self.pick(
                ["", "ON CONFLICT DO NOTHING", "ON CONFLICT (id) DO UPDATE SET x = excluded.y"]
            )
            select, _ = self.query(1, [], width=2, types=("int", "int"))
            sql = f"INSERT INTO b (id, x, y) SELECT q.*, 1 FROM ({select}) q WHERE q.c1 IS NOT NULL {conflict}"
        elif kind == 3:
            old = "va"
            sql = f"UPDATE va SET x = NULL WHERE {self.condition(2, [Column(f'va.{c}', t) for c, t in TABLES['va'].items()])}"
        elif kind == 4:
            old = "vfilter"
            sql = f"UPDATE vfilter SET x = {self.pick(['NULL', 'x', 'id'])}, s = NULL WHERE x IS NOT NULL AND s IS NOT NULL"
        else:
            columns = [Column(f"b.{c}", t) for c, t in TABLES["b"].items()]
            source, more = self.source(1, [], lateral=False, simple=True)
            gone = self.pick(
                [
                    "",
                    "WHEN NOT MATCHED BY SOURCE AND b.y = 1 THEN DELETE",
                    "WHEN NOT MATCHED BY SOURCE THEN UPDATE SET x = NULL",
                ]
            )
            key = next((c.name for c in more if c.type == "int"), "1")
            outputs = ", ".join(
                self.expression(self.pick(ALL_TYPES), 1, columns + more) for _ in range(3)
            )
            return (
                f"MERGE INTO b USING {source} ON b.id = {key} AND {self.condition(1, columns + more)}"
                f" WHEN MATCHED AND b.y = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET x = NULL, y = b.y + 1 {gone}"
                f" WHEN NOT MATCHED THEN INSERT (id, y) VALUES (coalesce({key}, 0) + 1000, 1)"
                f" RETURNING merge_action(), b.*, old.y, new.y, {outputs}"
            )
        columns = [Column(f"{old}.{c}", t) for c, t in TABLES[old].items()]
        outputs = ", ".join(self.expression(self.pick(ALL_TYPES), 1, columns) for _ in range(2))
        versions = "" if self.maybe() else f"old.id, new.id, old.x, new.x, {old}, "
        return f"{sql} RETURNING {versions}{old}.*, {outputs}"

    def with_written(self) -> str:
        statement = self.pick(
            [
                "DELETE FROM c WHERE x IS NOT NULL RETURNING x, s, g",
                "UPDATE b SET s = x::text WHERE s IS NOT NULL RETURNING x, s, y AS g",
                "INSERT INTO b (id, y) SELECT id + 100, n FROM a RETURNING x, s, y AS g",
            ]
        )
        name = self.name("w")
        self.ctes = {name: {"x": "int", "s": "text", "g": "int"}}
        return f"WITH {name} AS ({statement}) {self.select(2, [], [self.pick(ALL_TYPES) for _ in range(3)])}"

    def query(
        self, depth: int, outer: Columns, *, width: int, types: Sequence[str] | None = None
    ) -> tuple[str, list[str]]:
        """A SELECT with columns c1, c2, ... and their types."""
        types = types or [self.pick(ALL_TYPES) for _ in range(width)]
        kind = self.choose(12) if depth > 0 else 0
        if kind == 9:
            left, _ = self.query(depth - 1, outer, width=width, types=types)
            right, _ = self.query(depth - 1, outer, width=width, types=types)
            operator = self.pick(
                ["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"]
            )
            return f"({left}) {operator} ({right})", list(types)
        if kind == 10 and not outer:
            return self.with_query(depth, types)
        if kind == 11:
            rows = ", ".join(
                "(" + ", ".join(self.expression(t, depth - 2, outer) for t in types) + ")"
                for _ in range(1 + self.choose(3))
            )
            return f"SELECT * FROM (VALUES {rows}) v ({_names(types)})", list(types)
        if kind == 8:
            inner, _ = self.query(depth - 1, outer, width=width, types=types)
            columns = [Column(f"q.c{i + 1}", t) for i, t in enumerate(types)]
            where = self.condition(1, columns)
            return f"SELECT * FROM ({inner}) q ({_names(types)}) WHERE {where}", list(types)
        return self.select(depth, outer, types), list(types)

    def with_query(self, depth: int, types: Sequence[str]) -> tuple[str, list[str]]:
        before = dict(self.ctes)
        name = self.name("w")
        if self.maybe(3):
            inner_types = [self.pick(ALL_TYPES) for _ in range(2)]
            base, _ = self.query(1, [], width=2, types=inner_types)
            columns: dict[str, str] = {"c1": inner_types[0], "c2": inner_types[1]}
            self.ctes[name] = columns
            step_columns = [Column(f"{name}.{c}", t) for c, t in columns.items()]
            joined = self.pick(["", " JOIN b USING (id)", ", c", " LEFT JOIN a z ON z.x = 1"])
            if "USING" in joined:
                joined = " JOIN b zb ON zb.y = 1"
            step = ", ".join(self.expression(t, 1, step_columns, sets=False) for t in inner_types)
            union = f"({base}) UNION SELECT {step} FROM {name}{joined} WHERE {self.condition(1, step_columns)}"
            head = f"WITH RECURSIVE {name} (c1, c2) AS ({union})"
        else:
            inner_types = [self.pick(ALL_TYPES) for _ in range(2)]
            inner, _ = self.query(depth - 1, [], width=2, types=inner_types)
            columns = {"c1": inner_types[0], "c2": inner_types[1]}
            head = f"WITH {name} (c1, c2) AS {self.pick(['', 'MATERIALIZED '])}({inner})"
            self.ctes[name] = columns
        body = self.select(depth - 1, [], types)
        self.ctes = before
        return f"{head} {body}", list(types)

    def select(self, depth: int, outer: Columns, types: Sequence[str]) -> str:
        if self.choose(12) == 11:
            source = ""
            visible: Columns = []
        else:
            source, visible = self.source(depth, outer)
        everything = visible + outer if self.maybe(3) else visible or outer
        where = f" WHERE {self.condition(depth, everything)}" if self.maybe() else ""
        tail = ""
        grouping = self.choose(6)
        if grouping == 4 and visible:
            items, tail = self.grouped(depth, visible, types)
        elif grouping == 5:
            items = [self.aggregate(t, depth, everything) for t in types]
            tail = (
                f" HAVING {self.pick(['count(*) > 0', 'count(*) >= 0', 'true'])}"
                if self.maybe(4)
                else ""
            )
        else:
            window = self.maybe(6)
            items = [
                self.wrapped_window(t, depth, everything)
                if window and self.maybe(3)
                else self.window(t, depth, everything)
                if window and self.maybe()
                else self.expression(t, depth, everything)
                for t in types
            ]
            if self.maybe(12):
                items[0] = self.set_returning(types[0], everything)
                if self.maybe():
                    items[-1] = self.set_returning(types[-1], everything)
        listed = ", ".join(f"{item} AS c{number + 1}" for number, item in enumerate(items))
        start = f" FROM {source}" if source else ""
        limit = self.pick(["", "", "", "", " LIMIT 3", " LIMIT 1", " OFFSET 1"])
        distinct = "DISTINCT " if self.maybe(10) else ""
        return f"SELECT {distinct}{listed}{start}{where}{tail}{limit}"

    def grouped(self, depth: int, visible: Columns, types: Sequence[str]) -> tuple[list[str], str]:
        keys = [
            self.pick([c for c in visible if c.type in ALL_TYPES] or visible)
            for _ in range(1 + self.choose(2))
        ]
        names = [key.name for key in keys]
        if self.maybe(5):
            names[0] = f"coalesce({names[0]}, {names[0]})"
            keys[0] = Column(names[0], keys[0].type)
        listed = ", ".join(names)
        clause = self.pick(
            [listed, listed, listed, f"ROLLUP ({listed})", f"CUBE ({listed})", f"GROUPING SETS (({listed}), ())",
             f"GROUPING SETS (({listed}), ({names[0]}))", f"{names[0]}, ROLLUP ({names[-1]})"]
        )  # fmt: skip
        items: list[str] = []
        for type_ in types:
            options = [key.name for key in keys if key.type == type_]
            if options and self.maybe():
                items.append(self.pick(options))
            elif self.maybe(4):
                items.append(self.expression(type_, 1, keys, sets=False))
            else:
                items.append(self.aggregate(type_, depth, visible))
        having = ""
        if self.maybe(4):
            having = f" HAVING {self.condition(1, keys)}"
        elif self.maybe(6):
            inner = self.aggregate("int", 1, visible)
            items[0] = inner if types[0] == "int" else items[0]
            having = f" HAVING {inner} IS NOT NULL"
        return items, f" GROUP BY {clause}{having}"

    # -- FROM

    def source(
        self, depth: int, outer: Columns, *, lateral: bool = True, simple: bool = False
    ) -> tuple[str, Columns]:
        sql, columns = self.item(depth, outer, lateral=False)
        if simple:
            return sql, columns
        for _ in range(self.choose(3)):
            other, more = self.item(
                depth - 1, columns + outer if lateral else outer, lateral=lateral and self.maybe(3)
            )
            kind = self.pick(
                ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT JOIN", ",", "CROSS JOIN"]
            )
            if "LATERAL" in other and kind in {"RIGHT JOIN", "FULL JOIN"}:
                kind = "LEFT JOIN"
            if kind in {",", "CROSS JOIN"}:
                sql = f"{sql} CROSS JOIN {other}"
            elif kind == "FULL JOIN":
                shared = [
                    m
                    for m in more
                    for c in columns
                    if _bare(m) == _bare(c)
                    and _unique(m, more)
                    and _unique(c, columns)
                    and m.type == c.type
                    and m.type in ALL_TYPES
                ]
                if shared and self.maybe():
                    merged, using = self.pick(shared), self.name("u")
                    sql = f"{sql} FULL JOIN {other} USING ({_bare(merged)}) AS {using}"
                    more = [*more, Column(f"{using}.{_bare(merged)}", merged.type)]
                else:
                    sql = f"{sql} FULL JOIN {other} ON {self.equality(columns, more)}"
            else:
                shared = [
                    m
                    for m in more
                    for c in columns
                    if _bare(m) == _bare(c)
                    and _unique(m, more)
                    and _unique(c, columns)
                    and m.type == c.type
                    and m.type in ALL_TYPES
                ]
                if shared and self.maybe(3):
                    merged, using = self.pick(shared), self.name("u")
                    sql = f"{sql} {kind} {other} USING ({_bare(merged)}) AS {using}"
                    more = [*more, Column(f"{using}.{_bare(merged)}", merged.type)]
                else:
                    condition = (
                        self.equality(columns, more)
                        if self.maybe()
                        else self.condition(1, columns + more)
                    )
                    sql = f"{sql} {kind} {other} ON {condition}"
            columns = columns + more
        return sql, columns

    def equality(self, left: Columns, right: Columns) -> str:
        pairs = [(x, y) for x in left for y in right if x.type == y.type and x.type in ALL_TYPES]
        if not pairs:
            return "1 = 1"
        one, other = self.pick(pairs)
        return f"{one.name} = {other.name}"

    def item(self, depth: int, outer: Columns, *, lateral: bool) -> tuple[str, Columns]:
        kind = self.choose(12) if depth > 0 else 0
        if self.ctes and self.maybe(2):
            name = self.pick(sorted(self.ctes))
            alias = self.name("t")
            return f"{name} {alias}", [
                Column(f"{alias}.{c}", t) for c, t in self.ctes[name].items()
            ]
        if kind in {8, 9} or (lateral and kind in {7, 6}):
            types = [self.pick(ALL_TYPES) for _ in range(2)]
            sql, _ = self.query(depth - 1, outer if lateral else [], width=2, types=types)
            alias = self.name("q")
            word = "LATERAL " if lateral else ""
            return f"{word}({sql}) {alias} (c1, c2)", [
                Column(f"{alias}.c{number + 1}", type_) for number, type_ in enumerate(types)
            ]
        if kind == 10:
            alias = self.name("f")
            call, columns = self.pick(
                [
                    ("generate_series(1, 2)", {"v": "int"}),
                    ("unnest('{1,NULL}'::int[])", {"v": "int"}),
                    ("unnest(ARRAY[1, 2])", {"v": "int"}),
                    ("jsonb_array_elements_text('[\"p\", null]')", {"v": "text"}),
                    ("jsonb_each_text('{\"p\": null, \"q\": \"r\"}')", {"k": "text", "v": "text"}),
                    ("pairs()", {"v": "int", "w": "text"}),
                    ("strict_null(1)", {"v": "int"}),
                    ("string_to_table('p,q', ',', 'p')", {"v": "text"}),
                    ("regexp_split_to_table('p q', ' ')", {"v": "text"}),
                    ("ROWS FROM (generate_series(1, 3), generate_series(1, 2))", {"v": "int", "w": "int"}),
                    ("upper('p')", {"v": "text"}),
                    ("upper(NULL)", {"v": "text"}),
                ]
            )  # fmt: skip
            if self.maybe(4):
                columns = {**columns, "o": "int"}
                call += " WITH ORDINALITY"
            names = ", ".join(columns)
            return f"{call} {alias} ({names})", [
                Column(f"{alias}.{c}", t) for c, t in columns.items()
            ]
        if kind == 11 and depth > 1:
            sql, joined = self.source(depth - 1, [], lateral=False)
            return (f"({sql})", joined) if " JOIN " in sql else (sql, joined)
        table = self.pick(list(self.tables))
        alias = self.name("t")
        own = self.tables[table].items()
        return f"{table} {alias}", [Column(f"{alias}.{c}", t) for c, t in own]

    # -- expressions

    def expression(self, type_: str, depth: int, columns: Columns, *, sets: bool = True) -> str:
        mine = [c.name for c in columns if c.type == type_]
        if mine and (depth <= 0 or self.maybe()):
            return self.pick(mine)
        if depth <= 0:
            return self.literal(type_)

        def sub(kind: str) -> str:
            return self.expression(kind, depth - 1, columns, sets=sets)

        def of(kind: str, default: str) -> str:
            names = [c.name for c in columns if c.type == kind]
            return self.pick(names) if names else default

        common: list[Callable[[], str]] = [
            lambda: self.literal(type_),
            lambda: f"coalesce({sub(type_)}, {sub(type_)})",
            lambda: (
                f"CASE WHEN {self.condition(depth - 1, columns)} THEN {sub(type_)} ELSE {sub(type_)} END"
            ),
            lambda: self.tested_case(type_, depth, columns),
            lambda: (
                f"CASE {sub('int')} WHEN 1 THEN {sub(type_)} WHEN {sub('int')} THEN {sub(type_)} ELSE {sub(type_)} END"
            ),
            lambda: f"CASE WHEN {self.condition(depth - 1, columns)} THEN {sub(type_)} END",
            lambda: f"nullif({sub(type_)}, {sub(type_)})",
            lambda: f"greatest({sub(type_)}, {sub(type_)})",
            lambda: self.scalar(type_, depth, columns) if sets else self.literal(type_),
            lambda: f"(ARRAY[{sub(type_)}, {sub(type_)}])[{self.pick(['1', '2', '3'])}]",
            lambda: f"({sub(type_)})::{CASTS[type_]}",
        ]
        own: dict[str, list[Callable[[], str]]] = {
            "int": [
                lambda: f"{sub('int')} + {sub('int')}",
                lambda: f"- {sub('int')}",
                lambda: f"abs({sub('int')})",
                lambda: f"length({sub('text')})",
                lambda: f"{sub('bool')}::int",
                lambda: f"array_length({of('array', 'NULL::int[]')}, 1)",
                lambda: f"cardinality({of('array', 'NULL::int[]')})",
                lambda: f"({of('array', 'NULL::int[]')})[1]",
                lambda: (
                    f"extract({self.pick(['epoch', 'hour', 'year', 'day'])} from {of('time', 'now()')})::int % 7"
                ),
                lambda: f"lower({of('range', 'NULL::int4range')})",
                lambda: f"strict_null(({sub('int')})::int)",
                lambda: f"num_nulls({sub('int')}, {sub('text')})",
                lambda: f"array_position({of('array', 'NULL::int[]')}, 1)",
                lambda: f"strpos({sub('text')}, 'a')",
                lambda: f"({sub('int')} % 5)",
                lambda: f"width_bucket({of('float', '1.0')}, 0, 1, 3)",
                lambda: f"({of('json', JSON)} -> 'k' IS NULL)::int",
            ],
            "text": [
                lambda: f"{sub('text')} || {sub('text')}",
                lambda: f"upper({sub('text')})",
                lambda: f"substring({sub('text')} from 'a(b)?')",
                lambda: f"{of('json', JSON)} ->> 'k'",
                lambda: f"to_char({of('time', 'now()')}, '{self.pick(['', 'YYYY'])}')",
                lambda: f"concat({sub('text')}, {sub('int')})",
                lambda: f"concat_ws({sub('text')}, {sub('text')}, {sub('text')})",
                lambda: f"quote_nullable({sub('text')})",
                lambda: f"{sub('int')}::text",
                lambda: f"split_part({sub('text')}, 'a', 1)",
                lambda: f"array_to_string({of('array', 'NULL::int[]')}, ',')",
                lambda: f"jsonb_typeof({of('json', JSON)})",
                lambda: f"jsonb_build_array({sub('int')})::text",
                lambda: f"ROW({sub('int')}, {sub('text')})::text",
                lambda: f"ARRAY[{sub('int')}, {sub('int')}]::text",
                lambda: f"left({sub('text')}, ({sub('int')})::int)",
                lambda: f"({of('time', 'now()')}::time)::text",
                lambda: f"regexp_replace({sub('text')}, 'a', {sub('text')})",
                lambda: f"date_trunc('day', {of('time', 'now()')})::text",
                lambda: f'{sub("text")} COLLATE "C"',
            ],
            "bool": [lambda: self.condition(depth - 1, columns)],
        }
        return self.pick(own[type_] + common)()

    def literal(self, type_: str) -> str:
        options = {
            "int": ["1", "0", "NULL::int", "$1::int", "$3::int", "2"],
            "text": ["'a'::text", "''::text", "NULL::text", "$2::text", "$4::text", "'b'::text"],
            "bool": ["true", "false", "NULL::bool", "true"],
        }
        return self.pick(options[type_])

    def tested_case(self, type_: str, depth: int, columns: Columns) -> str:
        mine = [c.name for c in columns if c.type == type_]
        if not mine:
            return self.literal(type_)
        name = self.pick(mine)
        other = self.expression(type_, depth - 1, columns)
        return self.pick(
            [
                f"CASE WHEN {name} IS NULL THEN {other} ELSE {name} END",
                f"CASE WHEN {name} IS NOT NULL THEN {name} ELSE {other} END",
                f"CASE WHEN NOT ({name} IS NOT NULL) OR {self.condition(1, columns)} THEN {other} ELSE {name} END",
                f"CASE WHEN {name} = {other} THEN {name} ELSE {other} END",
                f"CASE {name} WHEN {other} THEN {name} ELSE {other} END",
            ]
        )

    def scalar(self, type_: str, depth: int, columns: Columns) -> str:
        kind = self.choose(4)
        if kind == 0:
            return f"(SELECT {self.expression(type_, 1, columns)} AS c1)"
        if kind == 1:
            source, visible = self.source(1, columns, lateral=False)
            return f"(SELECT {self.aggregate(type_, 1, visible)} FROM {source} WHERE {self.condition(1, visible + columns)})"
        sql, _ = self.query(min(depth - 1, 1), columns, width=1, types=[type_])
        return f"(SELECT c1 FROM ({sql}) z LIMIT 1)"

    def condition(self, depth: int, columns: Columns) -> str:
        types = [c.type for c in columns if c.type in ALL_TYPES]
        kind = self.pick(types) if types else "int"

        def sub(type_: str) -> str:
            return self.expression(type_, max(depth - 1, 0), columns)

        def more() -> str:
            return self.condition(depth - 1, columns) if depth > 0 else f"{sub(kind)} IS NOT NULL"

        def row() -> str:
            names = [c.name.split(".")[0] for c in columns if "." in c.name and c.name[0] == "t"]
            return f"{self.pick(names)} IS NOT NULL" if names else "true"

        options: list[Callable[[], str]] = [
            lambda: f"{sub(kind)} IS NOT NULL",
            lambda: f"{sub(kind)} = {sub(kind)}",
            lambda: f"{sub('int')} {self.pick(['<', '>', '<=', '<>'])} {sub('int')}",
            lambda: f"({more()} AND {more()})",
            lambda: f"({more()} OR {more()})",
            lambda: f"NOT ({more()})",
            lambda: f"{sub(kind)} IS NULL",
            lambda: f"{sub(kind)} IS {self.pick(['', 'NOT '])}DISTINCT FROM {sub(kind)}",
            lambda: f"{sub(kind)} {self.pick(['', 'NOT '])}IN ({sub(kind)}, {sub(kind)})",
            lambda: f"{sub('int')} BETWEEN {sub('int')} AND {sub('int')}",
            lambda: (
                f"{sub('int')} {self.pick(['= ANY', '<> ALL', '> ALL', '< ANY'])} ({self.array(columns)})"
            ),
            lambda: (
                f"({sub('bool')}) IS {self.pick(['TRUE', 'NOT TRUE', 'FALSE', 'NOT FALSE', 'UNKNOWN', 'NOT UNKNOWN'])}"
            ),
            lambda: f"{sub('text')} {self.pick(['', 'NOT '])}LIKE '%a%'",
            lambda: f"coalesce({more()}, {self.pick(['false', 'true'])})",
            lambda: f"({sub('int')}, {sub('text')}) = ({sub('int')}, {sub('text')})",
            lambda: f"({sub('int')}, {sub('text')}) < ({sub('int')}, {sub('text')})",
            lambda: f"ROW({sub('int')}, {sub('text')}) IS {self.pick(['', 'NOT '])}NULL",
            row,
            lambda: f"NOT ({row()})",
            lambda: f"CASE WHEN {more()} THEN {more()} ELSE {more()} END",
            lambda: self.subquery_condition(depth, columns),
            lambda: self.subquery_condition(depth, columns),
            lambda: sub("bool"),
        ]
        return self.pick(options if depth > 0 else options[:3])()

    def array(self, columns: Columns) -> str:
        names = [c.name for c in columns if c.type == "array"]
        listed = f"ARRAY[{self.expression('int', 0, columns)}, 1]"
        return self.pick([listed, "'{1,2}'::int[]", "'{1,NULL}'::int[]", "'{}'::int[]", *names])

    def subquery_condition(self, depth: int, columns: Columns) -> str:
        if depth <= 1:
            return "true"
        kind = self.choose(3)
        source, visible = self.source(1, columns, lateral=False)
        where = self.condition(1, visible + columns)
        if kind == 0:
            return f"{self.pick(['', 'NOT '])}EXISTS (SELECT {self.pick(['1', 'count(*)', '1'])} FROM {source} WHERE {where})"
        one = self.expression("int", 0, columns)
        other = self.expression("int", 1, visible)
        word = self.pick(["IN", "NOT IN", "= ANY", "> ALL", "<> ALL"])
        return f"{one} {word} (SELECT {other} FROM {source} WHERE {where})"

    def aggregate(self, type_: str, depth: int, columns: Columns) -> str:
        def sub(kind: str) -> str:
            return self.expression(kind, max(depth - 1, 0), columns, sets=False)

        options = {
            "int": ["count(*)", f"count({sub('int')})", f"max({sub('int')})", f"sum({sub('int')})::int",
                    f"avg({sub('int')})::int", f"array_length(array_agg({sub('int')}), 1)",
                    f"stddev({sub('int')})::int", f"var_pop({sub('int')})::int", f"(array_agg({sub('int')}))[1]",
                    f"mode() WITHIN GROUP (ORDER BY {sub('int')})", f"cardinality(array_agg({sub('text')}))",
                    f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {sub('int')})",
                    f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {sub('int')})::int",
                    f"rank(1) WITHIN GROUP (ORDER BY {sub('int')})", f"bit_or({sub('int')})",
                    f"corr({sub('int')}, {sub('int')})::int", f"regr_count({sub('int')}, {sub('int')})::int"],
            "text": [f"string_agg({sub('text')}, {sub('text')})", f"min({sub('text')})", f"array_agg({sub('int')})::text",
                     f"json_agg({sub('int')})::text", f"jsonb_object_agg(coalesce({sub('text')}, ''), {sub('int')})::text",
                     f"string_agg(DISTINCT {sub('text')}, '')", f"any_value({sub('text')})",
                     f"json_arrayagg({sub('int')})::text"],
            "bool": [f"bool_and({sub('bool')})", f"bool_or({sub('bool')})", "count(*) > 0", f"every({sub('bool')})",
                     f"max({sub('int')}) = 1"],
        }  # fmt: skip
        chosen = self.pick(options[type_])
        if self.maybe(8) and chosen.endswith(")") and "WITHIN" not in chosen:
            chosen = f"{chosen} FILTER (WHERE {self.expression('bool', 0, columns)})"
        return f"coalesce({chosen}, {self.literal(type_)})" if self.maybe(5) else chosen

    def window(self, type_: str, depth: int, columns: Columns) -> str:
        def sub(kind: str) -> str:
            return self.expression(kind, max(depth - 1, 0), columns, sets=False)

        function = self.pick(
            {
                "int": ["row_number()", "rank()", f"lag({sub('int')})", f"lead({sub('int')}, 1, {sub('int')})",
                        f"first_value({sub('int')})", f"last_value({sub('int')})", f"max({sub('int')})",
                        "count(*)", f"count({sub('int')})", f"nth_value({sub('int')}, 2)", "ntile(2)",
                        f"sum({sub('int')})"],
                "text": [f"lag({sub('text')}, 1, 'a')", f"first_value({sub('text')})", f"min({sub('text')})",
                         f"string_agg({sub('text')}, ',')", f"json_agg({sub('int')})"],
                "bool": [f"bool_and({sub('bool')})", "row_number()", f"lag({sub('bool')})"],
            }[type_]
        )  # fmt: skip
        cast = {"int": "int", "text": "text", "bool": "text::bool"}[type_]
        if function == "row_number()" and type_ == "bool":
            cast = "int::bool"
        filtered = ""
        if self.maybe(8) and function.split("(")[0] in {"max", "count", "sum", "min", "bool_and"}:
            filtered = f" FILTER (WHERE {self.expression('bool', 0, columns)})"
        frame = self.pick(
            ["", "", "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", "ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
             "ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING", "RANGE UNBOUNDED PRECEDING EXCLUDE CURRENT ROW",
             "GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE TIES",
             "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP",
             "RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING"]
        )  # fmt: skip
        partition = f"PARTITION BY {sub('int')} " if self.maybe(3) else ""
        return f"({function}{filtered} OVER ({partition}ORDER BY {sub('int')} {frame}))::{cast}"

    def wrapped_window(self, type_: str, depth: int, columns: Columns) -> str:
        """A window function where more is known of the current row than of the others."""
        mine = [c.name for c in columns if c.type == type_]
        name = self.pick(mine) if mine else self.literal(type_)
        window = f"first_value({name}) OVER (ORDER BY {self.expression('int', 0, columns)})"
        other = self.window(type_, depth, columns)
        return self.pick(
            [
                f"CASE WHEN {name} IS NOT NULL THEN {window} ELSE {other} END",
                f"CASE WHEN {self.condition(1, columns)} THEN {window} ELSE {other} END",
                f"coalesce({window}, {other})",
            ]
        )

    def set_returning(self, type_: str, columns: Columns) -> str:
        inner = self.expression("int", 0, columns)
        return self.pick(
            {
                "int": [f"generate_series(1, {inner})", "unnest('{1,NULL}'::int[])", f"generate_series(1, 2) + {inner}"],
                "text": ["regexp_split_to_table('a b', ' ')", "jsonb_object_keys('{\"p\": 1}')",
                         "jsonb_array_elements_text('[null, 1]')"],
                "bool": ["generate_series(0, 1)::bool", "unnest('{t,NULL}'::bool[])"],
            }[type_]
        )  # fmt: skip


def _names(types: Sequence[str]) -> str:
    return ", ".join(f"c{number + 1}" for number in range(len(types)))


def _bare(column: Column) -> str:
    return column.name.split(".")[-1]


def _unique(column: Column, columns: Columns) -> bool:
    return sum(_bare(other) == _bare(column) for other in columns) == 1
