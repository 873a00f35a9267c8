"""Random tables: columns, partitions, constraints, indexes, and rows for them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from .random_choices import BUILT_IN, COLUMN_NAMES, COMMENTS, OTHER_NAMES, ROLES, Choices
from .random_schemas import (
    SEQUENCE_OPTIONS,
    Composite,
    Item,
    NumberSequence,
    Relation,
    Schema,
)

_COLLATIONS: Final = ('pg_catalog."C"', 'pg_catalog."POSIX"', 'pg_catalog."default"')
_BTREE_FAMILIES: Final = ("number", "text", "time", "uuid", "interval", "address")


@dataclass
class Column:
    """A column."""

    name: str
    type: str
    collation: str | None = None
    not_null: str | None = None
    """What is written before and behind NOT NULL: "", "constraint x", "no inherit", "not valid"."""
    default: str | None = None
    identity: str | None = None
    generated: str | None = None
    stored: bool = True
    settings: dict[str, str] = field(default_factory=dict[str, str])
    comment: str | None = None
    grants: list[str] = field(default_factory=list[str])

    def definition(self) -> str:
        """As in CREATE TABLE."""
        words = [self.name, self.type]
        words += [f"collate {self.collation}"] if self.collation else []
        if self.generated:
            kind = "stored" if self.stored else "virtual"
            words.append(f"generated always as ({self.generated}) {kind}")
        elif self.identity:
            words.append(f"generated {self.identity}")
        elif self.default:
            words.append(f"default {self.default}")
        if self.not_null is not None and self.not_null != "not valid":
            name = self.not_null if self.not_null.startswith("constraint") else ""
            words += [name, "not null", "" if name else self.not_null]
        return " ".join(word for word in words if word)

    def afterwards(self, table: str) -> Iterator[str]:
        """What CREATE TABLE can't say."""
        for action in self.settings.values():
            yield f"alter table {table} alter column {self.name} {action}"
        if self.not_null == "not valid":
            yield f"alter table {table} add not null {self.name} not valid"
        if self.comment:
            text = self.comment.replace("'", "''")
            yield f"comment on column {table}.{self.name} is '{text}'"
        for grant in self.grants:
            privilege, _, role = grant.partition(" to ")
            yield f"grant {privilege} ({self.name}) on {table} to {role}"


_SETTINGS: Final = {
    "storage": ("set storage external", "set storage main", "set storage plain"),
    "statistics": ("set statistics 10", "set statistics 0"),
    "options": ("set (n_distinct = 5)", "set (n_distinct = -0.5, n_distinct_inherited = 3)"),
    "compression": ("set compression pglz"),
}
_OPTIONS: Final = (
    "fillfactor = 70",
    "fillfactor = 90",
    "autovacuum_enabled = false",
    "toast.autovacuum_enabled = false",
    "autovacuum_vacuum_scale_factor = 0.05",
    "parallel_workers = 2",
)
_BOUNDS: Final = {
    "list": ("for values in ({})", ("1", "2, 3", "4, null")),
    "range": ("for values from ({}) to ({})", ("1|10", "10|20", "minvalue|1", "20|maxvalue")),
    "hash": ("for values with (modulus {}, remainder {})", ("2|0", "4|1", "4|3")),
}


