"""The module of a query file, in its asynchronous or its synchronous form."""

from collections.abc import Iterable
from dataclasses import dataclass

from pgplumb.codegen.model import (
    Command,
    Embed,
    Field,
    ModelClass,
    Parameter,
    Query,
    QueryModule,
    RowOfModel,
    RowOfQuery,
    SingleValue,
)
from pgplumb.codegen.names import snake_case
from pgplumb.codegen.render.models import plain_field
from pgplumb.codegen.render.text import (
    Imports,
    docstring,
    indented,
    module_text,
    sentence,
    string,
    text_block,
)
from pgplumb.codegen.render.types import (
    TypeWriter,
    copied,
    dumped,
    loader,
    loader_name,
    needs_validation,
)

_RUNNERS = {
    Command.ONE: "fetch_one",
    Command.MANY: "fetch_all",
    Command.EXEC: "execute",
    Command.EXECROWS: "execute",
    Command.COPYFROM: "copy_from",
}


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a query module is written.

    asynchronous: with async functions. shares: the definitions (SQL, row classes) are imported from
    the module of the same name one package up, not written again.
    """

    asynchronous: bool
    shares: bool

    @property
    def root(self) -> str:
        """The package's own place seen from the module."""
        return ".." if self.shares else "."

    @property
    def connection(self) -> str:
        """psycopg's class of connection."""
        return "AsyncConnection" if self.asynchronous else "Connection"

    @property
    def source(self) -> str:
        """What a class of queries takes."""
        return "AsyncSource" if self.asynchronous else "Source"

    def awaited(self, call: str) -> str:
        """The call, with `await` where it is one."""
        return f"await {call}" if self.asynchronous else call

    @property
    def define(self) -> str:
        """`def` or `async def`."""
        return "async def" if self.asynchronous else "def"


def render_queries(module: QueryModule, flavour: Flavour) -> str:
    """The whole module."""
    imports = Imports()
    writer = TypeWriter(imports, _hidden(module), root=flavour.root)
    parts: list[str] = []
    if flavour.shares:
        _import_definitions(module, imports)
    else:
        parts += _definitions(module, writer)
    imports.name("typing", "Any")
    imports.name("psycopg", flavour.connection)
    parts += [_function(query, flavour, writer) for query in module.queries]
    parts.append(_class(module, flavour, writer))
    kind = "asynchronous" if flavour.asynchronous else "synchronous"
    head = docstring(f"Queries of {module.source}, {kind}.")
    return module_text(head, imports, parts)


def _hidden(module: QueryModule) -> set[str]:
    hidden = {query.function for query in module.queries}
    for query in module.queries:
        match query.row:
            case RowOfQuery(items=items):
                hidden |= {item.name for item in items}
            case _:
                pass
        if query.command is Command.COPYFROM:
            hidden |= {parameter.name for parameter in query.parameters}
    return hidden


def _import_definitions(module: QueryModule, imports: Imports) -> None:
    source = f"..{module.name}"
    for query in module.queries:
        imports.name(source, query.constant)
        if isinstance(query.row, RowOfQuery):
            imports.name(source, query.row.class_name)
        if query.row_class is not None:
            imports.name(source, query.row_class)


# --- definitions: row classes, how rows become them, the queries themselves ---


def _definitions(module: QueryModule, writer: TypeWriter) -> list[str]:
    parts: list[str] = []
    makers: dict[str, str] = {}
    for query in module.queries:
        if query.command is Command.COPYFROM:
            parts += _copy_definitions(query, writer)
            continue
        match query.row:
            case None:
                statement = writer.imports.name("._query", "Statement")
                parts.append(_constant(query, statement))
                continue
            case RowOfModel(model):
                maker = _model_maker(model, writer, makers)
            case SingleValue(field):
                maker = f"_{query.function}_value"
                makers[maker] = _value_maker(maker, field, writer)
            case RowOfQuery(class_name, items) as row:
                parts.append(_row_class(query, row, writer))
                maker = f"_{snake_case(class_name)}"
                arguments = _items(items, writer, makers)
                call = f"{class_name}({', '.join(arguments)})"
                makers[maker] = _maker(maker, class_name, call, writer)
        # A maker stands before the first query that needs it.
        parts += [text for text in makers.values() if text and text not in parts]
        parts.append(_constant(query, writer.imports.name("._query", "Query"), maker))
    return parts


