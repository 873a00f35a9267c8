"""What a query module defines: classes of rows and items, and the queries themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from pgplumb.codegen.model import (
    ArrayType,
    Command,
    Driver,
    Embed,
    Field,
    ModelClass,
    Query,
    QueryModule,
    RowOfModel,
    RowOfQuery,
    Scalar,
    SingleValue,
    Type,
    base_of,
    custom_of,
)
from pgplumb.codegen.names import snake_case
from pgplumb.codegen.render.codecs import can_copy, codec, codec_dumped, codec_name
from pgplumb.codegen.render.models import (
    aliases_of,
    model_class,
    model_field,
    model_lines,
    plain_field,
)
from pgplumb.codegen.render.text import Imports, docstring, indented, string, text_block
from pgplumb.codegen.render.types import (
    TypeWriter,
    copied,
    dumped,
    is_json,
    loader,
    loader_name,
    needs_validation,
)
from pgplumb.codegen.texts import INTERVAL
from pgplumb.codegen.trust import is_vouched_for


@dataclass(slots=True)
class Makers:
    """The functions that make models of rows; queries share them.

    taken: what the module's other private functions are called. texts: by the functions' names.
    """

    taken: Collection[str]
    texts: dict[str, str] = field(default_factory=dict[str, str])

    def name_of(self, model: ModelClass) -> str:
        """What the model's function is called."""
        name = f"_{snake_case(model.class_name)}"
        while name in self.taken:
            name += "_"
        return name


def render_definitions(module: QueryModule, writer: TypeWriter) -> list[str]:
    """The definitions of a module, each before its first use."""
    makers = Makers([name for query in module.queries for name in _private_names(query)])
    shared = 0
    parts: list[str] = []
    for query in module.queries:
        own: list[str] = []
        kind, arguments = "Statement", list[str]()
        if query.row is not None:
            kind, arguments = "Query", [_row_maker(query, own, makers, writer)]
        if query.item_class is not None:
            own += _item_definitions(query, writer)
            arguments.insert(0, _values_name(query))
            if query.command.is_batch:
                kind = "Batch"
                if query.row is None:
                    arguments.append(writer.imports.name("._query", "nothing"))
            else:
                kind = "Copy"
                arguments += _copy_arguments(query, writer)
        if query.binary:
            arguments.append("binary=True")
        if writer.driver is Driver.PSYCOPG:
            arguments += _loaders(query, writer.imports)
        # A maker that several queries share stands before the first of them.
        parts += islice(makers.texts.values(), shared, None)
        shared = len(makers.texts)
        parts += own
        sql = _sql(query, writer.driver)
        parts.append(_constant(query, sql, writer.imports.name("._query", kind), arguments))
    return parts


def _loaders(query: Query, imports: Imports) -> list[str]:
    """The argument that says how psycopg is to load some types."""
    loaders: list[str] = []
    if query.text_oids:
        name = imports.name("psycopg.types.string", "TextLoader")
        loaders = [f"({oid}, {name})" for oid in query.text_oids]
    if query.has_intervals and INTERVAL.oid not in query.text_oids:
        loaders.append(f"({INTERVAL.oid}, {imports.name('._wire', 'IntervalLoader')})")
    return [f"loaders=[{', '.join(loaders)}]"] if loaders else []


def _copy_arguments(query: Query, writer: TypeWriter) -> list[str]:
    """What says how the rows go over the wire."""
    if writer.driver is Driver.PSYCOPG:
        return [f"({', '.join(map(str, query.copy_types))},)"] if query.copy_types else []
    target = query.copy_target
    if target is None or not _is_copied(query):
        return []
    schema = "None" if target.schema is None else string(target.schema)
    columns = ", ".join(map(string, target.columns))
    table = writer.imports.name("._query", "Table")
    return [f"{table}({schema}, {string(target.table)}, ({columns},))"]


def _is_copied(query: Query) -> bool:
    """Whether asyncpg loads the rows by COPY."""
    return can_copy([each.type for each in query.parameters])


def _sql(query: Query, driver: Driver) -> str:
    """What runs; asyncpg writes the COPY by itself, and the INSERT stands for it."""
    return query.sql if driver is Driver.PSYCOPG or query.insert is None else query.insert


def import_definitions(module: QueryModule, imports: Imports) -> None:
    """Import what the module of the same name, one package up, defines for callers."""
    source = f"..{module.name}"
    for query in module.queries:
        for name in defined_names(query):
            imports.name(source, name)


def defined_names(query: Query) -> list[str]:
    """The public names that a query's definitions introduce."""
    return [query.constant, *query.class_names()]


