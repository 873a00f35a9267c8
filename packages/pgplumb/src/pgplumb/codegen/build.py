"""From sqlc's names and PostgreSQL's facts to the intermediate model."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgplumb.codegen.embeds import EmbedAliases
from pgplumb.codegen.model import (
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
    SingleValue,
)
from pgplumb.codegen.names import argument_name, field_name, pascal_case, snake_case, unique
from pgplumb.codegen.registry import Registry
from pgplumb.postgres.describe import Description, ResultColumn
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery

# What the generated modules use themselves: a query or an argument of that name would hide it.
_HELPERS = frozenset(
    {"connection_of", "copy_from", "execute", "fetch_all", "fetch_one", "literal", "loaded"}
)
# A query's constant is its function's name in capitals, so `uuid` would hide UUID.
RESERVED_IN_MODULE = _HELPERS | {"models", "enums", "datetime", "uuid"}
RESERVED_MODULES = frozenset({"models", "enums", "sync", "py"})
RESERVED_ARGUMENTS = _HELPERS | {
    *("conn", "self", "rows", "list"),
    *("Float4", "Int2", "Int4", "Int8", "Json", "Jsonb"),
}


@dataclass(frozen=True, slots=True)
class DescribedQuery:
    """A query with what PostgreSQL says of it.

    `text` is what runs. `non_null` has one bool a result column: True only where it is proven.
    """

    request: RequestQuery
    text: str
    description: Description
    non_null: tuple[bool, ...]


def build_package(registry: Registry, queries: Sequence[DescribedQuery]) -> Package:
    """Decide everything that is to be written.

    Raises QueryError for a query that can't be.
    """
    files: dict[str, list[DescribedQuery]] = {}
    for query in queries:
        files.setdefault(query.request.file, []).append(query)
    names = unique(
        argument_name(file.removesuffix(".sql"), RESERVED_MODULES).lower() for file in files
    )
    return Package(
        enums=registry.enums,
        domains=registry.domains,
        models=registry.models,
        modules=tuple(
            _module(registry, name, file, own)
            for name, (file, own) in zip(names, files.items(), strict=True)
        ),
    )


def _module(
    registry: Registry, name: str, file: str, queries: Sequence[DescribedQuery]
) -> QueryModule:
    functions = unique(
        (argument_name(snake_case(query.request.name), RESERVED_IN_MODULE) for query in queries),
    )
    return QueryModule(
        name=name,
        source=file,
        class_name=f"{pascal_case(name)}Queries",
        queries=tuple(
            _query(registry, function, query)
            for function, query in zip(functions, queries, strict=True)
        ),
    )


def _query(registry: Registry, function: str, query: DescribedQuery) -> Query:
    request = query.request
    try:
        command = Command(request.command)
    except ValueError:
        known = ", ".join(command.value for command in Command)
        raise QueryError(
            request, f"{request.command} is not supported.", hint=f"Use one of: {known}."
        ) from None
    row = None
    if command in (Command.ONE, Command.MANY):
        row = _row(registry, query)
    return Query(
        name=request.name,
        function=function,
        constant=function.upper(),
        command=command,
        sql=query.text,
        comment=_comment(request.comments),
        parameters=_parameters(registry, query),
        row=row,
        row_class=f"{pascal_case(request.name)}Row" if command is Command.COPYFROM else None,
    )


def _comment(lines: Sequence[str]) -> str | None:
    text = "\n".join(line.strip() for line in lines).strip()
    return text or None


def _parameters(registry: Registry, query: DescribedQuery) -> tuple[Parameter, ...]:
    ordered = sorted(query.request.parameters, key=lambda parameter: parameter.number)
    names = unique(
        argument_name(parameter.name or f"argument_{parameter.number}", RESERVED_ARGUMENTS)
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
            registry.resolve(types[parameter.number - 1]),
            nullable=not parameter.not_null and not parameter.is_slice,
            is_slice=parameter.is_slice,
        )
        for name, parameter in zip(names, ordered, strict=True)
    )


def _row(registry: Registry, query: DescribedQuery) -> Row:
    columns = query.description.columns
    if not columns:
        raise QueryError(
            query.request,
            f"{query.request.command} needs a query that returns rows.",
            hint="Add a RETURNING clause, or use :exec.",
        )
    items: list[Field | Embed] = []
    position = 0
    aliases = EmbedAliases(query.text)
    for column in query.request.columns:
        if column.embeds:
            embed = _embed(registry, query, column.name, position, aliases)
            items.append(embed)
            position += len(embed.model.fields)
        elif position < len(columns):
            items.append(_field(registry, columns[position], not query.non_null[position]))
            position += 1
    if position != len(columns):
        raise QueryError(
            query.request, f"sqlc counts {position} columns, PostgreSQL {len(columns)}."
        )
    if len(items) == 1 and isinstance(items[0], Field):
        return SingleValue(items[0])
    whole = _whole_model(registry, columns, items)
    if whole is not None:
        return RowOfModel(whole)
    names = unique(item.name for item in items)
    return RowOfQuery(
        f"{pascal_case(query.request.name)}Row",
        tuple(_renamed(item, name) for item, name in zip(items, names, strict=True)),
    )


def _renamed(item: Field | Embed, name: str) -> Field | Embed:
    if isinstance(item, Embed):
        return Embed(name, item.model, item.absent_when_null)
    return Field(name, item.column, item.type, item.nullable, item.comment)


def _field(registry: Registry, column: ResultColumn, nullable: bool) -> Field:  # noqa: FBT001
    resolved = registry.resolve(column.type)
    comment = None
    if column.table and column.column:
        origin = next(
            (
                each
                for each in registry.relation_columns(column.table)
                if each.number == column.column
            ),
            None,
        )
        if origin is not None:
            # The wire shows a domain as its base type and forgets how an array was declared.
            resolved = registry.resolve(origin.type, origin.dimensions)
            comment = origin.comment
    return Field(field_name(column.name), column.name, resolved, nullable, comment)


def _embed(
    registry: Registry, query: DescribedQuery, name: str, position: int, aliases: EmbedAliases
) -> Embed:
    columns = query.description.columns
    table = columns[position].table if position < len(columns) else 0
    if not table or not registry.has_model(table):
        raise QueryError(query.request, f"sqlc.embed({name}) is not a table or view.")
    model = registry.model_of(table)
    non_null = query.non_null[position : position + len(model.fields)]
    # A column that is never NULL in the table but may be NULL here was nulled by an outer join.
    absent = next(
        (
            offset
            for offset, (field, proven) in enumerate(zip(model.fields, non_null, strict=True))
            if not field.nullable and not proven
        ),
        None,
    )
    alias = aliases.next_qualifier_of([field.column for field in model.fields])
    return Embed(field_name(alias or name), model, absent)


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
    origins = [each.number for each in registry.relation_columns(table)]
    if [(column.table, column.column) for column in columns] != [(table, each) for each in origins]:
        return None
    same = all(
        isinstance(item, Field)
        and (item.name, item.column, item.type) == (field.name, field.column, field.type)
        and (field.nullable or not item.nullable)
        for item, field in zip(items, model.fields, strict=True)
    )
    return model if same else None
