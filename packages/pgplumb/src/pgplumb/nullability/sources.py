"""The columns of what stands in FROM: subqueries, functions, VALUES and WITH queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import tables
from .calls import SET_RETURNING, function_of, returns_set, set_column
from .facts import Verdict, nullable, proven
from .nodes import Node

if TYPE_CHECKING:
    from .prover import Cte
    from .scope import Scope

_RELATION, _SUBQUERY, _FUNCTION, _VALUES, _CTE = 0, 1, 3, 5, 6


def column(scope: Scope, relation: int, number: int) -> Verdict:
    """A column of a relation of the scope's FROM, outer joins apart."""
    entry = scope.entry(relation)
    if entry is None:
        return nullable("a column of an unknown relation")
    kind = entry.number("rtekind")
    if kind == _RELATION:
        view = scope.from_view(relation) if number > 0 else None
        if view is not None:
            return view.column(number)
        return tables.column(
            scope.prover,
            entry.number("relid"),
            number,
            inherited=entry.flag("inh"),
            options=scope.options,
        )
    if kind == _SUBQUERY:
        if number == 0:
            return proven("a row of a subquery")
        query = scope.from_subquery(relation)
        return query.column(number) if query else nullable("a subquery of unknown form")
    if kind == _FUNCTION:
        return _function_column(scope, entry, number)
    if kind == _VALUES:
        return _values_column(scope, entry, number)
    if kind == _CTE:
        return _cte_column(scope, entry, number)
    return nullable("a relation of a kind without a rule")


def _values_column(scope: Scope, entry: Node, column: int) -> Verdict:
    if column == 0:
        return proven("a row of VALUES")
    rows = entry.items("values_lists")
    for row in rows:
        value = row[column - 1] if isinstance(row, list) and 0 < column <= len(row) else None
        verdict = scope.evaluate(value if isinstance(value, Node) else None, scope.lateral_context)
        if not verdict.non_null:
            return nullable(f"VALUES: {verdict.reason}")
    return proven("every row of VALUES has a value") if rows else nullable("VALUES without rows")


def _function_column(scope: Scope, entry: Node, column: int) -> Verdict:
    functions = entry.nodes("functions")
    widths = [function.number("funccolcount") for function in functions]
    if entry.flag("funcordinality") and column == sum(widths) + 1:
        return proven("WITH ORDINALITY counts")
    if len(functions) != 1:
        return nullable("ROWS FROM pads the shorter result with NULL")
    call = functions[0].node("funcexpr")
    if call is None or not 0 < column <= widths[0]:
        return nullable("a function's row")
    if call.tag in {"FUNCEXPR", "OPEXPR"} and returns_set(call):
        builtin = scope.catalog.builtin(function_of(call))
        if builtin is None:
            return nullable("a function of a user or an extension")
        if builtin.name == "unnest":
            return _unnested(scope, call)
        if builtin.name not in SET_RETURNING:
            return nullable(f"{builtin.name}() may return NULL")
        return set_column(builtin.name, call, column)
    if widths[0] != 1:
        return nullable("a field of a function's row")
    return scope.evaluate(call, scope.lateral_context)


def _unnested(scope: Scope, call: Node) -> Verdict:
    """An element of `unnest(ARRAY[...])`."""
    arguments = call.nodes("args")
    if (
        len(arguments) == 1
        and arguments[0].tag == "ARRAYEXPR"
        and not arguments[0].flag("multidims")
    ):
        for element in arguments[0].nodes("elements"):
            verdict = scope.evaluate(element, scope.lateral_context)
            if not verdict.non_null:
                return verdict
        return proven("no element of the array is NULL")
    return nullable("an element of an array may be NULL")


def _cte_column(scope: Scope, entry: Node, column: int) -> Verdict:
    if column == 0:
        return proven("a row of a WITH query")
    found = cte_of(scope, entry)
    if found is None:
        return nullable("an unknown WITH query")
    owner, cte = found
    if cte.assumed is not None:
        if column in cte.assumed:
            return proven("by induction over the recursive query")
        return nullable("a column of a recursive query")
    if cte.verdicts is None:
        cte.verdicts = _prove_cte(owner, cte)
    if 0 < column <= len(cte.verdicts):
        return cte.verdicts[column - 1]
    return nullable("a SEARCH or CYCLE column")


def cte_of(scope: Scope, entry: Node) -> tuple[Scope, Cte] | None:
    """The WITH query that stands in FROM, and the scope that it belongs to."""
    owner: Scope | None = scope
    for _ in range(entry.number("ctelevelsup")):
        owner = owner.parent.scope if owner and owner.parent else None
    cte = owner.ctes.get(entry.text("ctename") or "") if owner else None
    return None if owner is None or cte is None else (owner, cte)


def _prove_cte(scope: Scope, cte: Cte) -> list[Verdict]:
    """The columns of a WITH query.

    Of a recursive one all columns are assumed non-null at first, and those that the assumption
    does not prove are given up, until the rest prove themselves: then, by induction over the
    iterations, no row ever holds NULL in them (manual: Recursive Queries).
    """
    query = cte.node.node("ctequery")
    if query is None:
        return []
    if not cte.node.flag("cterecursive"):
        return scope.nested(query).columns()
    assumed = frozenset(range(1, len(query.nodes("targetList")) + 1))
    try:
        while True:
            cte.assumed = assumed
            verdicts = scope.nested(query).columns()
            kept = frozenset(
                number
                for number, verdict in enumerate(verdicts, start=1)
                if verdict.non_null and number in assumed
            )
            if kept == assumed:
                return [
                    verdict if number in kept or not verdict.non_null else nullable("recursive")
                    for number, verdict in enumerate(verdicts, start=1)
                ]
            assumed = kept
    finally:
        cte.assumed = None