@dataclass
class Table(Relation):
    """A table, perhaps partitioned, a partition, or an heir of others."""

    columns: list[Column] = field(default_factory=list[Column])
    unlogged: bool = False
    options: list[str] = field(default_factory=list[str])
    inherits: list[str] = field(default_factory=list[str])
    strategy: str | None = None
    """"list", "range" or "hash" where it is partitioned by its first column."""
    partition_of: str | None = None
    bound: str = "default"
    attached: bool = False
    """Made by itself, its columns in another order, and attached."""
    of_type: str | None = None
    row_security: list[str] = field(default_factory=list[str])
    replica_identity: str | None = None
    word: ClassVar[str] = "table"
    privileges: ClassVar[tuple[str, ...]] = ("select", "insert, update", "all", "trigger")

    def all_columns(self, schema: Schema) -> list[Column]:
        """Its columns with those of the tables above."""
        found: dict[str, Column] = {}
        for name in (*self.inherits, *([self.partition_of] if self.partition_of else ())):
            above = schema.find(Table, name)
            if above is not None and above is not self:
                found |= {column.name: column for column in above.all_columns(schema)}
        if self.of_type:
            kind = schema.find(Composite, self.of_type)
            found |= {n: Column(n, t) for n, t in (kind.attributes if kind else {}).items()}
        return list((found | {column.name: column for column in self.columns}).values())

    def shape(self, schema: Schema) -> list[tuple[str, str]]:
        return [(column.name, column.type) for column in self.all_columns(schema)]

    def column(self, schema: Schema, name: str) -> Column | None:
        """The column of that name."""
        return next((each for each in self.all_columns(schema) if each.name == name), None)

    def make(self, schema: Schema) -> Iterator[str]:
        own = [] if self.partition_of else self.columns
        if self.attached:
            own = [*reversed(self.all_columns(schema))]
        words = [f"create {'unlogged ' if self.unlogged else ''}table {self.name}"]
        if self.partition_of and not self.attached:
            words.append(f"partition of {self.partition_of} {self.bound}")
        elif self.of_type:
            words.append(f"of {self.of_type}")
        else:
            words.append(f"({', '.join(column.definition() for column in own)})")
            words += [f"inherits ({', '.join(self.inherits)})"] if self.inherits else []
        if self.strategy:
            column = next(iter(self.all_columns(schema)), None)
            words.append(f"partition by {self.strategy} ({column.name if column else ''})")
        if self.options:
            words.append(f"with ({', '.join(self.options)})")
        yield " ".join(words)
        for column in own:
            yield from column.afterwards(self.name)
        if self.partition_of and self.attached:
            yield f"alter table {self.partition_of} attach partition {self.name} {self.bound}"
        for action in self.row_security:
            yield f"alter table {self.name} {action} row level security"
        if self.replica_identity:
            yield f"alter table {self.name} replica identity {self.replica_identity}"

    def change(self, schema: Schema, choices: Choices) -> None:
        for _ in range(1 + choices.below(3)):
            self._change(schema, choices)

    def _change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(16):
            case 0 | 1 | 2:
                self.add_column(schema, choices)
            case 3 | 4 if len(self.columns) > 1:
                del self.columns[choices.below(len(self.columns))]
            case 5 | 6 | 7 | 8 | 9 if self.columns:
                self.change_column(choices.pick(self.columns), schema, choices)
            case 10:
                self.unlogged = not self.unlogged
            case 11:
                self.options = choices.some(_OPTIONS, 2) if choices.below(3) else []
            case 12:
                self.row_security = choices.pick(([], ["enable"], ["enable", "force"], ["force"]))
            case 13:
                self.replica_identity = choices.pick((None, "full", "nothing"))
            case 14:
                self._move(schema, choices)
            case _:
                self.decorate(choices)

    def _move(self, schema: Schema, choices: Choices) -> None:
        """Change its place among other tables."""
        if self.partition_of:
            above = schema.find(Table, self.partition_of)
            if above is not None and choices.below(2):
                self.bound = above.new_bound(choices)
            elif choices.below(2):
                self.attached = not self.attached
            else:
                self.columns, self.partition_of = self.all_columns(schema), None
        elif self.inherits:
            self.columns, self.inherits = self.all_columns(schema), []
        elif self.strategy and choices.one_in(3):
            self.strategy = choices.pick(tuple(_BOUNDS))

    def new_bound(self, choices: Choices) -> str:
        """A bound for a partition of this table."""
        pattern, values = _BOUNDS[self.strategy or "list"]
        if self.strategy != "hash" and choices.one_in(4):
            return "default"
        return pattern.format(*choices.pick(values).split("|"))

    def add_column(self, schema: Schema, choices: Choices) -> None:
        """Add a column somewhere."""
        there = {column.name for column in self.all_columns(schema)}
        free = [name for name in COLUMN_NAMES if name not in there]
        if free:
            column = Column(choices.pick(free), schema.type(choices))
            self.columns.insert(choices.below(len(self.columns) + 1), column)
            for _ in range(choices.below(3)):
                self.change_column(column, schema, choices)

    def change_column(self, column: Column, schema: Schema, choices: Choices) -> None:
        """Change one thing about a column."""
        match choices.below(16):
            case 0 | 1 | 2 if column.identity is None:
                column.type = schema.other_type(column.type, choices)
                if column.default and choices.below(2):
                    column.default = choices.pick(schema.family(column.type).constants)
                column.collation = None
            case 3 | 4 | 5:
                column.default = self._default(column, schema, choices)
            case 6:
                column.not_null = choices.pick(
                    (None, "", f"constraint {choices.pick(OTHER_NAMES)}", "no inherit", "not valid")
                )
            case 7 if column.not_null is not None:
                column.not_null = None
            case 8 if column.default is None and BUILT_IN.get(column.type) == "number":
                column.generated, column.identity = None, identity(choices)
            case 9:
                column.identity = identity(choices) if column.identity else None
            case 10 | 11 if column.identity is None and column is not self.columns[0]:
                column.generated = self._generated(column, schema, choices)
                column.stored = choices.below(3) > 0
                column.default = None
            case 12:
                column.generated = None
            case 13 if BUILT_IN.get(column.type) == "text":
                column.collation = choices.pick((None, *_COLLATIONS))
            case 14:
                setting = choices.pick(tuple(_SETTINGS))
                column.settings = {setting: choices.pick(_SETTINGS[setting])}
            case _:
                column.comment = choices.pick((None, *COMMENTS))
                column.grants = [f"{choices.pick(('select', 'update'))} to {choices.pick(ROLES)}"]
                column.grants = column.grants if choices.below(2) else []

    def _default(self, column: Column, schema: Schema, choices: Choices) -> str | None:
        options: list[str | None] = [None, *schema.family(column.type).constants]
        options += [f"{call}()" for call in schema.callable(column.type, ())]
        if BUILT_IN.get(column.type) == "number":
            names = (each.name.replace("'", "''") for each in schema.all(NumberSequence))
            options += [f"nextval('{name}')" for name in names]
        if column.type in {"timestamp with time zone", "date"}:
            options.append("now()")
        return choices.pick(options)

    def _generated(self, column: Column, schema: Schema, choices: Choices) -> str | None:
        sources = [
            each
            for each in self.columns
            if each.generated is None and each is not column and each.type == column.type
        ]
        if not sources:
            others = [each for each in self.columns if each.generated is None and each != column]
            source = choices.pick(others) if others else column
            return f"{source.name}::{column.type}"
        source = choices.pick(sources)
        patterns = [each for each in schema.family(column.type).expressions if each != "{0}"]
        patterns += [f"{call}({{0}})" for call in schema.callable(column.type, (column.type,))]
        return choices.pick(patterns or ["{0}"]).format(source.name)

    def rows(self, schema: Schema, choices: Choices) -> Iterator[str]:
        """INSERT statements; constraints may refuse any of them."""
        columns = [each for each in self.all_columns(schema) if not each.generated]
        for number in range(3):
            chosen = [each for each in columns if each.not_null is not None or choices.below(4)]
            if not chosen:
                yield f"insert into {self.name} default values"
                continue
            values: list[str] = []
            for column in chosen:
                constants = schema.family(column.type).constants
                values.append(constants[number % len(constants)])
            names = ", ".join(each.name for each in chosen)
            yield (
                f"insert into {self.name} ({names}) overriding system value"
                f" values ({', '.join(values)})"
            )


