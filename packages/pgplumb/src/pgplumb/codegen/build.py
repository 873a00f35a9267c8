"""From sqlc's names and PostgreSQL's facts to the intermediate model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pgplumb.codegen.binary import binary_copy_types
from pgplumb.codegen.directives import DirectiveError, Directives, parse_directives
from pgplumb.codegen.model import (
    ArrayType,
    Command,
    Embed,
    Field,
    ModelClass,
    Package,
    Parameter,
    Query,
    QueryModule,
    Row,
    RowOfModel,
    RowOfQuery,
    Scalar,
    SingleValue,
    Type,
)
from pgplumb.codegen.names import (
    argument_name,
    field_name,
    module_name,
    pascal_case,
    snake_case,
    unique,
)
from pgplumb.codegen.overrides import Overrides, chosen_type
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.texts import has_intervals, text_oids
from pgplumb.nullability import Column as Proof
from pgplumb.postgres.describe import Description, ResultColumn
from pgplumb.sqlc_plugin.request import QueryError, RequestParameter, RequestQuery

# What the generated modules use themselves: a query or an argument of that name would hide it.
_HELPERS = frozenset(
    {
        *("connection_of", "copy_from", "decoded", "execute", "execute_batch", "fetch_all"),
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


@dataclass(frozen=True, slots=True)
class DescribedQuery:
    """A query with what PostgreSQL says of it.

    text: what runs. proofs: what is proven of each result column. takes_columns: whether a further
    one would leave its rows as they are. presence: by the first column of an embedded table, the
    number of a further column that is NULL where no row of the table is there.
    """

    request: RequestQuery
    text: str
    description: Description
    proofs: tuple[Proof, ...]
    takes_columns: bool = False
    presence: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user has chosen about queries. raises: a :one query has to find a row."""

    overrides: Overrides
    raises: bool = False


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
    row = _row(registry, query, directives, choices) if command.returns_rows else None
    if _is_void(row) and not command.is_batch:
        row, command = None, Command.EXEC
    if row is None and directives.names():
        raise QueryError(
            request, "non-null, nullable and dimensions are about rows, and it returns none."
        )
    raises = choices.raises if directives.raises is None else directives.raises
    parameters = _parameters(registry, query)
    copy_types = binary_copy_types(parameters) if command is Command.COPYFROM else None
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
        raises=raises and command is Command.ONE,
        stream=directives.stream,
        copy_types=copy_types,
        text_oids=text_oids(row, [column.type for column in query.description.columns]),
        has_intervals=has_intervals(row),
    )


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


def _row(
    registry: Registry, query: DescribedQuery, directives: Directives, choices: Choices
) -> Row:
    columns = query.description.columns
    if not columns:
        raise QueryError(
            query.request,
            f"{query.request.command} needs a query that returns rows.",
            hint="Add a RETURNING clause, or use :exec.",
        )
    items = _items(registry, query, directives, choices)
    known = {name for item in items for name in _names(item)}
    for name in sorted(directives.names() - known):
        raise QueryError(query.request, f'the comment speaks of "{name}", and no column is that.')
    if len(items) == 1 and isinstance(items[0], Field):
        return SingleValue(items[0])
    # What the author asserts is about this query's rows, so they get a class that says it.
    whole = None if directives.non_null else _whole_model(registry, columns, items)
    if whole is not None:
        return RowOfModel(whole)
    names = unique(item.name for item in items)
    return RowOfQuery(
        f"{pascal_case(query.request.name)}Row",
        tuple(replace(item, name=name) for item, name in zip(items, names, strict=True)),
    )