def _constant(query: Query, kind: str, *arguments: str) -> str:
    block = text_block(f"-- name: {query.name} {query.command.value}\n{query.sql}")
    listed = ", ".join([string(query.name), block, *arguments])
    return f"{query.constant} = {kind}({listed})"


def _maker(name: str, returns: str, expression: str, writer: TypeWriter) -> str:
    row = writer.imports.name("psycopg.rows", "TupleRow")
    return f"def {name}(row: {row}) -> {returns}:\n    return {expression}"


def _value_maker(name: str, field: Field, writer: TypeWriter) -> str:
    """A value by itself passes through no model: an adapter makes what psycopg does not."""
    annotation = writer.value(field.type, nullable=field.nullable)
    value = _loaded(field, "row[0]", writer)
    if not needs_validation(field.type):
        return _maker(name, annotation, value, writer)
    adapter = writer.imports.name("pydantic", "TypeAdapter")
    constant = f"_{name.strip('_').upper()}"
    return f"{constant}: {adapter}[{annotation}] = {adapter}({annotation})\n\n\n" + _maker(
        name, annotation, f"{constant}.validate_python({value})", writer
    )


def _model_maker(model: ModelClass, writer: TypeWriter, makers: dict[str, str]) -> str:
    name = f"_{snake_case(model.class_name)}"
    if name not in makers:
        class_name = writer.model(model.class_name)
        arguments = (
            f"{field.name}={_loaded(field, f'row[{index}]', writer)}"
            for index, field in enumerate(model.fields)
        )
        makers[name] = _maker(name, class_name, f"{class_name}({', '.join(arguments)})", writer)
    return name


def _items(items: Iterable[Field | Embed], writer: TypeWriter, makers: dict[str, str]) -> list[str]:
    arguments: list[str] = []
    position = 0
    for item in items:
        if isinstance(item, Field):
            arguments.append(f"{item.name}={_loaded(item, f'row[{position}]', writer)}")
            position += 1
            continue
        maker = _model_maker(item.model, writer, makers)
        end = position + len(item.model.fields)
        value = f"{maker}(row[{position}:{end}])"
        if item.absent_when_null is not None:
            value = f"None if row[{position + item.absent_when_null}] is None else {value}"
        arguments.append(f"{item.name}={value}")
        position = end
    return arguments


def _loaded(field: Field, value: str, writer: TypeWriter) -> str:
    written = loader(field.type)
    if written is None:
        return value
    module = writer.imports.name(".", "_loaders")
    return f"{writer.imports.name('._wire', 'loaded')}({module}.{loader_name(written)}, {value})"


def _row_class(query: Query, row: RowOfQuery, writer: TypeWriter) -> str:
    base = writer.imports.name("pydantic", "BaseModel")
    lines = [docstring(f"A row of {query.name}."), ""]
    if any(isinstance(item, Field) and item.name != item.column for item in row.items):
        config = writer.imports.name("pydantic", "ConfigDict")
        lines += [f"model_config = {config}(validate_by_name=True, validate_by_alias=True)", ""]
    for item in row.items:
        if isinstance(item, Embed):
            annotation = writer.model(item.model.class_name)
            if item.absent_when_null is not None:
                annotation += " | None"
            lines.append(plain_field(item.name, annotation, writer.imports, None, None))
        else:
            annotation = writer.annotation(item.type, nullable=item.nullable)
            lines.append(
                plain_field(item.name, annotation, writer.imports, item.column, item.comment)
            )
    return f"class {row.class_name}({base}):\n{indented(lines)}"


def _copy_definitions(query: Query, writer: TypeWriter) -> list[str]:
    named_tuple = writer.imports.name("typing", "NamedTuple")
    lines = [docstring(f"A row for {query.name}."), ""]
    values: list[str] = []
    for parameter in query.parameters:
        annotation = writer.argument(parameter.type, nullable=parameter.nullable)
        lines.append(f"{parameter.name}: {annotation}")
        value = f"row.{parameter.name}"
        values.append(
            copied(
                parameter.type, value, nullable=parameter.nullable, imports=writer.imports, root="."
            )
        )
    maker = f"_{query.function}_values"
    writer.imports.name("typing", "Any")
    return [
        f"class {query.row_class}({named_tuple}):\n{indented(lines)}",
        f"def {maker}(row: {query.row_class}) -> {writer.builtin('tuple')}[Any, ...]:\n"
        f"    return ({', '.join(values)},)",
        _constant(query, writer.imports.name("._query", "Copy"), maker),
    ]