def identity(choices: Choices) -> str:
    """What follows GENERATED for an identity column."""
    words = choices.pick(("always", "by default")) + " as identity"
    if choices.below(2):
        name, values = choices.pick([each for each in SEQUENCE_OPTIONS if each[0] != "as"])
        words += f" ({name} {choices.pick(values)})"
    return words


@dataclass
class Constraint(Item):
    """A constraint; `table` is the table's name, and `name` not qualified."""

    table: str = ""
    body: str = ""
    suffixes: list[str] = field(default_factory=list[str])
    word: ClassVar[str] = "constraint"

    def reference(self) -> str:
        return f"constraint {self.name} on {self.table}"

    def make(self, schema: Schema) -> Iterator[str]:
        words = " ".join([self.body, *self.suffixes])
        yield f"alter table {self.table} add constraint {self.name} {words}"

    def decorate(self, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(3):
            case 0:
                self.decorate(choices)
            case 1:
                self._suffixes(choices)
            case _:
                self.choose(schema, choices)

    def _suffixes(self, choices: Choices) -> None:
        options: list[list[str]]
        if self.body.startswith("check"):
            options = [[], ["not valid"], ["no inherit"], ["not enforced"]]
        elif self.body.startswith("foreign"):
            options = [
                [],
                ["not valid"],
                ["deferrable"],
                ["deferrable initially deferred"],
                ["not enforced"],
                ["on delete cascade"],
                ["on delete set null on update restrict"],
                ["match full"],
            ]
        else:
            options = [[], ["deferrable"], ["deferrable initially deferred"]]
        self.suffixes = list(choices.pick(options))

    def choose(self, schema: Schema, choices: Choices) -> None:
        """Choose what it demands."""
        table = schema.find(Table, self.table)
        columns = table.all_columns(schema) if table is not None else []
        if not columns:
            return
        column = choices.pick(columns)
        match choices.below(7):
            case 0 | 1:
                conditions = list(schema.family(column.type).conditions)
                conditions += [
                    f"{call}({{0}})" for call in schema.callable("boolean", (column.type,))
                ]
                self.body = f"check ({choices.pick(conditions).format(column.name)})"
            case 2 | 3:
                self._foreign_key(schema, choices, columns)
            case 4:
                names = ", ".join(each.name for each in choices.some(columns, 2))
                self.body = f"primary key ({names})"
            case 5:
                names = ", ".join(each.name for each in choices.some(columns, 2))
                distinct = "nulls not distinct " if choices.one_in(3) else ""
                include = f" include ({choices.pick(columns).name})" if choices.one_in(4) else ""
                fill = " with (fillfactor = 80)" if choices.one_in(4) else ""
                self.body = f"unique {distinct}({names}){include}{fill}"
            case _:
                self._exclusion(schema, choices, columns)
        self._suffixes(choices)

    def _foreign_key(self, schema: Schema, choices: Choices, columns: list[Column]) -> None:
        keys = [
            (each.table, each.body.partition("(")[2].partition(")")[0])
            for each in schema.all(Constraint)
            if each.body.startswith(("primary key", "unique"))
        ]
        keys = [(table, names) for table, names in keys if "," not in names]
        matching: list[str] = []
        for table, name in keys:
            target = schema.find(Table, table)
            key = target.column(schema, name.strip()) if target is not None else None
            if key is None:
                continue
            matching += [
                f"foreign key ({each.name}) references {table} ({name})"
                for each in columns
                if each.type == key.type
                or BUILT_IN.get(each.type, "?") == BUILT_IN.get(key.type) == "number"
            ]
        if matching:
            self.body = choices.pick(matching)
        else:
            self.body = f"check ({columns[0].name} is not null or true)"

    def _exclusion(self, schema: Schema, choices: Choices, columns: list[Column]) -> None:
        periods = [each for each in columns if "range" in each.type]
        if not periods:
            self.body = f"exclude using btree ({choices.pick(columns).name} with =)"
            return
        period, other = choices.pick(periods).name, choices.pick(columns).name
        self.body = choices.pick(
            (
                f"exclude using gist ({period} with &&)",
                f"exclude using gist ({period} with &&) where (not isempty({period}))",
                f"exclude using gist ({other} with =, {period} with &&)",
                f"unique ({other}, {period} without overlaps)",
                f"primary key ({other}, {period} without overlaps)",
            )
        )


@dataclass
class Index(Item):
    """An index of a table or materialized view."""

    table: str = ""
    unique: bool = False
    body: str = ""
    settings: list[str] = field(default_factory=list[str])
    word: ClassVar[str] = "index"

    def make(self, schema: Schema) -> Iterator[str]:
        name = self.name.partition(".")[2]
        unique = "unique " if self.unique else ""
        yield f"create {unique}index {name} on {self.table} {self.body}"
        for setting in self.settings:
            yield f"alter {setting.format(table=self.table, name=name, index=self.name)}"

    def decorate(self, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None

    def change(self, schema: Schema, choices: Choices) -> None:
        if choices.below(2):
            self.decorate(choices)
            self.settings = choices.some(
                (
                    "index {index} set (fillfactor = 60)",
                    "table {table} cluster on {name}",
                    "index {index} alter column 1 set statistics 50",
                    "table {table} replica identity using index {name}",
                ),
                2,
            )
        else:
            self.choose(schema, choices)

    def choose(self, schema: Schema, choices: Choices) -> None:
        """Choose what it is over."""
        columns = schema.shape(self.table)
        if not columns:
            return
        elements: list[str] = []
        for name, kind in choices.some(columns, 2):
            family = schema.family(kind)
            expressions = [f"({each})" for each in family.expressions]
            expressions += [f"({call}({{0}}))" for call in schema.callable(None, (kind,))]
            element = choices.pick(expressions) if choices.one_in(3) else "{0}"
            suffixes = ["", " desc", " nulls first"]
            if BUILT_IN.get(kind) == "text":
                suffixes += [' collate "C"', " text_pattern_ops"]
            elements.append(element.format(name) + choices.pick(suffixes))
        method = "using hash " if len(elements) == 1 and choices.one_in(8) else ""
        self.unique = not method and choices.one_in(4)
        words = [f"{method}({', '.join(elements)})"]
        if choices.one_in(5):
            words.append(f"include ({choices.pick(columns)[0]})")
        if self.unique and choices.one_in(3):
            words.append("nulls not distinct")
        if choices.one_in(6):
            words.append("with (fillfactor = 75)")
        if choices.one_in(4):
            name, kind = choices.pick(columns)
            words.append(f"where {choices.pick(schema.family(kind).conditions).format(name)}")
        self.body = " ".join(words)
