"""From sqlc's names and PostgreSQL's facts to the intermediate model."""

from collections.abc import Sequence

from pgplumb.codegen.binary import binary_copy_types
from pgplumb.codegen.described import Choices, DescribedQuery
from pgplumb.codegen.directives import DirectiveError, Directives, parse_directives
from pgplumb.codegen.model import (
    Command,
    CopyTarget,
    Field,
    ModelClass,
    Package,
    Parameter,
    Query,
    QueryModule,
    Row,
    Scalar,
    SingleValue,
    Type,
)
from pgplumb.codegen.names import argument_name, module_name, pascal_case, snake_case, unique
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.rows import row_of
from pgplumb.codegen.texts import has_intervals, text_oids
from pgplumb.sqlc_plugin.copying import copy_target
from pgplumb.sqlc_plugin.request import QueryError, RequestParameter, RequestQuery

# What the generated modules use themselves: a query or an argument of that name would hide it.
_HELPERS = frozenset(
    {
        *("connection_of", "copy_from", "decoded", "execute", "execute_batch", "fetch_all"),
        "execute_many",
        *("execute_for_result", "fetch_one", "fetch_row", "literal", "loaded", "nothing"),
        *("stream", "with_zone", "without_zone"),
    }
)
# A query's constant is its function's name in capitals, so `uuid` would hide UUID.
RESERVED_IN_MODULE = _HELPERS | {"models", "enums", "datetime", "uuid"}
RESERVED_MODULES = frozenset({"models", "enums", "sync", "py"})
RESERVED_ARGUMENTS = _HELPERS | {
    *("conn", "self", "rows", "items", "found", "row", "list"),
    *("Float4", "Int2", "Int4", "Int8", "Json", "Jsonb"),
}
# An item of a batch or a COPY is a NamedTuple: a field of that name would hide a method.
TUPLE_ATTRIBUTES = frozenset({"count", "index"})


def check_query_columns(queries: Sequence[DescribedQuery], choices: Choices) -> None:
    """Raises PlumbError for a type that is chosen for a result column which no query has."""
    choices.overrides.check_queries(
        f"{query.request.name}.{column.name}"
        for query in queries
        for column in query.description.columns
    )


def build_package(
    registry: Registry, queries: Sequence[DescribedQuery], choices: Choices
) -> tuple[Package, list[QueryError]]:
    """Decide everything that is to be written; what is wrong with queries that can't be."""
    files: dict[str, list[DescribedQuery]] = {}
    for query in queries:
        files.setdefault(query.request.file, []).append(query)
    errors: list[QueryError] = []
    modules: dict[str, QueryModule] = {}
    for file, own in files.items():
        name = module_name(file, RESERVED_MODULES)
        module = _module(registry, name, own, choices, errors)
        other = modules.setdefault(name, module)
        if other is not module:
            errors.append(
                QueryError(
                    own[0].request,
                    f"{file} would be written to {name}.py, as {other.source} is.",
                    hint="Rename one of the files.",
                    other=files[other.source][0].request,
                )
            )
    # What they refer to decides which models there are.
    enums, domains = registry.enums, registry.domains
    return Package(enums, domains, registry.models, tuple(modules.values())), errors


def _module(
    registry: Registry,
    name: str,
    queries: Sequence[DescribedQuery],
    choices: Choices,
    errors: list[QueryError],
) -> QueryModule:
    built: list[Query] = []
    owners: dict[str, RequestQuery] = {}
    for query in queries:
        function = argument_name(snake_case(query.request.name), RESERVED_IN_MODULE)
        try:
            made = build_query(registry, function, query, choices)
        except QueryError as error:
            errors.append(error)
            continue
        built.append(made)
        for public in made.public_names():
            owner = owners.setdefault(public, query.request)
            if owner is not query.request:
                errors.append(_taken(query.request, public, owner))
                break
    source = queries[0].request.file
    return QueryModule(name, source, f"{pascal_case(name)}Queries", tuple(built))


def _taken(query: RequestQuery, name: str, owner: RequestQuery) -> QueryError:
    return QueryError(
        query,
        f"{name} would be written twice, for this query and for {owner.name}.",
        hint="Rename one of the queries.",
        other=owner,
    )


