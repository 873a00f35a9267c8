"""The functions of a query module and the class that bundles them."""

from dataclasses import dataclass

from pgplumb.codegen.model import (
    Command,
    Driver,
    Parameter,
    Query,
    QueryModule,
    Row,
    RowOfModel,
    RowOfQuery,
    SingleValue,
)
from pgplumb.codegen.render.codecs import codec_dumped
from pgplumb.codegen.render.definitions import item_annotation
from pgplumb.codegen.render.text import Imports, docstring, sentence
from pgplumb.codegen.render.types import TypeWriter, dumped

_RUNNERS = {
    Command.ONE: "fetch_one",
    Command.MANY: "fetch_all",
    Command.EXEC: "execute",
    Command.EXECROWS: "execute",
    Command.EXECRESULT: "execute_for_result",
    Command.COPYFROM: "copy_from",
    Command.BATCHEXEC: "execute_batch",
    Command.BATCHONE: "execute_batch",
    Command.BATCHMANY: "execute_batch",
}


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a query module is written.

    asynchronous: with async functions. shares: the definitions (SQL, row classes) are imported from
    the module of the same name one package up, not written again.
    """

    asynchronous: bool
    shares: bool
    driver: Driver = Driver.PSYCOPG

    @property
    def root(self) -> str:
        """The package's own place seen from the module."""
        return ".." if self.shares else "."

    def connection(self, imports: Imports) -> str:
        """The annotation of a connection."""
        if self.driver is Driver.ASYNCPG:
            return imports.name("._query", "Connection")
        imports.name("typing", "Any")
        name = "AsyncConnection" if self.asynchronous else "Connection"
        return f"{imports.name('psycopg', name)}[Any]"

    @property
    def source(self) -> str:
        """What a class of queries takes."""
        if self.driver is Driver.ASYNCPG:
            return "Source"
        return "AsyncSource" if self.asynchronous else "Source"

    @property
    def generator(self) -> str:
        """What a stream is."""
        return "AsyncGenerator" if self.asynchronous else "Generator"

    @property
    def prefix(self) -> str:
        """What stands before `def`, `with` and `for`."""
        return "async " if self.asynchronous else ""

    def awaited(self, call: str) -> str:
        """The call, with `await` where it is one."""
        return f"await {call}" if self.asynchronous else call


@dataclass(frozen=True, slots=True)
class Function:
    """One function to write, as a function of a connection and as a method.

    arguments: as declared behind the connection; passed: as handed on by the method. body: what the
    function does. of_source: what a stream's method does, which a stream leaves to say how its
    connection is used.
    """

    name: str
    arguments: str
    passed: str
    returns: str
    description: str
    body: str
    of_source: str | None = None
    gives_nothing: bool = False


def functions_of(query: Query, flavour: Flavour, writer: TypeWriter) -> list[Function]:
    """The function of a query, and where it is asked for the one that streams its rows."""
    arguments, passed = _arguments(query, flavour, writer)
    main = Function(
        query.function,
        arguments,
        passed,
        _returns(query, writer),
        sentence(query.comment) if query.comment else f"Run {query.name}.",
        _body(query, flavour, writer.imports),
        gives_nothing=query.command in (Command.EXEC, Command.BATCHEXEC),
    )
    if query.stream is None or query.row is None:
        return [main]
    runner = writer.imports.name("._run", "stream")
    generator = writer.imports.name("collections.abc", flavour.generator)
    ending = ", None" if flavour.asynchronous else ", None, None"
    values = f"({_values(query.parameters, flavour, writer.imports)})"
    rest = f", {query.constant}, {values}, {query.stream})"
    return [
        main,
        Function(
            f"stream_{query.function}",
            arguments,
            passed,
            f"{generator}[{_row(query.row, writer)}{ending}]",
            f"The rows of {query.name} one by one, {query.stream:,} at a time from the server.",
            f"return {runner}(conn{rest}",
            f"return {runner}(self._source{rest}",
        ),
    ]


def render_function(function: Function, flavour: Flavour, imports: Imports) -> str:
    """The function of a connection."""
    conn = f"conn: {flavour.connection(imports)}"
    declared = f"{conn}, {function.arguments}" if function.arguments else conn
    define = f"{flavour.prefix}def" if function.of_source is None else "def"
    return (
        f"{define} {function.name}({declared}) -> {function.returns}:\n"
        f"{docstring(function.description, '    ')}\n"
        f"    {function.body}"
    )


