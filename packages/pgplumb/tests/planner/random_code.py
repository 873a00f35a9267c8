"""Random functions and procedures, views, triggers, rules and policies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from .random_choices import COMMENTS, FAMILIES, OTHER_NAMES, ROLES, Choices
from .random_schemas import Enum, Item, Relation, Schema
from .random_tables import Table

_ATTRIBUTES: Final = (
    "immutable",
    "stable",
    "strict",
    "security definer",
    "cost 50",
    "parallel safe",
    "set search_path to ''",
    "set work_mem to '1MB'",
    "leakproof",
)


@dataclass
class Argument:
    """An argument of a routine."""

    name: str
    type: str
    default: str | None = None

    def definition(self) -> str:
        """As in CREATE FUNCTION."""
        return f"{self.name} {self.type}" + (f" default {self.default}" if self.default else "")


@dataclass
class Function(Item):
    """A function of one expression."""

    arguments: list[Argument] = field(default_factory=list[Argument])
    result: str = "integer"
    body: str = "1"
    language: str = "sql"
    attributes: list[str] = field(default_factory=list[str])
    word: ClassVar[str] = "function"
    privileges: ClassVar[tuple[str, ...]] = ("execute",)

    def reference(self) -> str:
        return f"{self.word} {self.name}({', '.join(each.type for each in self.arguments)})"

    def call(self, result: str | None, arguments: tuple[str, ...]) -> str | None:
        mine = tuple(each.type for each in self.arguments if each.default is None)
        usable = result in {None, self.result} and self.result not in {"trigger", "void"}
        return self.name if usable and mine == arguments else None

    def make(self, schema: Schema) -> Iterator[str]:
        arguments = ", ".join(each.definition() for each in self.arguments)
        head = f"create function {self.name}({arguments}) returns {self.result}"
        attributes = " ".join(self.attributes)
        if self.language == "atomic":
            yield f"{head} language sql {attributes} begin atomic select {self.body}; end"
        elif self.language == "plpgsql":
            verb = "return query select" if self.result.startswith(("setof", "table")) else "return"
            yield (
                f"{head} language plpgsql {attributes}"
                f" as $body$\nbegin\n  {verb} {self.body};\nend\n$body$"
            )
        else:
            yield f"{head} language sql {attributes} as $$select {self.body}$$"

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(8):
            case 0 | 1:
                self.choose_body(schema, choices)
            case 2:
                self.attributes = ["immutable", *choices.some(_ATTRIBUTES[1:], 2)]
                self.attributes = [each for each in self.attributes if each != "stable"]
            case 3 if self.arguments:
                argument = choices.pick(self.arguments)
                constants = schema.family(argument.type).constants
                argument.default = choices.pick((None, *constants))
            case 4 if self.arguments:
                choices.pick(self.arguments).name = choices.pick(OTHER_NAMES)
                self.choose_body(schema, choices)
            case 5:
                self.result = schema.other_type(self.result, choices)
            case 6:
                self.language = choices.pick(("sql", "atomic", "plpgsql"))
            case _:
                self.decorate(choices)

    def choose_body(self, schema: Schema, choices: Choices) -> None:
        """Choose what it computes."""
        options = list(schema.family(self.result).constants)
        for each in self.arguments:
            expressions = schema.family(each.type).expressions
            options += [expression.format(each.name) for expression in expressions]
            options += [f"{each.name}::{self.result}"] * 2
        options += [f"{call}()" for call in schema.callable(self.result, ()) if call != self.name]
        tables = [table for table in schema.all(Table) if choices.one_in(3)]
        options += [f"(select count(*) from {table.name})::text" for table in tables]
        self.body = choices.pick(options)
        if self.language != "plpgsql":
            self.body = f"({self.body})::{self.result}"


@dataclass
class TableFunction(Function):
    """A function that reads a table, or takes its rows."""

    table: str = ""
    shape_: str = "setof"

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(4):
            case 0:
                self.choose(schema, choices)
            case 1:
                self.attributes = [choices.pick(_ATTRIBUTES)]
            case 2:
                self.language = choices.pick(("sql", "atomic", "plpgsql"))
                self.body = self.body.replace("t.* from", "t from")
            case _:
                self.decorate(choices)

    def call(self, result: str | None, arguments: tuple[str, ...]) -> str | None:
        del result, arguments
        return None

    def choose(self, schema: Schema, choices: Choices) -> None:
        """Choose its form."""
        columns = schema.shape(self.table)
        if not columns:
            return
        name, kind = choices.pick(columns)
        condition = choices.pick(schema.family(kind).conditions).format(f"t.{name}")
        self.arguments = []
        match choices.below(4):
            case 0:
                self.result = f"setof {self.table}"
                # A function knows its table's columns by their order, if it is analysed at all.
                row = "t" if self.language == "atomic" else "t.*"
                self.body = f"{row} from {self.table} t where {condition}"
            case 1:
                self.result = f"table (found {kind})"
                self.body = f"t.{name} from {self.table} t where {condition}"
            case 2:
                self.arguments = [Argument("t", self.table)]
                self.result, self.body = kind, f"t.{name}"
            case _:
                self.result, self.body = "bigint", f"(select count(*) from {self.table} t)"


@dataclass
class TriggerFunction(Function):
    """A function for triggers."""

    result: str = "trigger"
    language: str = "plpgsql"
    body: str = "new"

    def change(self, schema: Schema, choices: Choices) -> None:
        if choices.below(2):
            self.body = choices.pick(("new", "coalesce(new, old)", "null"))
        else:
            self.decorate(choices)


@dataclass
class Procedure(Item):
    """A procedure that inserts into a table."""

    arguments: list[Argument] = field(default_factory=list[Argument])
    table: str = ""
    word: ClassVar[str] = "procedure"
    privileges: ClassVar[tuple[str, ...]] = ("execute",)

    def reference(self) -> str:
        return f"procedure {self.name}({', '.join(each.type for each in self.arguments)})"

    def make(self, schema: Schema) -> Iterator[str]:
        arguments = ", ".join(each.definition() for each in self.arguments)
        yield (
            f"create procedure {self.name}({arguments}) language sql"
            f" as $$insert into {self.table} default values$$"
        )

    def change(self, schema: Schema, choices: Choices) -> None:
        if choices.below(2):
            self.arguments = [Argument(choices.pick(OTHER_NAMES), schema.type(choices))]
        else:
            self.decorate(choices)


@dataclass
class View(Relation):
    """A view, materialized or recursive perhaps."""

    columns: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Names, expressions and types."""
    source: str = ""
    where: str | None = None
    options: list[str] = field(default_factory=list[str])
    form: str = "view"
    suffix: str = ""
    column_comments: dict[str, str] = field(default_factory=dict[str, str])
    privileges: ClassVar[tuple[str, ...]] = ("select", "insert, update", "all")

    def reference(self) -> str:
        return f"{'materialized view' if self.form == 'materialized view' else 'view'} {self.name}"

    def granted(self) -> str:
        return self.name

    def shape(self, schema: Schema) -> list[tuple[str, str]]:
        return [(name, kind) for name, _, kind in self.columns]

    def make(self, schema: Schema) -> Iterator[str]:
        names = ", ".join(name for name, _, _ in self.columns)
        listed = ", ".join(f"{expression} as {name}" for name, expression, _ in self.columns)
        where = f" where {self.where}" if self.where else ""
        query = f"select {listed} from {self.source}{where}"
        options = f" with ({', '.join(self.options)})" if self.options else ""
        if self.form == "recursive view":
            yield (
                f"create recursive view {self.name} ({names}){options} as {query}"
                f" union select {names} from {self.name.partition('.')[2]}"
            )
        else:
            yield f"create {self.form} {self.name}{options} as {query} {self.suffix}"
        for name, text in self.column_comments.items():
            yield f"comment on column {self.name}.{name} is '{text.replace(chr(39), chr(39) * 2)}'"

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(8):
            case 0 | 1 | 2:
                self.add_column(schema, choices)
            case 3 if len(self.columns) > 1:
                del self.columns[choices.below(len(self.columns))]
            case 4:
                self.choose_condition(schema, choices)
            case 5 if self.form == "view":
                self.options = choices.some(
                    ("security_barrier = true", "security_invoker = on", "check_option = local"), 2
                )
            case 6 if self.columns:
                name = choices.pick(self.columns)[0]
                self.column_comments = {name: choices.pick(COMMENTS)}
            case 7 if self.form == "materialized view":
                self.suffix = "" if self.suffix else "with no data"
                self.options = ["fillfactor = 80"] if choices.below(2) else []
            case _:
                self.decorate(choices)

    def _sources(self, schema: Schema) -> list[tuple[str, str, str]]:
        """Aliases, columns and types of what it reads."""
        found: list[tuple[str, str, str]] = []
        for part in self.source.split(" join "):
            name, _, alias = part.partition(" on ")[0].rpartition(" ")
            found += [(alias, column, kind) for column, kind in schema.shape(name)]
        return found

    def add_column(self, schema: Schema, choices: Choices) -> None:
        """Add a column at the end, or somewhere."""
        sources = self._sources(schema)
        if not sources:
            return
        alias, name, kind = choices.pick(sources)
        expression = f"{alias}.{name}"
        match choices.below(6):
            case 0:
                options = schema.family(kind).expressions
                expression = f"({choices.pick(options).format(expression)})::{kind}"
            case 1:
                condition = choices.pick(schema.family(kind).conditions)
                expression, kind = f"({condition.format(expression)})", "boolean"
            case 2:
                calls = schema.callable(None, (kind,))
                expression = f"{choices.pick(calls)}({expression})" if calls else expression
            case 3 if schema.all(Enum):
                enum = choices.pick(schema.all(Enum))
                expression, kind = f"'{enum.labels[0]}'::{enum.name}", enum.name
            case 4:
                kind = schema.other_type(kind, choices)
                expression = f"{expression}::{kind}"
            case _:
                pass
        taken = {each[0] for each in self.columns}
        alias = next(
            each
            for each in (name, "x1", "x2", '"X 3"', "x4", *map(str, range(9)))
            if each not in taken
        )
        place = choices.below(len(self.columns) + 1) if choices.one_in(3) else len(self.columns)
        self.columns.insert(place, (alias, expression, kind))

    def choose_condition(self, schema: Schema, choices: Choices) -> None:
        """Choose its WHERE."""
        sources = self._sources(schema)
        if sources:
            alias, name, kind = choices.pick(sources)
            condition = choices.pick(schema.family(kind).conditions).format(f"{alias}.{name}")
            self.where = choices.pick((condition, None))


