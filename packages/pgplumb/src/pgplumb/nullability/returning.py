"""RETURNING: columns of the written row (manual: Returning Data from Modified Rows)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import expressions, relations
from .facts import Facts, Verdict, nullable

if TYPE_CHECKING:
    from .nodes import Node
    from .relations import Scope

_UPDATE, _INSERT, _DELETE, _MERGE = 2, 3, 4, 5
_OLD, _NEW = 1, 2
_DO_UPDATE = 2
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
    return expressions.evaluate(expression, context)


def variable(scope: Scope, node: Node) -> Verdict | None:
    """A variable of the target; None for one that is as in any other query.

    Conditions are about the old row: they say nothing of the one that an INSERT or UPDATE writes.
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
    if _absent(command, version):
        return nullable("there may be no such version of the row")
    if command == _DELETE or (command == _UPDATE and version == _OLD):
        verdict = _written(scope, node)
        return verdict if verdict.non_null else None
    return _written(scope, node)


def _absent(command: int, version: int) -> bool:
    """Whether the old or the new row that RETURNING asks for may not exist."""
    if command == _MERGE:
        return version != 0
    if command == _INSERT:
        return version == _OLD
    return command == _DELETE and version == _NEW


def _written(scope: Scope, node: Node) -> Verdict:
    entry = scope.entry(node.number("varno"))
    if entry is None:
        return nullable("an unknown target")
    return relations.relation_column(
        scope.prover,
        entry.number("relid"),
        node.number("varattno"),
        inherited=True,
        options=scope.options._replace(target=True),
    )
