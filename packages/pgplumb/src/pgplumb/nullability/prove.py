"""Statements in, proofs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import catalog, nodes, rows, shapes, tables, wrap
from .facts import Verdict, nullable
from .prover import Options, Prover
from .scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from .rows import Row
    from .shapes import Shape
    from .wrap import Statement


# What a tree that isn't as these modules expect can bring about; a newer server's, say.
_UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Column(NamedTuple):
    """What is proven of a result column.

    verdict: whether it is never NULL. row: what is known of the row that it is a column of, if it
    is just that. shape: what its type does not say of it.
    """

    verdict: Verdict
    row: Row | None
    shape: Shape


UNPROVEN = Column(nullable("nothing can be proven of this statement"), None, shapes.ANYTHING)
"""A column of a statement without an analysis."""


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
    snapshot: catalog.Catalog | None = None,
    fresh_materialized_views: bool = False,
) -> list[Analysis | None]:
    """What is proven of each statement.

    None where PostgreSQL takes the statement for no function's body, or its tree can't be read.
    `fresh_materialized_views` promises that they are refreshed after each change of the schema;
    without it, a NOT NULL that their rows may be older than proves nothing of them.
    `snapshot` is what the proofs know of the database; without one it is read.
    """
    with connection.transaction(force_rollback=True):
        trees = wrap.trees(connection, statements)
        snapshot = snapshot or catalog.load(connection)
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


def analyse_relations(
    snapshot: catalog.Catalog, relations: Mapping[int, Sequence[int]]
) -> dict[int, tuple[Column, ...]]:
    """What is proven of columns of tables and views, given by OIDs and attribute numbers."""
    prover = Prover(snapshot, frozenset(), {})
    return {
        relation: tuple(_relation_column(prover, relation, number) for number in numbers)
        for relation, numbers in relations.items()
    }


def _relation_column(prover: Prover, relation: int, number: int) -> Column:
    try:
        verdict = tables.column(prover, relation, number, inherited=True, options=Options())
        return Column(verdict, None, shapes.of_relation(prover, relation, number, Options()))
    except _UNREADABLE:
        return UNPROVEN


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
    columns = tuple(_column(scope, number) for number in scope.returned)
    return Analysis(columns, scope.takes_columns)


def _column(scope: Scope, number: int) -> Column:
    try:
        verdict = scope.column(number)
    except _UNREADABLE:
        verdict = nullable("a part of the query can't be read")
    try:
        return Column(verdict, rows.row_of(scope, number), shapes.output(scope, number))
    except _UNREADABLE:
        return Column(verdict, None, shapes.ANYTHING)
