"""From PostgreSQL's answers and generated code's model to what is said of a query."""

from pgplumb.codegen.build import build_query
from pgplumb.codegen.described import Choices, DescribedQuery
from pgplumb.codegen.model import (
    Embed,
    Field,
    ModelClass,
    Query,
    RowOfModel,
    RowOfQuery,
    SingleValue,
)
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render.text import Imports
from pgplumb.codegen.render.types import TypeWriter
from pgplumb.describing.model import ColumnFacts, EmbedFacts, ParameterFacts, QueryFacts
from pgplumb.describing.pieces import Piece


def facts_of(
    piece: Piece,
    answer: DescribedQuery,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    registry: Registry,
    choices: Choices,
) -> QueryFacts:
    """What is said of a query.

    In: the names of its parameters' and its columns' types as PostgreSQL writes them.
    Raises QueryError for a query that no code can be generated for.
    """
    parameter_names, column_names = names
    query = build_query(registry, "query", answer, choices)
    request = answer.request
    return QueryFacts(
        name=request.name,
        file=piece.file.path,
        line=piece.line,
        cmd=request.command,
        params=_parameters(query, answer, parameter_names),
        columns=tuple(_Columns(answer, column_names).of(query)),
    )


def _parameters(
    query: Query, answer: DescribedQuery, names: tuple[str, ...]
) -> tuple[ParameterFacts, ...]:
    writer = TypeWriter(Imports())
    ordered = sorted(answer.request.parameters, key=lambda parameter: parameter.number)
    return tuple(
        ParameterFacts(
            asked.name or written.name,
            names[asked.number - 1],
            writer.argument(
                written.type,
                nullable=written.nullable,
                elements_nullable=not written.is_slice,
            ),
            written.nullable,
        )
        for asked, written in zip(ordered, query.parameters, strict=True)
    )


class _Columns:
    """The columns of one query, taken from PostgreSQL's in their order."""

    def __init__(self, answer: DescribedQuery, names: tuple[str, ...]) -> None:
        columns, proofs = answer.description.columns, answer.proofs
        self._rest = zip(columns, names, proofs, strict=True)
        self._writer = TypeWriter(Imports())

    def of(self, query: Query) -> list[ColumnFacts]:
        match query.row:
            case SingleValue(field):
                return [self._next(field, self._writer.value(field.type, nullable=field.nullable))]
            case RowOfModel(model):
                return self._model(model, None)
            case RowOfQuery(items=items):
                return [column for item in items for column in self._item(item)]
            case None:
                return []

    def _item(self, item: Field | Embed) -> list[ColumnFacts]:
        if isinstance(item, Embed):
            return self._model(item.model, item)
        return [self._next(item, self._annotation(item))]

    def _model(self, model: ModelClass, embed: Embed | None) -> list[ColumnFacts]:
        return [self._next(field, self._annotation(field), model, embed) for field in model.fields]

    def _next(
        self,
        field: Field,
        py_type: str,
        model: ModelClass | None = None,
        embed: Embed | None = None,
    ) -> ColumnFacts:
        column, pg_type, (verdict, _, _) = next(self._rest)
        may_be_absent = embed is not None and embed.absent_when_null is not None
        nullable = field.nullable or may_be_absent
        reason = verdict.reason
        if not nullable and not verdict.non_null:
            reason = f"asserted by the query's comment; unproven: {reason}"
        elif nullable and verdict.non_null and model is not None:
            reason = f"a field of {self._writer.model(model.class_name)} that may be None; {reason}"
        elif nullable and verdict.non_null:
            reason = f"asserted by the query's comment, in spite of: {reason}"
        return ColumnFacts(
            column.name,
            pg_type,
            py_type,
            nullable,
            reason,
            None if embed is None else self._embed(embed),
        )

    def _embed(self, embed: Embed) -> EmbedFacts:
        annotation = self._writer.model(embed.model.class_name)
        absent = " | None" if embed.absent_when_null is not None else ""
        return EmbedFacts(embed.name, annotation + absent)

    def _annotation(self, field: Field) -> str:
        return self._writer.annotation(field.type, nullable=field.nullable)
