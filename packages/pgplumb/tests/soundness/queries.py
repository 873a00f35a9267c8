"""Random queries over a random schema, as sqlc hands them to the plugin."""

# ruff: noqa: E501, S608 - a grammar, written as SQL text

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..nullability.random_queries import ALL_TYPES, Column, Columns, Generator
from .schemas import Schema, Table

JOINS = ("join", "left join", "right join", "full join", "cross join")


@dataclass(frozen=True)
class Draft:
    """A query: its text and, where it embeds models, one name a column of sqlc's.

    embeds: (name, whether it is an embed) of each column; empty: the columns are those of the text.
    """

    text: str
    embeds: tuple[tuple[str, bool], ...] = ()


class QueryMaker(Generator):
    """Makes one query after another."""

    def __init__(self, schema: Schema, choose: Callable[[int], int]) -> None:
        super().__init__(choose, schema.relations())
        self.base_tables = schema.tables
        self.kinds = {
            f"{table.name}.{column.name}": column.kind
            for table in schema.tables
            for column in table.columns
        }

        self.row_columns: list[tuple[str, str]] = []

    def draft(self) -> Draft:
        """One query, its parameters numbered without gaps."""
        kind = self.choose(6)
        if kind == 3:
            return Draft(self.numbered(self.whole_rows()))
        if kind == 4:
            return self.embedding()
        if kind == 5:
            return Draft(self.numbered(self.of_any_type()))
        return Draft(self.statement())

    def numbered(self, sql: str) -> str:
        used = sorted(set(re.findall(r"\$(\d+)", sql)))
        return re.sub(r"\$(\d+)", lambda found: f"${used.index(found[1]) + 1}", sql)

    def columns_of(self, relation: str, alias: str) -> Columns:
        return [Column(f"{alias}.{name}", group) for name, group in self.tables[relation].items()]

    # -- rows that are models

    def whole_rows(self) -> str:
        """All columns of a table or view: the row is its model."""
        relation = self.pick(list(self.tables))
        listed = ", ".join(f"t.{name}" for name in self.tables[relation])
        where = self.condition(2, self.columns_of(relation, "t"))
        return f"select {listed} from {relation} t{self.pick(['', f' where {where}'])}"

    def embedding(self) -> Draft:
        """Models inside rows, behind joins of every kind."""
        names: list[str] = []
        listed: list[str] = []
        columns: Columns = []
        source = ""
        for number in range(2 + self.choose(2)):
            relation, alias = self.pick(list(self.tables)), f"t{number}"
            more = self.columns_of(relation, alias)
            join = self.pick(JOINS)
            if not source:
                source = f"{relation} {alias}"
            elif join == "cross join":
                source += f" cross join {relation} {alias}"
            elif join == "full join":
                source += f" full join {relation} {alias} on {self.equality(columns, more)}"
            else:
                condition = self.pick(
                    [self.equality(columns, more), self.condition(1, columns + more)]
                )
                source += f" {join} {relation} {alias} on {condition}"
            names.append(relation)
            listed.append(", ".join(column.name for column in more))
            columns += more
        where = f" where {self.condition(2, columns)}" if self.maybe(3) else ""
        type_ = self.pick(ALL_TYPES)
        embeds = [(name.strip('"'), True) for name in names]
        listed.append(f"{self.expression(type_, 2, columns)} as extra")
        text = f"select {', '.join(listed)} from {source}{where}"
        return Draft(self.numbered(text), (*embeds, ("extra", False)))

    # -- values of any type

    def of_any_type(self) -> str:
        """Expressions that every type has, over columns of any type."""
        one, other = self.pick(self.base_tables), self.pick(self.base_tables)
        columns = self.columns_of(one.name, "o") + self.columns_of(other.name, "p")
        join = self.pick(JOINS[:4])
        self.row_columns = [
            (alias, column.name)
            for alias, table in (("o", one), ("p", other))
            for column in table.columns
            if column.kind.is_row
        ]
        on = self.equality(self.columns_of(one.name, "o"), self.columns_of(other.name, "p"))
        source = f"{one.name} o {join} {other.name} p on {on}"
        where = f" where {self.condition(2, columns)}" if self.maybe(3) else ""
        if self.maybe(4):
            items = [self.any_aggregate(one) for _ in range(3)]
            key = self.any_column(one)
            return f"select {', '.join(items)} from {source}{where}{self.pick(['', f' group by {key}'])}"
        items = [self.any_expression(one, columns) for _ in range(1 + self.choose(4))]
        listed = ", ".join(f"{item} as c{number + 1}" for number, item in enumerate(items))
        return f"select {listed} from {source}{where}"

    def any_column(self, table: Table) -> str:
        return f"o.{self.pick(table.columns).name}"

    def any_expression(self, table: Table, columns: Columns) -> str:
        column = self.pick(table.columns)
        name, kind = f"o.{column.name}", column.kind.name
        value = self.pick(column.kind.values)
        options: list[Callable[[], str]] = [
            lambda: name,
            lambda: f"coalesce({name}, {value}::{kind})",
            lambda: f"case when {self.condition(1, columns)} then {name} end",
            lambda: f"case when {name} is not null then {name} else {value}::{kind} end",
            lambda: f"nullif({name}, {value}::{kind})",
            lambda: f"greatest({name}, {value}::{kind})",
            lambda: f"row({name}, 1)",
            lambda: f"first_value({name}) over (order by o)",
            lambda: f"lag({name}, 1, {name}) over (order by o)",
            lambda: f"(select {name} limit 1)",
            lambda: f"(select z from (values ({name})) v (z) where z is not null)",
            lambda: f"{value}::{kind}",
            lambda: f"null::{kind}",
            lambda: f"$1::{kind}",
            lambda: f"coalesce($2::{kind}, {name})",
            lambda: self.pick(["o", "p", "nothing()"]),
            lambda: f"{name}::text",
            lambda: f"({name} is null)",
            lambda: f"to_jsonb({name})",
        ]
        arrays: list[Callable[[], str]] = [
            lambda: f"array[{name}]",
            lambda: f"(array[{name}, {name}])[{self.pick(['1', '2', '3'])}]",
            lambda: f"array_agg({name}) over ()",
            lambda: f"unnest(array[{name}])",
            lambda: f"array(select z.{column.name} from {table.name} z)",
            lambda: f"array[{name}] || {self.pick([name, f'array[{name}]', 'null'])}",
            lambda: f"coalesce(array[{name}], array[array[{name}]])",
        ]
        row = self.pick([*(f"{alias}.{each}" for alias, each in self.row_columns), "o", "p"])
        rows: list[Callable[[], str]] = [
            lambda: row,
            lambda: f"array[{row}]",
            lambda: f"(array_agg({row}) over ())[{self.pick(['1', '1:2', '9'])}]",
            lambda: f"coalesce({row}, {row})",
            lambda: f"case when {self.condition(1, columns)} then {row} end",
            lambda: f"first_value({row}) over ()",
            lambda: f"(select z from {table.name} z limit 1)",
            lambda: f"array(select z from {table.name} z)",
            lambda: f"(select z from (select {row} as z) q)",
        ]
        return self.pick(self.pick([options, arrays, rows]))()

    def any_aggregate(self, table: Table) -> str:
        column = self.pick(table.columns)
        name = f"o.{column.name}"
        return self.pick(
            [
                f"array_agg({name})",
                f"(array_agg({name} order by {name}))[1]",
                f"max({name})",
                f"min({name})",
                f"count({name})",
                f"any_value({name})",
                f"mode() within group (order by {name})",
                f"jsonb_agg({name})",
                f"coalesce(max({name}), {self.pick(column.kind.values)}::{column.kind.name})",
                "array_agg(o)",
                f"range_agg({name})",
            ]
        )

    # -- statements that write

    def written(self) -> str:
        table = self.pick(self.base_tables)
        columns = self.columns_of(table.name, "t")
        kind = self.choose(4)
        if kind == 0:
            return self.inserted(table)
        extra, more = self.source(1, [], lateral=False, simple=True)
        visible = columns + more if self.maybe() else columns
        other = extra if visible is not columns else ""
        where = self.condition(2, visible)
        if kind == 1:
            using = f" using {other}" if other else ""
            head = f"delete from {table.name} t{using} where {where}"
        elif kind == 2:
            from_ = f" from {other}" if other else ""
            head = f"update {table.name} t set {self.assigned(table, visible)}{from_} where {where}"
        else:
            visible = columns + more
            head = self.merged(table, extra, visible)
        return f"{head} returning {self.returned(table, visible, merges=kind == 3)}"

    def returned(self, table: Table, visible: Columns, *, merges: bool = False) -> str:
        column = self.pick(table.columns).name
        items = [
            self.expression(self.pick(ALL_TYPES), 1, visible) for _ in range(1 + self.choose(3))
        ]
        items += self.pick([[], ["t.*"], [f"old.{column}", f"new.{column}"], ["old", "new", "t"]])
        return ", ".join([*items, "merge_action()"] if merges else items)

    def new_value(self, table: Table, name: str, visible: Columns) -> str:
        kind = self.kinds[f"{table.name}.{name}"]
        options = ["default", "null", f"{self.pick(kind.values)}::{kind.name}", f"$5::{kind.name}"]
        if kind.group in ALL_TYPES:
            options.append(self.expression(kind.group, 1, visible))
        return self.pick(options)

    def assigned(self, table: Table, visible: Columns) -> str:
        written = [
            column.name for column in table.columns if column.written and column.name != "id"
        ]
        chosen = dict.fromkeys(self.pick(written) for _ in range(1 + self.choose(3)))
        return ", ".join(f"{name} = {self.new_value(table, name, visible)}" for name in chosen)

    def inserted(self, table: Table) -> str:
        columns = [column.name for column in table.columns if column.written]
        values = [
            "100" if name == "id" and self.maybe() else self.new_value(table, name, [])
            for name in columns
        ]
        conflict = ""
        if "id" in columns and self.maybe():
            conflict = self.pick(
                [
                    " on conflict do nothing",
                    f" on conflict (id) do update set {self.assigned(table, self.columns_of(table.name, 'excluded'))}",
                ]
            )
        head = f"insert into {table.name} as t ({', '.join(columns)}) values ({', '.join(values)}){conflict}"
        return f"{head} returning {self.returned(table, self.columns_of(table.name, 't'))}"

    def merged(self, table: Table, source: str, visible: Columns) -> str:
        columns = [column.name for column in table.columns if column.written]
        values = ", ".join(
            "200" if name == "id" else self.new_value(table, name, []) for name in columns
        )
        matched = self.pick(["delete", f"update set {self.assigned(table, visible)}", "do nothing"])
        clauses = [
            f"when matched and {self.condition(1, visible)} then delete",
            f"when matched then {matched}",
            f"when not matched then insert ({', '.join(columns)}) values ({values})",
        ]
        if self.maybe(3):
            own = self.columns_of(table.name, "t")
            clauses.append(
                "when not matched by source then "
                + self.pick(["delete", f"update set {self.assigned(table, own)}"])
            )
        return f"merge into {table.name} t using {source} on {self.condition(2, visible)} {' '.join(clauses)}"

    def with_written(self) -> str:
        table = self.pick(self.base_tables)
        columns = self.columns_of(table.name, "t")
        where = self.condition(1, columns)
        returned = ", ".join(
            f"{self.expression(type_, 1, columns)} as {name}"
            for name, type_ in (("x", "int"), ("s", "text"), ("g", "int"))
        )
        head = self.pick(
            [
                f"delete from {table.name} t where {where}",
                f"update {table.name} t set {self.assigned(table, columns)} where {where}",
            ]
        )
        name = self.name("w")
        self.ctes = {name: {"x": "int", "s": "text", "g": "int"}}
        body = self.select(2, [], [self.pick(ALL_TYPES) for _ in range(3)])
        return f"with {name} as ({head} returning {returned}) {body}"