def _private_names(query: Query) -> list[str]:
    """What the functions are called that are a query's own."""
    return [_value_name(query), _values_name(query), *map(_row_name, query.class_names())]


def _value_name(query: Query) -> str:
    return f"_{query.function}_value"


def _values_name(query: Query) -> str:
    return f"_{query.function}_values"


def _row_name(class_name: str) -> str:
    return f"_{snake_case(class_name)}"


def _constant(query: Query, sql: str, kind: str, arguments: Sequence[str]) -> str:
    block = text_block(f"-- name: {query.name} {query.command.value}\n{sql}")
    listed = ", ".join([string(query.name), block, *arguments])
    return f"{query.constant} = {kind}({listed})"


def _row_maker(query: Query, own: list[str], makers: Makers, writer: TypeWriter) -> str:
    """The name of the function that makes of a row what the query gives; it goes into `own`,
    or into `makers` where several queries can share it.
    """
    match query.row:
        case RowOfModel(model):
            return _model_maker(model, writer, makers)
        case SingleValue(field):
            name = _value_name(query)
            own.append(_value_maker(name, field, writer))
            return name
        case RowOfQuery(class_name, items) as row:
            name = _row_name(class_name)
            own.append(_row_class(query, row, writer))
            own.append(_rows(name, class_name, items, writer, makers))
            return name.upper()
        case None:
            return writer.imports.name("._query", "nothing")


def _maker(name: str, returns: str, expression: str, writer: TypeWriter) -> str:
    return f"def {name}(row: {_tuple_row(writer)}) -> {returns}:\n    return {expression}"


def _tuple_row(writer: TypeWriter) -> str:
    module = "psycopg.rows" if writer.driver is Driver.PSYCOPG else "._rows"
    return writer.imports.name(module, "TupleRow")


def _value_maker(name: str, field: Field, writer: TypeWriter) -> str:
    """A value by itself passes through no model: an adapter makes what psycopg does not."""
    annotation = writer.value(field.type, nullable=field.nullable)
    value = _loaded(field, "row[0]", writer)
    if not needs_validation(field.type):
        row = _tuple_row(writer)
        # Through a variable: a row's values have the type Any, and that must not leave unseen.
        return (
            f"def {name}(row: {row}) -> {annotation}:\n"
            f"    value: {annotation} = {value}\n"
            "    return value"
        )
    adapter = writer.imports.name("pydantic", "TypeAdapter")
    constant = f"_{name.strip('_').upper()}"
    return f"{constant}: {adapter}[{annotation}] = {adapter}({annotation})\n\n\n" + _maker(
        name, annotation, f"{constant}.validate_python({value})", writer
    )


def _model_maker(model: ModelClass, writer: TypeWriter, makers: Makers) -> str:
    name = makers.name_of(model)
    if name not in makers.texts:
        class_name = writer.model(model.class_name)
        makers.texts[name] = _rows(name, class_name, model.fields, writer, makers)
    return name.upper()


def _rows(
    name: str,
    class_name: str,
    items: Sequence[Field | Embed],
    writer: TypeWriter,
    makers: Makers,
) -> str:
    """What makes models of rows, and the function that names the values of a row."""
    row = _tuple_row(writer)
    rows = writer.imports.name("._rows", "Rows")
    writer.imports.name("typing", "Any")
    values = ", ".join(f'"{item.name}": row[{number}]' for number, item in enumerate(items))
    fields = {number: item for number, item in enumerate(items) if isinstance(item, Field)}
    json = _json_positions(items, writer.driver)
    loads = [
        f"{number}: {load}"
        for number, field in fields.items()
        if number not in (json or ()) and (load := _load(field, writer)) is not None
    ]
    arguments = [class_name, name]
    if loads:
        arguments.append(f"loads={{{', '.join(loads)}}}")
    if json:
        arguments.append(f"json=({', '.join(map(str, json))},)")
    if json is None and len(fields) < len(items):
        arguments.append("json_as_text=False")
    trusted = [number for number, field in fields.items() if is_vouched_for(field)]
    if trusted and writer.reading.trusted:
        comma = "," if len(trusted) == 1 else ""
        arguments.append(f"trusted=({', '.join(map(str, trusted))}{comma})")
    embeds = [
        f"{number}: {_embedded(item, writer, makers)}"
        for number, item in enumerate(items)
        if isinstance(item, Embed)
    ]
    if embeds:
        arguments.append(f"embeds={{{', '.join(embeds)}}}")
    return (
        f"def {name}(row: {row}) -> {writer.builtin('dict')}[{writer.builtin('str')}, Any]:\n"
        f"    return {{{values}}}\n\n\n"
        f"{name.upper()} = {rows}({', '.join(arguments)})"
    )


