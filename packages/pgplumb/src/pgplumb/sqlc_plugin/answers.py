"""What PostgreSQL answers about the queries and views of a request."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from pgplumb.codegen.described import DescribedQuery
from pgplumb.nullability import (
    UNPROVEN,
    Analysis,
    Column,
    Snapshot,
    Statement,
    analyse,
    analyse_relations,
)
from pgplumb.postgres.catalog import Catalog
from pgplumb.postgres.describe import Description, Refusal, describe
from pgplumb.settings import Settings
from pgplumb.sqlc_plugin.arguments import with_nullable_arguments
from pgplumb.sqlc_plugin.copying import copy_statement, refuse_copy, try_copy
from pgplumb.sqlc_plugin.options import Options
from pgplumb.sqlc_plugin.request import QueryError, RequestParameter, RequestQuery
from pgplumb.sqlc_plugin.slices import with_arrays
from pgplumb.sqlc_plugin.stars import with_right_stars
from pgplumb.sqlc_plugin.unseen import with_unseen_arguments
from pgplumb.urls import DatabaseUrl, parse_url


def as_written(
    shadow: Connection[Any], queries: Iterable[tuple[RequestQuery, str | None]]
) -> list[RequestQuery]:
    """The queries, with what sqlc has not understood of a text taken from the text itself.

    In: each query, and what its author wrote (None when it isn't found: sqlc's word is taken).
    """
    numbered = [
        (with_nullable_arguments(with_unseen_arguments(query), source), source)
        for query, source in queries
    ]
    return with_right_stars(shadow, numbered)


def ask(
    shadow: Connection[Any], queries: Sequence[RequestQuery], snapshot: Snapshot | None = None
) -> tuple[list[DescribedQuery], list[QueryError]]:
    """Describe and prove each query; what is wrong with the others, each in the queries' order.

    `snapshot` is what the proofs know of the database; without one it is read.
    """
    errors: list[QueryError] = []
    texts: list[tuple[RequestQuery, str, str]] = []
    for query in queries:
        try:
            refuse_copy(query)
            prepared = with_arrays(query)
            run = copy_statement(query) if query.command == ":copyfrom" else prepared
            texts.append((query, prepared, run))
        except QueryError as error:
            errors.append(error)
    described: list[tuple[RequestQuery, str, Description]] = []
    statements: list[Statement] = []
    answers = describe(shadow, [prepared for _, prepared, _ in texts])
    for (query, prepared, run), answer in zip(texts, answers, strict=True):
        if isinstance(answer, Refusal):
            position = answer.position
            hint = hint_for(answer.message, answer.hint)
            errors.append(QueryError(query, answer.message, hint=hint, position=position))
            continue
        if query.command == ":copyfrom" and (refused := try_copy(shadow, query, run)) is not None:
            errors.append(refused)
            continue
        described.append((_with_all_parameters(query, answer), run, answer))
        statements.append(Statement(prepared, answer.parameters, _non_null_parameters(query)))
    order = {id(query): number for number, query in enumerate(queries)}
    errors.sort(key=lambda error: order[id(error.query)])
    return [
        DescribedQuery(
            query,
            run,
            description,
            _proofs(analysis, description),
            takes_columns=analysis is not None and analysis.takes_columns,
        )
        for (query, run, description), analysis in zip(
            described, analyse(shadow, statements, snapshot=snapshot), strict=True
        )
    ], errors


def relation_proofs(snapshot: Snapshot, catalog: Catalog) -> dict[int, tuple[Column, ...]]:
    """What is proven of the columns of each table and view: pg_attribute claims too much of
    tables, and nothing of views.
    """
    return analyse_relations(
        snapshot,
        {
            relation.oid: [column.number for column in relation.columns]
            for relation in catalog.user_relations()
        },
    )


def server_for(settings: Settings, options: Options) -> tuple[DatabaseUrl, str]:
    """The server for shadow databases, and what to do when it is down."""
    if options.database_url is not None and settings.url == settings.project_url:
        source = 'the option "database_url" in sqlc.yaml'
        return parse_url(options.database_url, source=source), f"It is named by {source}."
    if settings.is_override:
        return settings.url, "DATABASE_URL names that server: start it, or correct the URL."
    return settings.url, "Start the development server with: uv run plumb up"


def _proofs(analysis: Analysis | None, description: Description) -> tuple[Column, ...]:
    if analysis is None or not analysis.columns:
        return (UNPROVEN,) * len(description.columns)
    return analysis.columns


def _non_null_parameters(query: RequestQuery) -> frozenset[int]:
    return frozenset(each.number for each in query.parameters if each.not_null or each.is_slice)


def _with_all_parameters(query: RequestQuery, description: Description) -> RequestQuery:
    """The query, with the parameters that its author has numbered and sqlc does not see."""
    named = {parameter.number for parameter in query.parameters}
    found = range(1, len(description.parameters) + 1)
    missing = [
        RequestParameter(number, "", "", None, not_null=True, is_slice=False)
        for number in found
        if number not in named
    ]
    return query._replace(parameters=(*query.parameters, *missing)) if missing else query


def hint_for(message: str, hint: str | None = None) -> str | None:
    """What to do about PostgreSQL's message: its own hint, or ours."""
    if message.startswith("could not determine data type of parameter"):
        return "Say which type it is: @name::type or $1::type"
    return hint