def build_query(
    registry: Registry, function: str, query: DescribedQuery, choices: Choices
) -> Query:
    """Decide what is written for one query, as `function`. Raises QueryError."""
    request = query.request
    try:
        command = Command(request.command)
    except ValueError:
        raise _unknown_command(request) from None
    directives = _directives(request, command)
    row = row_of(registry, query, directives, choices) if command.returns_rows else None
    if _is_void(row) and not command.is_batch:
        row, command = None, Command.EXEC
    if row is None and directives.names():
        raise QueryError(
            request, "non-null, nullable and dimensions are about rows, and it returns none."
        )
    raises = choices.raises if directives.raises is None else directives.raises
    parameters = _parameters(registry, query)
    copy_types = binary_copy_types(parameters) if command is Command.COPYFROM else None
    target = copy_target(request) if command is Command.COPYFROM else None
    item = "Row" if command is Command.COPYFROM else "Item" if command.is_batch else None
    return Query(
        name=request.name,
        function=function,
        constant=_constant(function),
        command=command,
        sql=query.text if copy_types is None else f"{query.text} (format binary)",
        comment=directives.text,
        parameters=parameters,
        row=row,
        item_class=item and pascal_case(request.name) + item,
        item_model=None if target is None else _copied_model(registry, target, parameters),
        raises=raises and command is Command.ONE,
        stream=directives.stream,
        copy_types=copy_types,
        copy_target=target,
        insert=request.text if command is Command.COPYFROM else None,
        text_oids=text_oids(row, [column.type for column in query.description.columns]),
        has_intervals=has_intervals(row),
    )


def _copied_model(
    registry: Registry, target: CopyTarget, parameters: Sequence[Parameter]
) -> ModelClass | None:
    """The table's model, where its fields can be loaded as they are."""
    model = registry.model_of_table(target.schema or "", target.table, target.columns[0])
    if model is None:
        return None
    fields = {field.column: field for field in model.fields}
    for column, parameter in zip(target.columns, parameters, strict=True):
        field = fields.get(column)
        if field is None or (field.name, field.type) != (parameter.name, parameter.type):
            return None
        if field.nullable and not parameter.nullable:
            return None
    return model


def _constant(function: str) -> str:
    # There are scripts without capitals.
    return function.upper() if function.upper() != function else f"{function}_"


def _unknown_command(request: RequestQuery) -> QueryError:
    if request.command == ":execlastid":
        return QueryError(
            request,
            ":execlastid is MySQL's: PostgreSQL has no last inserted id.",
            hint="Use :one, and write behind the INSERT: returning id",
        )
    known = ", ".join(command.value for command in Command)
    return QueryError(request, f"{request.command} is not supported.", hint=f"Use one of: {known}.")


def _directives(request: RequestQuery, command: Command) -> Directives:
    try:
        directives = parse_directives(request.comments)
    except DirectiveError as error:
        raise QueryError(request, str(error)) from None
    if directives.stream is not None and command is not Command.MANY:
        raise QueryError(request, f"stream is for :many, not for {command.value}.")
    if directives.raises is not None and command is not Command.ONE:
        raise QueryError(request, f"no-rows is for :one, not for {command.value}.")
    return directives


def _is_void(row: Row | None) -> bool:
    """Whether the query only calls a function that returns nothing: `select pg_notify(...)`."""
    match row:
        case SingleValue(Field(type=Scalar(name="void", builtin=True))):
            return True
        case _:
            return False


def _parameters(registry: Registry, query: DescribedQuery) -> tuple[Parameter, ...]:
    ordered = sorted(query.request.parameters, key=lambda parameter: parameter.number)
    reserved = RESERVED_ARGUMENTS
    if query.request.command.startswith((":copyfrom", ":batch")):
        reserved |= TUPLE_ATTRIBUTES
    names = unique(
        argument_name(parameter.name or f"argument_{parameter.number}", reserved)
        for parameter in ordered
    )
    types = query.description.parameters
    if len(types) != len(ordered):
        raise QueryError(
            query.request, f"sqlc names {len(ordered)} parameters, PostgreSQL finds {len(types)}."
        )
    for parameter in ordered:
        pseudo = registry.pseudo_type(types[parameter.number - 1])
        if pseudo is not None:
            raise QueryError(
                query.request,
                f"PostgreSQL takes ${parameter.number} ({parameter.name}) for any {pseudo},"
                " and no value can be sent as that.",
                hint=f"Say which type it is: @{parameter.name}::type",
            )
    return tuple(
        Parameter(
            name,
            _parameter_type(registry, parameter, types[parameter.number - 1]),
            nullable=not parameter.not_null and not parameter.is_slice,
            is_slice=parameter.is_slice,
        )
        for name, parameter in zip(names, ordered, strict=True)
    )


def _parameter_type(registry: Registry, parameter: RequestParameter, oid: int) -> Type:
    chosen = None
    if parameter.table is not None:
        schema, table = parameter.table
        chosen = registry.chosen_for_parameter(schema, table, parameter.column, oid)
    return chosen if chosen is not None else registry.resolve(oid)