# --- functions and the class ---


def _function(query: Query, flavour: Flavour, writer: TypeWriter) -> str:
    imports = writer.imports
    runner = imports.name("._run", _RUNNERS[query.command])
    returns = _returns(query, writer)
    if query.command is Command.COPYFROM:
        arguments = f"conn, {query.constant}, rows"
    else:
        values = [_value(parameter, flavour, imports) for parameter in query.parameters]
        listed = ", ".join(values) + ("," if len(values) == 1 else "")
        arguments = f"conn, {query.constant}, ({listed})"
    call = flavour.awaited(f"{runner}({arguments})")
    body = call if query.command is Command.EXEC else f"return {call}"
    return (
        f"{flavour.define} {query.function}({_signature(query, flavour, writer)}) -> {returns}:\n"
        f"{docstring(_describe(query), '    ')}\n"
        f"    {body}"
    )


def _describe(query: Query) -> str:
    if query.comment:
        return sentence(query.comment)
    return f"Run {query.name}."


def _value(parameter: Parameter, flavour: Flavour, imports: Imports) -> str:
    return dumped(
        parameter.type,
        parameter.name,
        nullable=parameter.nullable,
        imports=imports,
        root=flavour.root,
    )


def _arguments(query: Query, flavour: Flavour, writer: TypeWriter) -> str:
    if query.command is Command.COPYFROM:
        if flavour.asynchronous:
            rows = writer.imports.name(f"{flavour.root}_query", "AsyncRows")
            return f"rows: {rows}[{query.row_class}]"
        return f"rows: {writer.imports.name('collections.abc', 'Iterable')}[{query.row_class}]"
    annotated = [
        f"{parameter.name}: "
        + writer.argument(
            parameter.type,
            nullable=parameter.nullable,
            elements_nullable=not parameter.is_slice,
        )
        for parameter in query.parameters
    ]
    return ", ".join(["*", *annotated]) if annotated else ""


def _signature(query: Query, flavour: Flavour, writer: TypeWriter) -> str:
    arguments = _arguments(query, flavour, writer)
    conn = f"conn: {flavour.connection}[Any]"
    return f"{conn}, {arguments}" if arguments else conn


def _returns(query: Query, writer: TypeWriter) -> str:
    if query.command is Command.EXEC:
        return "None"
    if query.row is None:
        return writer.builtin("int")
    row = _row_annotation(query, writer)
    if query.command is Command.ONE:
        return row if row.endswith("| None") or row == "Any" else f"{row} | None"
    return f"{writer.builtin('list')}[{row}]"


def _row_annotation(query: Query, writer: TypeWriter) -> str:
    match query.row:
        case RowOfModel(model):
            return writer.model(model.class_name)
        case RowOfQuery(class_name):
            return class_name
        case SingleValue(field):
            return writer.value(field.type, nullable=field.nullable)
        case None:
            return "None"


def _class(module: QueryModule, flavour: Flavour, writer: TypeWriter) -> str:
    source = writer.imports.name(f"{flavour.root}_query", flavour.source)
    connection_of = writer.imports.name("._run", "connection_of")
    title = (
        f"The queries of {module.source}.\n\n"
        "On a connection they join its transaction; on a pool each call takes a connection"
        " of its own."
    )
    methods = [
        f"{docstring(title, '    ')}\n",
        f"    def __init__(self, source: {source}) -> None:\n        self._source = source\n",
    ]
    enter = "async with" if flavour.asynchronous else "with"
    for query in module.queries:
        arguments = _arguments(query, flavour, writer)
        passed = (
            ["rows"]
            if query.command is Command.COPYFROM
            else [f"{parameter.name}={parameter.name}" for parameter in query.parameters]
        )
        call = flavour.awaited(f"{query.function}({', '.join(['conn', *passed])})")
        returned = call if query.command is Command.EXEC else f"return {call}"
        methods.append(
            f"    {flavour.define} {query.function}"
            f"({', '.join(['self', arguments] if arguments else ['self'])})"
            f" -> {_returns(query, writer)}:\n"
            f"{docstring(_describe(query), '        ')}\n"
            f"        {enter} {connection_of}(self._source) as conn:\n"
            f"            {returned}\n"
        )
    return f"class {module.class_name}:\n" + "\n".join(methods)