def render_class(
    module: QueryModule, functions: list[Function], flavour: Flavour, writer: TypeWriter
) -> str:
    """The class that takes a connection or a pool once."""
    source = writer.imports.name(f"{flavour.root}_query", flavour.source)
    connection_of = writer.imports.name("._run", "connection_of")
    title = (
        f"The queries of {module.source}.\n\n"
        "On a connection they join its transaction; on a pool each call takes a connection\n"
        "of its own."
    )
    methods = [
        f"{docstring(title, '    ')}\n",
        f"    def __init__(self, source: {source}) -> None:\n        self._source = source\n",
    ]
    for function in functions:
        declared = f"self, {function.arguments}" if function.arguments else "self"
        call = f"{function.name}({', '.join(filter(None, ['conn', function.passed]))})"
        if function.of_source is not None:
            define, body = "def", function.of_source
        else:
            define = f"{flavour.prefix}def"
            inner = (
                flavour.awaited(call)
                if function.gives_nothing
                else f"return {flavour.awaited(call)}"
            )
            body = (
                f"{flavour.prefix}with {connection_of}(self._source) as conn:\n            {inner}"
            )
        methods.append(
            f"    {define} {function.name}({declared}) -> {function.returns}:\n"
            f"{docstring(function.description, '        ')}\n"
            f"        {body}\n"
        )
    return f"class {module.class_name}:\n" + "\n".join(methods)


def _arguments(query: Query, flavour: Flavour, writer: TypeWriter) -> tuple[str, str]:
    item = item_annotation(query, writer)
    if query.command is Command.COPYFROM and flavour.asynchronous:
        rows = writer.imports.name(f"{flavour.root}_query", "AsyncRows")
        return f"rows: {rows}[{item}]", "rows"
    if item is not None:
        items = "rows" if query.command is Command.COPYFROM else "items"
        iterable = writer.imports.name("collections.abc", "Iterable")
        return f"{items}: {iterable}[{item}]", items
    annotated = [
        f"{parameter.name}: "
        + writer.argument(
            parameter.type,
            nullable=parameter.nullable,
            elements_nullable=not parameter.is_slice,
        )
        for parameter in query.parameters
    ]
    passed = ", ".join(f"{each.name}={each.name}" for each in query.parameters)
    return ", ".join(["*", *annotated]) if annotated else "", passed


def _body(query: Query, flavour: Flavour, imports: Imports) -> str:
    name = "fetch_row" if query.raises else _RUNNERS[query.command]
    if flavour.driver is Driver.ASYNCPG and query.command is Command.BATCHEXEC:
        name = "execute_many"
    runner = imports.name("._run", name)
    match query.command:
        case Command.COPYFROM:
            arguments = "rows"
        case Command.BATCHEXEC | Command.BATCHONE | Command.BATCHMANY:
            arguments = "items"
        case _:
            arguments = f"({_values(query.parameters, flavour, imports)})"
    call = flavour.awaited(f"{runner}(conn, {query.constant}, {arguments})")
    match query.command:
        case Command.EXEC | Command.BATCHEXEC:
            return call
        case Command.BATCHONE:
            return f"return [found[0] if found else None for found in {call}]"
        case _:
            return f"return {call}"


def _values(parameters: tuple[Parameter, ...], flavour: Flavour, imports: Imports) -> str:
    write = dumped if flavour.driver is Driver.PSYCOPG else codec_dumped
    values = [
        write(each.type, each.name, nullable=each.nullable, imports=imports, root=flavour.root)
        for each in parameters
    ]
    return ", ".join(values) + ("," if len(values) == 1 else "")


def _returns(query: Query, writer: TypeWriter) -> str:
    match query.command:
        case Command.EXEC | Command.BATCHEXEC:
            return "None"
        case Command.EXECRESULT:
            return writer.imports.name(f"{writer.root}_query", "ExecResult")
        case Command.EXECROWS | Command.COPYFROM:
            return writer.builtin("int")
        case _:
            pass
    row = "None" if query.row is None else _row(query.row, writer)
    many = writer.builtin("list")
    match query.command:
        case Command.ONE if query.raises:
            return row
        case Command.ONE:
            return _or_none(row)
        case Command.BATCHONE:
            return f"{many}[{_or_none(row)}]"
        case Command.BATCHMANY:
            return f"{many}[{many}[{row}]]"
        case _:
            return f"{many}[{row}]"


def _or_none(annotation: str) -> str:
    if annotation.endswith("| None") or annotation in ("Any", "None"):
        return annotation
    return f"{annotation} | None"


def _row(row: Row, writer: TypeWriter) -> str:
    match row:
        case RowOfModel(model):
            return writer.model(model.class_name)
        case RowOfQuery(class_name):
            return class_name
        case SingleValue(field):
            return writer.value(field.type, nullable=field.nullable)
