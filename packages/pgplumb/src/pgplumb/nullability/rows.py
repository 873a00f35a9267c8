"""The rows of FROM that result columns belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .nodes import Node

if TYPE_CHECKING:
    from .facts import Verdict
    from .scope import Scope

_RELATION, _CTE, _GROUP = 0, 6, 9


class Row(NamedTuple):
    """A row of a relation in FROM.

    name: what the query calls the relation. verdict: whether the row is always there, and no outer
    join goes without it.
    """

    name: str
    verdict: Verdict


def row_of(scope: Scope, number: int) -> Row | None:
    """The row that a column which the query returns is just a column of."""
    operations = scope.query.node("setOperations")
    if operations is not None:
        # A set operation's columns are called as those of its first query.
        while operations.tag != "RANGETBLREF":
            operations = operations.node("larg") or Node("RANGETBLREF")
        first = scope.from_subquery(operations.number("rtindex"))
        found = None if first is None else row_of(first, number)
        return found and found._replace(verdict=scope.column(number))
    column = scope.returned.get(number)
    return None if column is None else _row(scope, column)


def _row(scope: Scope, column: Node) -> Row | None:
    if column.tag != "VAR" or column.number("varlevelsup"):
        return None
    entry = scope.entry(column.number("varno"))
    if entry is None:
        return None
    kind, number = entry.number("rtekind"), column.number("varattno")
    if kind == _GROUP:
        grouped = entry.nodes("groupexprs")
        return _row(scope, grouped[number - 1]) if 0 < number <= len(grouped) else None
    alias = entry.node("alias")
    name = alias.text("aliasname") if alias is not None else None
    if name is None and kind == _RELATION:
        name = scope.catalog.name(entry.number("relid"))
    elif name is None and kind == _CTE:
        name = entry.text("ctename")
    if name is None:
        return None
    return Row(name, scope.listed(Node("VAR", {**column.fields, "varattno": "0"})))
