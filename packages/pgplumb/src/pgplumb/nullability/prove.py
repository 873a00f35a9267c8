"""Statements in, proofs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import catalog, nodes, wrap
from .facts import Verdict, nullable
from .prover import Prover
from .scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from .wrap import Statement


# What a tree that isn't as these modules expect can bring about; a newer server's, say.
_UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


def explain(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[tuple[Verdict, ...] | None]:
    """For each statement, one verdict a result column: whether it is proven non-null, and why.

    None where PostgreSQL takes the statement for no function's body, or its tree can't be read.
    `fresh_materialized_views` promises that they are refreshed after each change of the schema;
    without it, a NOT NULL that their rows may be older than proves nothing of them.
    """
    with connection.transaction(force_rollback=True):
        trees = wrap.trees(connection, statements)
        snapshot = catalog.load(connection)
        views: dict[Any, Scope | None] = {}
        return [
            _prove(
                tree,
                Prover(
                    snapshot, statement.non_null_parameters, views, fresh=fresh_materialized_views
                ),
            )
            for tree, statement in zip(trees, statements, strict=True)
        ]


def prove(
    connection: psycopg.Connection[Any],
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[tuple[bool, ...] | None]:
    """For each statement: one bool a result column, True only when it is proven never to be NULL.

    None where the statement can't be wrapped or analysed: take every column for nullable. For the
    rest see `explain`.
    """
    return [
        None if verdicts is None else tuple(verdict.non_null for verdict in verdicts)
        for verdicts in explain(
            connection, statements, fresh_materialized_views=fresh_materialized_views
        )
    ]


def _prove(tree: str | None, prover: Prover) -> tuple[Verdict, ...] | None:
    if tree is None:
        return None
    try:
        found = nodes.queries(tree)
        if len(found) != 1 or found[0].tag != "QUERY" or found[0].node("utilityStmt") is not None:
            return None
        scope = Scope(prover, found[0])
    except _UNREADABLE:
        return None
    return tuple(_column(scope, entry.number("resno")) for entry in scope.entries)


def _column(scope: Scope, number: int) -> Verdict:
    try:
        return scope.column(number)
    except _UNREADABLE:
        return nullable("a part of the query can't be read")
