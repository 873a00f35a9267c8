"""UNION, INTERSECT and EXCEPT (manual: Combining Queries).

A row of a UNION comes from either side, one of an INTERSECT is in both, one of an EXCEPT is in the
left. A side whose type differs from the result's is converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import Verdict, nullable
from .types import type_of

if TYPE_CHECKING:
    from .nodes import Node
    from .scope import Scope

_UNION, _INTERSECT, _EXCEPT = 1, 2, 3


def column(scope: Scope, node: Node, number: int) -> tuple[Verdict, int]:
    """A column of a set operation, and its type."""
    if node.tag == "RANGETBLREF":
        branch = scope.from_subquery(node.number("rtindex"))
        if branch is None or number not in branch.returned:
            return nullable("a branch of unknown form"), 0
        return branch.column(number), type_of(branch.returned[number])
    types = node.items("colTypes")
    kind = types[number - 1] if 0 < number <= len(types) else None
    target = int(kind) if isinstance(kind, str) else 0
    left, right = (_converted(scope, node.node(name), number, target) for name in ("larg", "rarg"))
    operation = node.number("op")
    if operation == _UNION:
        return (right if left.non_null else left), target
    if operation == _INTERSECT:
        return (left if left.non_null else right), target
    if operation == _EXCEPT:
        return left, target
    return nullable("a set operation of unknown kind"), target


def _converted(scope: Scope, branch: Node | None, number: int, target: int) -> Verdict:
    if branch is None:
        return nullable("a branch of unknown form")
    verdict, source = column(scope, branch, number)
    if not verdict.non_null or source == target != 0:
        return verdict
    # Which function a cast calls may have been changed since a materialized view was refreshed.
    known = bool(source and target) and not scope.options.durable
    if known and scope.catalog.coerces_safely(source, target):
        return verdict
    return nullable("the set operation converts its type")