def _embedded(item: Embed, writer: TypeWriter, makers: Makers) -> str:
    arguments = [_model_maker(item.model, writer, makers), str(len(item.model.fields))]
    if item.absent_when_null is not None:
        arguments.append(f"absent_when_null={item.absent_when_null}")
    return f"{writer.imports.name('._rows', 'Embedded')}({', '.join(arguments)})"


def _json_positions(items: Sequence[Field | Embed], driver: Driver) -> list[int] | None:
    """The fields that are any JSON; with psycopg None when JSON of a chosen type or inside an array
    or a record is in the row, too: it would be loaded as text as well.
    """
    fields = {number: item for number, item in enumerate(items) if isinstance(item, Field)}
    json = [number for number, field in fields.items() if is_json(field.type)]
    if driver is Driver.ASYNCPG:
        return [number for number in json if custom_of(fields[number].type) is None]
    columns = chain.from_iterable(
        [item] if isinstance(item, Field) else item.model.fields for item in items
    )
    for column in columns:
        if _may_hold_json(column.type) or (is_json(column.type) and custom_of(column.type)):
            return None
    return json


def _may_hold_json(type_: Type) -> bool:
    match base_of(type_):
        case ArrayType(element):
            return is_json(element) or _may_hold_json(element)
        case Scalar(name="record"):
            return True
        case _:
            return False


def _load(field: Field, writer: TypeWriter) -> str | None:
    """The function that makes a value of what the driver gives; None when it is one."""
    if writer.driver is Driver.ASYNCPG:
        converted = codec(field.type)
        if converted is None:
            return None
        return f"{writer.imports.name('.', '_codecs')}.{codec_name(converted)}.load"
    written = loader(field.type, writer.reading)
    if written is None:
        return None
    if written == "text":
        return writer.imports.name("._wire", "decoded")
    return f"{writer.imports.name('.', '_loaders')}.{loader_name(written)}.load"


def _loaded(field: Field, value: str, writer: TypeWriter) -> str:
    load = _load(field, writer)
    return value if load is None else f"{load}({value})"


def _row_class(query: Query, row: RowOfQuery, writer: TypeWriter) -> str:
    aliases = aliases_of(
        (item.name, item.column if isinstance(item, Field) else item.name) for item in row.items
    )
    lines = [docstring(f"A row of {query.name}."), ""]
    lines += model_lines(writer, aliased=any(aliases))
    for item, alias in zip(row.items, aliases, strict=True):
        if isinstance(item, Embed):
            annotation = writer.model(item.model.class_name)
            if item.absent_when_null is not None:
                annotation += " | None"
            lines.append(plain_field(item.name, annotation, writer.imports, None, None))
        else:
            lines.append(model_field(item, alias, writer))
    return model_class(row.class_name, lines, writer.imports)


def item_annotation(query: Query, writer: TypeWriter) -> str | None:
    """The annotation of what :copyfrom and the batch commands take many of."""
    if query.item_model is None:
        return query.item_class
    return f"{query.item_class} | {writer.model(query.item_model.class_name)}"


def _item_definitions(query: Query, writer: TypeWriter) -> list[str]:
    """The class of an item of :copyfrom or a batch, and what of it is sent."""
    named_tuple = writer.imports.name("typing", "NamedTuple")
    writer.imports.name("typing", "Any")
    what = "row" if query.command is Command.COPYFROM else "item"
    lines = [docstring(f"One {what} for {query.name}."), ""]
    values: list[str] = []
    write = dumped
    if query.command is Command.COPYFROM:
        write = partial(copied, binary=bool(query.copy_types))
    if writer.driver is Driver.ASYNCPG:
        write = codec_dumped
    for parameter in query.parameters:
        annotation = writer.argument(
            parameter.type,
            nullable=parameter.nullable,
            elements_nullable=not parameter.is_slice,
        )
        lines.append(f"{parameter.name}: {annotation}")
        value = f"{what}.{parameter.name}"
        values.append(
            write(
                parameter.type, value, nullable=parameter.nullable, imports=writer.imports, root="."
            )
        )
    listed = "".join(f"{value}, " for value in values)
    return [
        f"class {query.item_class}({named_tuple}):\n{indented(lines)}",
        f"def {_values_name(query)}({what}: {item_annotation(query, writer)})"
        f" -> {writer.builtin('tuple')}[Any, ...]:\n    return ({listed})",
    ]
