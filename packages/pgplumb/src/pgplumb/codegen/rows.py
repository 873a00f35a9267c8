"""Decides what a query gives for a row: a value, a model, or a class of its own."""

from collections.abc import Sequence
from typing import TypeVar

from pgplumb.codegen.described import Choices, DescribedQuery
from pgplumb.codegen.directives import Directives
from pgplumb.codegen.model import (
    ArrayType,
    Embed,
    Field,
    ModelClass,
    Row,
    RowOfModel,
    RowOfQuery,
    SingleValue,
)
from pgplumb.codegen.names import field_name, pascal_case, unique
from pgplumb.codegen.overrides import chosen_type
from pgplumb.codegen.registry import Registry
from pgplumb.nullability import Column as Proof
from pgplumb.postgres.describe import ResultColumn
from pgplumb.sqlc_plugin.request import QueryError


def row_of(
    registry: Registry, query: DescribedQuery, directives: Directives, choices: Choices
) -> Row:
    """What the query gives for a row. Raises QueryError."""
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
        tuple(item._replace(name=name) for item, name in zip(items, names, strict=True)),
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
        return item._replace(absent_when_null=None) if names & directives.non_null else item
    if names & directives.non_null:
        return item._replace(nullable=False, asserted=True)
    return item._replace(nullable=True) if names & directives.nullable else item


def _with_dimensions(field: Field, query: DescribedQuery, directives: Directives) -> Field:
    """The field, an array as deep as the author asserts it to be."""
    found = [directives.dimensions[name] for name in _names(field) & directives.dimensions.keys()]
    if not found:
        return field
    if not isinstance(field.type, ArrayType):
        raise QueryError(
            query.request, f'the comment gives "{field.column}" dimensions, and it is no array.'
        )
    return field._replace(type=field.type._replace(dimensions=found[0]))


def _chosen(field: Field, query: DescribedQuery, choices: Choices) -> Field:
    """The field with the type that was chosen for this column of this query."""
    chosen = choices.overrides.of_query_column(query.request.name, field.column)
    return field if chosen is None else field._replace(type=chosen_type(chosen, field.type))


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
    whole = slice(position, position + len(model.fields))
    if [each.column for each in columns[whole]] != registry.column_numbers(table):
        raise QueryError(
            query.request,
            f"sqlc knows other columns of sqlc.embed({name}) than PostgreSQL.",
            hint="Is there one that is added by dynamic SQL? Write a star instead of the macro.",
        )
    proofs = query.proofs[whole]
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