@dataclass
class Trigger(Item):
    """A trigger; `name` is not qualified."""

    table: str = ""
    function: str = ""
    body: str = "before insert on {table} for each row"
    condition: str = ""
    state: str = ""
    constraint: bool = False

    def reference(self) -> str:
        return f"trigger {self.name} on {self.table}"

    def decorate(self, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None

    def make(self, schema: Schema) -> Iterator[str]:
        constraint = "constraint " if self.constraint else ""
        yield (
            f"create {constraint}trigger {self.name} {self.body.format(table=self.table)}"
            f" {self.condition} execute function {self.function}()"
        )
        if self.state:
            yield f"alter table {self.table} {self.state} trigger {self.name}"

    def change(self, schema: Schema, choices: Choices) -> None:
        match choices.below(3):
            case 0:
                self.state = choices.pick(("", "disable", "enable always", "enable replica"))
            case 1:
                self.decorate(choices)
            case _:
                self.choose(schema, choices)

    def choose(self, schema: Schema, choices: Choices) -> None:
        """Choose when it fires."""
        columns = schema.shape(self.table)
        if not columns:
            return
        name, kind = choices.pick(columns)
        self.body = choices.pick(
            (
                "before insert on {table} for each row",
                f"before insert or update of {name} on {{table}} for each row",
                "after insert on {table} referencing new table as added for each statement",
                "after delete on {table} for each row",
                "before truncate on {table} for each statement",
                "after update on {table} referencing old table as was new table as now"
                " for each statement",
                "after insert on {table} deferrable initially deferred for each row",
                "after update on {table} for each row",
                "instead of insert on {table} for each row",
            )
        )
        self.constraint = "deferrable" in self.body
        self.condition = ""
        row = "old" if "delete" in self.body else "new"
        if "each row" in self.body and "instead" not in self.body and choices.one_in(2):
            condition = choices.pick(schema.family(kind).conditions).format(f"{row}.{name}")
            changed = f"old.{name} is distinct from new.{name}"
            self.condition = f"when ({changed if 'after update' in self.body else condition})"


@dataclass
class Rule(Item):
    """A rewrite rule that does nothing to single tables; `name` is not qualified."""

    table: str = ""
    body: str = ""
    state: str = ""

    def reference(self) -> str:
        return f"rule {self.name} on {self.table}"

    def decorate(self, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None

    def make(self, schema: Schema) -> Iterator[str]:
        yield f"create rule {self.name} as on {self.body.format(table=self.table)}"
        if self.state:
            yield f"alter table {self.table} {self.state} rule {self.name}"

    def change(self, schema: Schema, choices: Choices) -> None:
        if choices.one_in(3):
            self.state = choices.pick(("", "disable", "enable always"))
        else:
            self.choose(schema, choices)

    def choose(self, schema: Schema, choices: Choices) -> None:
        """Choose what it does."""
        columns = schema.shape(self.table)
        if not columns:
            return
        name, kind = choices.pick(columns)
        condition = choices.pick(schema.family(kind).conditions).format(f"old.{name}")
        others = [table for table in schema.all(Table) if table.name != self.table]
        bodies = [
            f"delete to {{table}} where {condition} do instead nothing",
            "update to {table} do also notify changed",
            f"delete to {{table}} do also select {condition}",
        ]
        for other in others:
            columns = other.shape(schema)
            for each, _ in columns[:1]:
                bodies.append(
                    f"delete to {{table}} do also delete from {other.name}"
                    f" where {other.name}.{each}::text = old.{name}::text"
                )
        self.body = choices.pick(bodies)


@dataclass
class Policy(Item):
    """A row-level security policy; `name` is not qualified."""

    table: str = ""
    command: str = "all"
    restrictive: bool = False
    roles: list[str] = field(default_factory=list[str])
    using: str | None = None
    check: str | None = None

    def reference(self) -> str:
        return f"policy {self.name} on {self.table}"

    def decorate(self, choices: Choices) -> None:
        self.comment = choices.pick(COMMENTS) if choices.one_in(4) else None

    def make(self, schema: Schema) -> Iterator[str]:
        words = [f"create policy {self.name} on {self.table}"]
        words += ["as restrictive"] if self.restrictive else []
        words.append(f"for {self.command}")
        words += [f"to {', '.join(self.roles)}"] if self.roles else []
        words += [f"using ({self.using})"] if self.using and self.command != "insert" else []
        writes = self.command in {"all", "insert", "update"}
        words += [f"with check ({self.check})"] if self.check and writes else []
        yield " ".join(words)

    def change(self, schema: Schema, choices: Choices) -> None:
        columns = schema.shape(self.table)
        if not columns:
            return
        name, kind = choices.pick(columns)
        conditions = list(schema.family(kind).conditions)
        conditions += [f"{call}({{0}})" for call in schema.callable("boolean", (kind,))]
        condition = choices.pick(conditions).format(name)
        match choices.below(7):
            case 0 | 1:
                self.using = choices.pick((condition, f"{condition} or current_user = 'x'", None))
            case 2 | 3:
                self.check = choices.pick((condition, None))
            case 4:
                self.command = choices.pick(("all", "select", "insert", "update", "delete"))
            case 5:
                self.roles = choices.pick(([], [ROLES[0]], list(ROLES), ["current_user"]))
                self.restrictive = choices.one_in(3)
            case _:
                self.decorate(choices)


RESULTS: Final = ("integer", "text", "boolean", *FAMILIES)