def _items(
    registry: Registry, query: DescribedQuery, directives: Directives, choices: Choices
) -> list[Field | Embed]:
    columns = query.description.columns
    listed = query.request.columns
    # Which columns there are PostgreSQL says, but not which of them sqlc.embed stands for.
    embeds = [each.embeds for each in listed] if any(each.embeds for each in listed) else []
    items: list[Field | Embed] = []
    position = 0
    for number, embedded in enumerate(embeds or [False] * len(columns)):
        if embedded:
            embed = _embed(registry, query, listed[number].name, position)
            items.append(_asserted(embed, directives))
            position += len(embed.model.fields)
        elif position < len(columns):
            field = _field(registry, columns[position], query.proofs[position])
            field = _chosen(_with_dimensions(field, query, directives), query, choices)
            items.append(_asserted(field, directives))
            position += 1
    if position != len(columns):
        raise QueryError(
            query.request,
            f"sqlc counts {position} columns, PostgreSQL {len(columns)}.",
            hint="Write out the columns that stand beside sqlc.embed, instead of a star.",
        )
    return items


Item = TypeVar("Item", Field, Embed)


def _names(item: Field | Embed) -> set[str]:
    return {item.name} if isinstance(item, Embed) else {item.name, item.column}


def _asserted(item: Item, directives: Directives) -> Item:
    """The item as the author asserts it to be."""
    names = _names(item)
    if isinstance(item, Embed):
        return replace(item, absent_when_null=None) if names & directives.non_null else item
    if names & directives.non_null:
        return replace(item, nullable=False)
    return replace(item, nullable=True) if names & directives.nullable else item


def _with_dimensions(field: Field, query: DescribedQuery, directives: Directives) -> Field:
    """The field, an array as deep as the author asserts it to be."""
    found = [directives.dimensions[name] for name in _names(field) & directives.dimensions.keys()]
    if not found:
        return field
    if not isinstance(field.type, ArrayType):
        raise QueryError(
            query.request, f'the comment gives "{field.column}" dimensions, and it is no array.'
        )
    return replace(field, type=replace(field.type, dimensions=found[0]))


def _chosen(field: Field, query: DescribedQuery, choices: Choices) -> Field:
    """The field with the type that was chosen for this column of this query."""
    chosen = choices.overrides.of_query_column(query.request.name, field.column)
    return field if chosen is None else replace(field, type=chosen_type(chosen, field.type))


def _field(registry: Registry, column: ResultColumn, proof: Proof) -> Field:
    # The wire shows a domain as its base type: the column that the value comes from knows.
    origin = registry.origin(column.table, column.column)
    if origin is None:
        resolved, comment = registry.resolve(column.type, proof.shape), None
    else:
        resolved, comment = registry.column_type(*origin, proof.shape), origin[1].comment
    nullable = not proof.verdict.non_null
    return Field(field_name(column.name), column.name, resolved, nullable, comment)


def _embed(registry: Registry, query: DescribedQuery, name: str, position: int) -> Embed:
    columns = query.description.columns
    table = columns[position].table if position < len(columns) else 0
    if not table or not registry.has_model(table):
        raise QueryError(query.request, f"sqlc.embed({name}) is not a table or view.")
    model = registry.model_of(table)
    proofs = query.proofs[position : position + len(model.fields)]
    # A column that is never NULL in the table but may be NULL here was nulled by an outer join.
    absent = next(
        (
            offset
            for offset, (field, proof) in enumerate(zip(model.fields, proofs, strict=True))
            if not field.nullable and not proof.verdict.non_null
        ),
        query.presence[position] - position if position in query.presence else None,
    )
    row = query.proofs[position].row
    return Embed(field_name(name if row is None else row.name), model, absent)


def _whole_model(
    registry: Registry, columns: Sequence[ResultColumn], items: Sequence[Field | Embed]
) -> ModelClass | None:
    """The model of a table or view, when the row is just what `select *` from it gives.

    A condition may prove a column non-null that the model lets be None: the model still fits.
    """
    table = columns[0].table
    if not table or not registry.has_model(table):
        return None
    model = registry.model_of(table)
    origins = registry.column_numbers(table)
    if [(column.table, column.column) for column in columns] != [(table, each) for each in origins]:
        return None
    same = all(
        isinstance(item, Field)
        and (item.column, item.type) == (field.column, field.type)
        and (field.nullable or not item.nullable)
        for item, field in zip(items, model.fields, strict=True)
    )
    return model if same else None
