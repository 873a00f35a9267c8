"""The intermediate model: what is to be written, decided, as plain data.

It holds Python names but no Python text; the only SQL in it is what the user wrote.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum as _Enum
from typing import NamedTuple, TypeAlias


class Scalar(NamedTuple):
    """A type that has a Python type of its own, by its name in pg_catalog; any other is a text."""

    name: str
    oid: int
    builtin: bool


class EnumType(NamedTuple):
    """An enum type: the class that stands for it in enums.py."""

    class_name: str


class CompositeType(NamedTuple):
    """A composite type, or the row type of a table: its class in models.py.

    row_class: of a value of a table's row type, the class of the table's own rows, where an
    argument may be one of them.
    """

    class_name: str
    row_class: str | None = None


class DomainType(NamedTuple):
    """A domain: its alias in models.py, and the type it is based on."""

    alias: str
    base: "Type"


class ArrayType(NamedTuple):
    """An array of so many dimensions, None where that is not known. Any element may be NULL."""

    element: "Type"
    dimensions: int | None = 1


class RangeType(NamedTuple):
    """A range or multirange; `builtin` ones are known to psycopg."""

    subtype: "Type"
    is_multirange: bool
    builtin: bool


class CustomType(NamedTuple):
    """A Python type that the user has chosen: `from module import name`."""

    module: str
    name: str
    base: "Type"


class TextType(NamedTuple):
    """A type that the user wants as PostgreSQL's text form of it."""

    base: "Type"


Type: TypeAlias = (
    Scalar | EnumType | CompositeType | DomainType | ArrayType | RangeType | CustomType | TextType
)


def base_of(type_: Type) -> Type:
    """The type below all domains and chosen types: what PostgreSQL sends."""
    while isinstance(type_, DomainType | CustomType):
        type_ = type_.base
    return type_


def custom_of(type_: Type) -> CustomType | None:
    """The chosen type of a value, also where it is chosen for a domain's base."""
    while isinstance(type_, DomainType):
        type_ = type_.base
    return type_ if isinstance(type_, CustomType) else None


class EnumClass(NamedTuple):
    """An enum to write: members are (Python name, label) in PostgreSQL's order."""

    class_name: str
    postgres_name: str
    members: tuple[tuple[str, str], ...]
    comment: str | None


class Limits(NamedTuple):
    """What values a domain takes, in Pydantic's words: one of `values`, or one within `bounds`,
    arguments of Field.
    """

    values: tuple[int | str, ...] = ()
    bounds: tuple[tuple[str, int | float | Decimal], ...] = ()


class DomainAlias(NamedTuple):
    """A domain to write. `constraints` are as PostgreSQL writes them, `limits` what Pydantic can
    check of them.
    """

    alias: str
    postgres_name: str
    base: Type
    constraints: tuple[str, ...]
    limits: Limits | None
    comment: str | None


class Field(NamedTuple):
    """A field of a model: `name` in Python, `column` in PostgreSQL.

    asserted: that it is never NULL is said by the query's author, not by PostgreSQL.
    """

    name: str
    column: str
    type: Type
    nullable: bool
    comment: str | None = None
    asserted: bool = False


class ModelClass(NamedTuple):
    """A Pydantic model to write; `described_as` says what it stands for: "Table contact"."""

    class_name: str
    described_as: str
    fields: tuple[Field, ...]
    comment: str | None
    is_composite: bool = False


class Embed(NamedTuple):
    """Columns that make a model of their own inside a row: sqlc.embed.

    `absent_when_null`: the column, counted from the embed's first, whose NULL says that an outer
    join found no row. None: the row is always there.
    """

    name: str
    model: ModelClass
    absent_when_null: int | None


class RowOfModel(NamedTuple):
    """A row that is a model of models.py."""

    model: ModelClass


class RowOfQuery(NamedTuple):
    """A row with a class of its own, written beside the query."""

    class_name: str
    items: tuple[Field | Embed, ...]


class SingleValue(NamedTuple):
    """A row of one column: its value stands for it."""

    field: Field


Row: TypeAlias = RowOfModel | RowOfQuery | SingleValue


