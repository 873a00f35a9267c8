"""Statements in, proofs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import catalog, nodes, shapes, wrap
from .facts import Verdict, nullable
from .prover import Prover
from .scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from .shapes import Shape
    from .wrap import Statement


# What a tree that isn't as these modules expect can bring about; a newer server's, say.
_UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Column(NamedTuple):
    """What is proven of a result column.

    verdict: whether it is never NULL. row: whether the row that it is a column of is always there,
    and was not left out by an outer join. shape: what its type does not say of it.
    """

    verdict: Verdict
    row: Verdict
    shape: Shape


class Analysis(NamedTuple):
    """What is proven of a statement.

    takes_columns: whether a further result column would leave its rows as they are.
    """

    columns: tuple[Column, ...]
    takes_columns: bool


def analyse(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[Analysis | None]:
    """What is proven of each statement.

    None where PostgreSQL takes the statement for no function's body, or its tree can't be read.
    `fresh_materialized_views` promises that they are refreshed after each change of the schema;
    without it, a NOT NULL that their rows may be older than proves nothing of them.
    """
    with connection.transaction(force_rollback=True):
        trees = wrap.trees(connection, statements)
        snapshot = catalog.load(connection)
        views: dict[Any, Scope | None] = {}
        return [
            _analyse(
                tree,
                Prover(
                    snapshot, statement.non_null_parameters, views, fresh=fresh_materialized_views
                ),
            )
            for tree, statement in zip(trees, statements, strict=True)
        ]


def explain(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[tuple[Verdict, ...] | None]:
    """For each statement, one verdict a result column: whether it is proven non-null, and why.

    None where nothing could be found out: take every column for nullable. For the rest see
    `analyse`.
    """
    return [
        None if found is None else tuple(column.verdict for column in found.columns)
        for found in analyse(
            connection, statements, fresh_materialized_views=fresh_materialized_views
        )
    ]


def prove(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[tuple[bool, ...] | None]:
    """For each statement, one bool a result column: True only when it is proven never to be NULL.

    For the rest see `explain`.
    """
    return [
        None if verdicts is None else tuple(verdict.non_null for verdict in verdicts)
        for verdicts in explain(
            connection, statements, fresh_materialized_views=fresh_materialized_views
        )
    ]


def _analyse(tree: str | None, prover: Prover) -> Analysis | None:
    if tree is None:
        return None
    try:
        found = nodes.queries(tree)
        if len(found) != 1 or found[0].tag != "QUERY" or found[0].node("utilityStmt") is not None:
            return None
        scope = Scope(prover, found[0])
    except _UNREADABLE:
        return None
    columns = tuple(_column(scope, entry.number("resno")) for entry in scope.entries)
    return Analysis(columns, scope.takes_columns)


def _column(scope: Scope, number: int) -> Column:
    unreadable = nullable("a part of the query can't be read")
    try:
        verdict, row = scope.column(number), scope.row_of(number)
    except _UNREADABLE:
        verdict, row = unreadable, unreadable
    try:
        shape = shapes.output(scope, number)
    except _UNREADABLE:
        shape = shapes.ANYTHING
    return Column(verdict, row, shape)
