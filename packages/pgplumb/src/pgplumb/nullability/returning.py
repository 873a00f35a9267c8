"""RETURNING: columns of the written row (manual: Returning Data from Modified Rows)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import tables
from .facts import Context, Facts, Verdict, nullable, proven

if TYPE_CHECKING:
    from .nodes import Node
    from .scope import Scope

_UPDATE, _INSERT, _DELETE, _MERGE = 2, 3, 4, 5
_OLD, _NEW = 1, 2
_DO_NOTHING, _DO_UPDATE = 1, 2
_NOT_MATCHED_BY_SOURCE = 1


def target(scope: Scope) -> int:
    """The range table's index of the relation that is written to."""
    return scope.query.number("resultRelation")


def column(scope: Scope, expression: Node | None) -> Verdict:
    """An expression of the RETURNING list."""
    entry = scope.entry(target(scope))
    if entry is None:
        return nullable("an unknown target")
    if entry.number("relid") in scope.catalog.ruled:
        return nullable("rules of the target decide what is returned")
    context = replace(scope.context, returning=True)
    if scope.query.number("commandType") in {_UPDATE, _MERGE}:
        # Facts about expressions may be about the row as it was before.
        facts = Facts()
        facts.columns, facts.present = context.facts.columns, context.facts.present
        facts.parameters = context.facts.parameters
        context = replace(context, facts=facts)
    return scope.evaluate(expression, context)


def variable(scope: Scope, node: Node, context: Context) -> Verdict | None:
    """A variable of the target; None for one that is as in any other query.

    Conditions are about the old row: they say nothing of the one that an INSERT or UPDATE writes,
    but for the columns that an UPDATE leaves as they are.
    """
    command = scope.query.number("commandType")
    relation = node.number("varno")
    if relation != target(scope):
        if command == _MERGE and any(
            action.number("matchKind") == _NOT_MATCHED_BY_SOURCE
            for action in scope.query.nodes("mergeActionList")
        ):
            return nullable("WHEN NOT MATCHED BY SOURCE has no source row")
        return None
    version = node.number("varreturningtype")
    if _absent(scope, command, version):
        return nullable("there may be no such version of the row")
    verdict = _written(scope, node)
    if verdict.non_null:
        return verdict
    if command == _DELETE or (command == _UPDATE and version == _OLD):
        return None
    assigned = _assigned(scope, node, context) if version != _OLD else None
    if assigned == []:  # left as it was
        return None
    if assigned and all(item.non_null for item in assigned):
        return proven("what is assigned to it is not NULL, and no trigger changes it")
    return verdict


def _absent(scope: Scope, command: int, version: int) -> bool:
    """Whether the old or the new row that RETURNING asks for may not exist."""
    if version == 0 or command == _UPDATE:
        return False
    if command == _MERGE:
        lacking = _INSERT if version == _OLD else _DELETE
        return any(
            action.number("commandType") == lacking
            for action in scope.query.nodes("mergeActionList")
        )
    return version == (_OLD if command == _INSERT else _NEW)


def _assigned(scope: Scope, node: Node, context: Context) -> list[Verdict] | None:
    """What an INSERT or UPDATE of a plain table assigns to the column; None if that isn't known.

    In an UPDATE, nothing at all means that the column stays as it was.
    """
    query = scope.query
    command = query.number("commandType")
    entry = scope.entry(target(scope))
    column = node.number("varattno")
    relation = entry.number("relid") if entry else 0
    if (
        command not in {_INSERT, _UPDATE}
        or column <= 0
        or scope.options.target
        or not scope.catalog.writes_as_told(relation, column)
    ):
        return None
    place = replace(context, returning=False)
    found = _values(scope, query.nodes("targetList"), column, place)
    if command == _UPDATE:
        return found
    conflict = query.node("onConflict")
    if conflict is not None and conflict.number("action") not in {_DO_NOTHING, _DO_UPDATE}:
        return None
    if conflict is not None and conflict.number("action") == _DO_UPDATE:
        instead = _values(scope, conflict.nodes("onConflictSet"), column, scope.bare_context)
        found = [*found, *instead] if found and instead else []
    return found or None


def _values(scope: Scope, entries: list[Node], column: int, place: Context) -> list[Verdict]:
    return [
        scope.evaluate(entry.node("expr"), place)
        for entry in entries
        if entry.number("resno") == column and not entry.flag("resjunk")
    ]


def _written(scope: Scope, node: Node) -> Verdict:
    entry = scope.entry(node.number("varno"))
    if entry is None:
        return nullable("an unknown target")
    return tables.column(
        scope.prover,
        entry.number("relid"),
        node.number("varattno"),
        inherited=True,
        options=scope.options._replace(target=True),
    )
