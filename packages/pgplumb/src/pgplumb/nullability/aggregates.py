"""Aggregates and window functions (manual: Aggregate Functions, Window Functions).

An aggregate other than a count is NULL over no rows. Under GROUP BY every group has a row; without
one, or in an empty grouping set, there may be none. A window frame may be empty as well, unless it
holds the current row.

Arguments are those of many rows: what is known of the current row alone (in a CASE branch, say)
says nothing of them.
"""

# ruff: noqa: PLR0912 - a rule a return

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import Context, Verdict, nullable, proven

if TYPE_CHECKING:
    from .nodes import Node

_COUNTS = frozenset({"count", "regr_count"})
_OF_ANY_ROW = frozenset(
    {
        "array_agg",
        "json_agg",
        "json_agg_strict",
        "json_object_agg",
        "json_object_agg_strict",
        "json_object_agg_unique",
        "json_object_agg_unique_strict",
        "jsonb_agg",
        "jsonb_agg_strict",
        "jsonb_object_agg",
        "jsonb_object_agg_strict",
        "jsonb_object_agg_unique",
        "jsonb_object_agg_unique_strict",
    }
)
"""The _strict ones leave out NULLs, and give an empty array or object if nothing else is there."""
_OF_VALUES = frozenset(
    [
        "any_value",
        "avg",
        "bit_and",
        "bit_or",
        "bit_xor",
        "bool_and",
        "bool_or",
        "covar_pop",
        "every",
        "max",
        "min",
        "range_agg",
        "range_intersect_agg",
        "stddev_pop",
        "string_agg",
        "sum",
        "var_pop",
        "xmlagg",
    ]
)
_ORDERED_SET = frozenset({"mode", "percentile_cont", "percentile_disc"})
_HYPOTHETICAL = frozenset({"rank", "dense_rank", "percent_rank", "cume_dist"})
_RANKS = _HYPOTHETICAL | {"row_number"}
_SHIFTS = frozenset({"lag", "lead"})
_EDGES = frozenset({"first_value", "last_value"})

# parsenodes.h, FRAMEOPTION_*
_RANGE = 0x2
_STARTS_BY_CURRENT_ROW = 0x20 | 0x200
_ENDS_FROM_CURRENT_ROW = 0x100 | 0x400
_STARTS_BEFORE = 0x800
_ENDS_AFTER = 0x4000
_EXCLUDES_CURRENT_ROW = 0x8000 | 0x10000

_EMPTY_SET, _SIMPLE_SET, _SETS = 0, 1, 4


def aggregate(node: Node, context: Context) -> Verdict:
    """An Aggref."""
    builtin = context.scope.catalog.builtin(node.number("aggfnoid"))
    if builtin is None:
        return nullable("an aggregate of a user or an extension")
    name = builtin.name
    if name in _COUNTS:
        return proven(f"{name}() counts")
    if node.text("aggkind") == "h" and name in _HYPOTHETICAL:
        return proven(f"{name}() is a number")
    if not node.empty("aggfilter"):
        return nullable("FILTER may leave no row to aggregate")
    if node.number("agglevelsup"):
        return nullable("an aggregate of an outer query")
    if not groups_have_rows(context.scope.query):
        return nullable(f"{name}() of no rows is NULL")
    arguments = [item.node("expr") for item in node.nodes("args")]
    if name in _OF_ANY_ROW:
        return proven(f"{name}() of at least one row")
    if name in _ORDERED_SET:
        arguments += node.nodes("aggdirectargs")
    elif name == "string_agg":
        arguments = arguments[:1]  # a NULL delimiter is an empty one
    elif name not in _OF_VALUES:
        return nullable(f"{name}() may be NULL")
    for argument in arguments:
        verdict = context.scope.evaluate(argument, context.scope.context)
        if not verdict.non_null:
            return nullable(f"{name}(): {verdict.reason}")
    return proven(f"{name}() of at least one value")


def window(node: Node, context: Context) -> Verdict:
    """A WindowFunc."""
    builtin = context.scope.catalog.builtin(node.number("winfnoid"))
    if builtin is None:
        return nullable("a window function of a user or an extension")
    name = builtin.name
    if name in _RANKS or name in _COUNTS:
        return proven(f"{name}() is a number")
    arguments = node.nodes("args")
    if name == "ntile":
        pass
    elif name in _SHIFTS:
        if len(arguments) < 3:  # noqa: PLR2004
            return nullable(f"{name}() without a default")
    elif name in _EDGES or name in _OF_VALUES or name in _OF_ANY_ROW:
        if not node.empty("aggfilter"):
            return nullable("FILTER may leave no row to aggregate")
        if not _frame_has_current_row(node, context):
            return nullable("the window frame may be empty")
        if name in _OF_ANY_ROW:
            return proven(f"{name}() of at least one row")
        if name == "string_agg":
            arguments = arguments[:1]
    else:
        return nullable(f"{name}() may be NULL")
    for argument in arguments:
        verdict = context.scope.evaluate(argument, context.scope.output_context)
        if not verdict.non_null:
            return nullable(f"{name}(): {verdict.reason}")
    return proven(f"{name}() of what is not NULL")


def _frame_has_current_row(node: Node, context: Context) -> bool:
    """Whether the window's frame always holds the current row (manual: Window Function Calls)."""
    number = node.number("winref")
    for clause in context.scope.query.nodes("windowClause"):
        if clause.number("winref") != number:
            continue
        options = clause.number("frameOptions")
        starts, ends = _STARTS_BY_CURRENT_ROW, _ENDS_FROM_CURRENT_ROW
        if not options & _RANGE:  # an offset in rows or groups can't step over the current row
            starts |= _STARTS_BEFORE
            ends |= _ENDS_AFTER
        return bool(options & starts and options & ends and not options & _EXCLUDES_CURRENT_ROW)
    return False


def groups_have_rows(query: Node) -> bool:
    """Whether every group that the query aggregates has a row at least."""
    sets = query.nodes("groupingSets")
    if sets:
        # The sets of several items are multiplied: one item without an empty set is enough.
        return any(not _may_be_empty(item) for item in sets)
    return not query.empty("groupClause")


def _may_be_empty(item: Node) -> bool:
    """Whether a grouping set is the empty one, or a ROLLUP or CUBE, which hold it."""
    kind = item.number("kind")
    if kind == _SIMPLE_SET:
        return False
    if kind == _SETS:
        return any(_may_be_empty(part) for part in item.nodes("content"))
    return True