def column_types(row: Row | None) -> list[Type]:
    """The types of a query's columns, in order."""
    match row:
        case None:
            return []
        case SingleValue(field):
            return [field.type]
        case RowOfModel(model):
            return [field.type for field in model.fields]
        case RowOfQuery(items=items):
            fields = (item.model.fields if isinstance(item, Embed) else [item] for item in items)
            return [field.type for each in fields for field in each]


class Parameter(NamedTuple):
    """A parameter: `name` is the Python argument. A slice takes many values, none of them NULL."""

    name: str
    type: Type
    nullable: bool
    is_slice: bool


class Driver(_Enum):
    """The package that generated code reaches PostgreSQL through."""

    PSYCOPG = "psycopg"
    ASYNCPG = "asyncpg"


class CopyTarget(NamedTuple):
    """The table that a :copyfrom query loads: its schema where the query says one, its columns."""

    schema: str | None
    table: str
    columns: tuple[str, ...]


class Command(_Enum):
    """What sqlc's query annotation asks for."""

    ONE = ":one"
    MANY = ":many"
    EXEC = ":exec"
    EXECROWS = ":execrows"
    EXECRESULT = ":execresult"
    COPYFROM = ":copyfrom"
    BATCHEXEC = ":batchexec"
    BATCHONE = ":batchone"
    BATCHMANY = ":batchmany"

    @property
    def returns_rows(self) -> bool:
        """Whether the rows of the query are given to the caller."""
        return self in (Command.ONE, Command.MANY, Command.BATCHONE, Command.BATCHMANY)

    @property
    def is_batch(self) -> bool:
        """Whether the query is run once for each of many items."""
        return self in (Command.BATCHEXEC, Command.BATCHONE, Command.BATCHMANY)


class Query(NamedTuple):
    """A query to write. For :copyfrom `sql` is a COPY statement.

    item_class: the class of what :copyfrom and the batch commands take many of; item_model: the
    model that :copyfrom takes as well. raises: whether it is an error that a :one query finds no
    row. stream: rows a batch, when it can be streamed too.
    copy_types: the columns' types, where COPY can be in binary. copy_target and insert: what COPY
    loads, and the INSERT that the user wrote. binary: rows are read in binary.
    text_oids: the types that psycopg is to leave as text. has_intervals: in text format.
    """

    name: str
    function: str
    constant: str
    command: Command
    sql: str
    comment: str | None
    parameters: tuple[Parameter, ...]
    row: Row | None
    item_class: str | None = None
    item_model: ModelClass | None = None
    raises: bool = False
    stream: int | None = None
    copy_types: tuple[int, ...] | None = None
    copy_target: CopyTarget | None = None
    insert: str | None = None
    binary: bool = False
    text_oids: tuple[int, ...] = ()
    has_intervals: bool = False

    def public_names(self) -> list[str]:
        """What its module defines for it, by itself or for the class of queries."""
        names = [self.function, self.constant]
        if self.stream is not None:
            names.append(f"stream_{self.function}")
        return [*names, *self.class_names()]

    def class_names(self) -> list[str]:
        """The classes of its rows and items that its module defines."""
        names = [self.row.class_name] if isinstance(self.row, RowOfQuery) else []
        return [*names, self.item_class] if self.item_class is not None else names


class QueryModule(NamedTuple):
    """The module of one query file."""

    name: str
    source: str
    class_name: str
    queries: tuple[Query, ...]


class Package(NamedTuple):
    """All there is to write. `models` are in an order in which none refers to a later one."""

    enums: tuple[EnumClass, ...]
    domains: tuple[DomainAlias, ...]
    models: tuple[ModelClass, ...]
    modules: tuple[QueryModule, ...]

    def types(self) -> Iterator[Type]:
        """The type of every field of every model and row."""
        for model in self.models:
            yield from (field.type for field in model.fields)
        for module in self.modules:
            for query in module.queries:
                match query.row:
                    case RowOfQuery(items=items):
                        yield from (item.type for item in items if isinstance(item, Field))
                    case SingleValue(field):
                        yield field.type
                    case _:
                        pass

    def parameter_types(self) -> Iterator[Type]:
        """The type of every parameter."""
        for module in self.modules:
            for query in module.queries:
                yield from (parameter.type for parameter in query.parameters)
