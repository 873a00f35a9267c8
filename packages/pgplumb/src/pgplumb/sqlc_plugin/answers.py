"""What PostgreSQL answers about the queries and views of a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg.sql
from psycopg import Connection

from pgplumb.codegen.build import DescribedQuery
from pgplumb.nullability import Statement, Verdict, explain, prove
from pgplumb.postgres.catalog import Catalog
from pgplumb.postgres.describe import Description, Refusal, describe
from pgplumb.settings import Settings
from pgplumb.sqlc_plugin.copying import copy_statement
from pgplumb.sqlc_plugin.options import Options
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery
from pgplumb.sqlc_plugin.slices import with_arrays
from pgplumb.urls import DatabaseUrl, parse_url


@dataclass(frozen=True, slots=True)
class Answer:
    """What PostgreSQL says of a query; `verdicts` is None where nothing could be proven."""

    query: DescribedQuery
    verdicts: tuple[Verdict, ...] | None


def ask(
    shadow: Connection[Any], queries: Sequence[RequestQuery]
) -> tuple[list[Answer], list[QueryError]]:
    """Describe and prove each query; what is wrong with the others, each in the queries' order."""
    errors: list[QueryError] = []
    texts: list[tuple[RequestQuery, str, str]] = []
    for query in queries:
        try:
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
            hint, position = hint_for(answer.message, answer.hint), answer.position
            errors.append(QueryError(query, answer.message, hint=hint, position=position))
            continue
        described.append((query, run, answer))
        statements.append(Statement(prepared, answer.parameters, _non_null_parameters(query)))
    order = {id(query): number for number, query in enumerate(queries)}
    errors.sort(key=lambda error: order[id(error.query)])
    return [
        Answer(DescribedQuery(query, run, description, _proven(verdicts, description)), verdicts)
        for (query, run, description), verdicts in zip(
            described, explain(shadow, statements), strict=True
        )
    ], errors


def view_nullability(shadow: Connection[Any], catalog: Catalog) -> dict[int, tuple[bool, ...]]:
    """Which columns of each view may be NULL: pg_attribute says "all of them"."""
    views = [relation for relation in catalog.user_relations() if relation.kind in "vm"]
    selects = [
        psycopg.sql.SQL("select * from {}")
        .format(psycopg.sql.Identifier(view.schema, view.name))
        .as_string()
        for view in views
    ]
    proofs = prove(shadow, [Statement(select, ()) for select in selects])
    return {
        view.oid: tuple(not proven for proven in proof)
        for view, proof in zip(views, proofs, strict=True)
        if proof is not None
    }


def server_for(settings: Settings, options: Options) -> tuple[DatabaseUrl, str]:
    """The server for shadow databases, and what to do when it is down."""
    if options.database_url is not None and settings.url == settings.project_url:
        source = 'the option "database_url" in sqlc.yaml'
        return parse_url(options.database_url, source=source), f"It is named by {source}."
    if settings.is_override:
        return settings.url, "DATABASE_URL names that server: start it, or correct the URL."
    return settings.url, "Start the development server with: uv run plumb up"


def _proven(verdicts: tuple[Verdict, ...] | None, description: Description) -> tuple[bool, ...]:
    if not verdicts:
        return (False,) * len(description.columns)
    return tuple(verdict.non_null for verdict in verdicts)


def _non_null_parameters(query: RequestQuery) -> frozenset[int]:
    return frozenset(each.number for each in query.parameters if each.not_null or each.is_slice)


def hint_for(message: str, hint: str | None = None) -> str | None:
    """What to do about PostgreSQL's message: its own hint, or ours."""
    if message.startswith("could not determine data type of parameter"):
        return "Say which type it is: @name::type or $1::type"
    return hint
