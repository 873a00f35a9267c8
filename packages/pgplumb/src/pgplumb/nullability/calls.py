"""Calls of functions and operators: which builtin ones give a value for values.

Nothing is believed of a function that a user or an extension made: even a strict one may return
NULL for arguments that aren't NULL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import Context, Verdict, nullable, proven
from .nodes import datum

if TYPE_CHECKING:
    from .nodes import Node

# Not strict: NULL for none of their arguments, but a NULL in place of a VARIADIC array.
_NEVER_NULL = frozenset(
    [
        "array_append",
        "array_fill",
        "array_prepend",
        "concat",
        "enum_first",
        "enum_last",
        "enum_range",
        "daterange",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "json_build_array",
        "json_build_object",
        "jsonb_build_array",
        "jsonb_build_object",
        "num_nonnulls",
        "num_nulls",
        "pg_typeof",
        "quote_nullable",
        "set_config",
    ]
)
# Not strict: NULL only when one of so many arguments is.
_NULL_WITH_FIRST = {
    "array_positions": 1,
    "array_remove": 1,
    "array_replace": 1,
    "array_to_string": 2,
    "concat_ws": 1,
    "format": 1,
    "string_to_array": 1,
}
_NULL_WITH_ALL = frozenset({"array_cat"})
# Set-returning functions, by the output columns that are never NULL in the rows they return: their
# strictness makes no rows, not NULLs, of NULL arguments.
SET_RETURNING: dict[str, frozenset[int]] = {
    "generate_series": frozenset({1}),
    "generate_subscripts": frozenset({1}),
    "json_array_elements": frozenset({1}),
    "jsonb_array_elements": frozenset({1}),
    "json_each": frozenset({1, 2}),
    "jsonb_each": frozenset({1, 2}),
    "json_each_text": frozenset({1}),
    "jsonb_each_text": frozenset({1}),
    "json_object_keys": frozenset({1}),
    "jsonb_object_keys": frozenset({1}),
    "jsonb_path_query": frozenset({1}),
    "regexp_matches": frozenset({1}),
    "regexp_split_to_table": frozenset({1}),
    "string_to_table": frozenset({1}),
}
# Fields of extract() and date_part() that an infinite value has; its others are NULL.
_MONOTONIC = frozenset(
    {b"epoch", b"year", b"decade", b"century", b"millennium", b"julian", b"isoyear"}
)
_VARLENA_HEADER = 4


def function_of(node: Node) -> int:
    """The OID of the function that a FuncExpr or OpExpr calls."""
    return node.number("funcid") or node.number("opfuncid")


def returns_set(node: Node) -> bool:
    """Whether the call returns a set."""
    return node.flag("funcretset") or node.flag("opretset")


def verdict(node: Node, arguments: list[Verdict], context: Context) -> Verdict:
    """Whether the call is proven never to give NULL, given that of its arguments."""
    builtin = context.scope.catalog.builtin(function_of(node))
    if builtin is None:
        return nullable("a function or operator of a user or an extension")
    if returns_set(node):
        if not context.scope.single_set():
            return nullable("several set-returning functions are padded with NULL")
        return set_column(builtin.name, node, 1)
    if builtin.safe:
        for argument in arguments:
            if not argument.non_null:
                return argument
        return proven(f"{builtin.name}() of what is not NULL")
    name = builtin.name
    if node.flag("funcvariadic") and (not arguments or not arguments[-1].non_null):
        return nullable("a VARIADIC array that may be NULL")
    if name in _NEVER_NULL:
        return proven(f"{name}() is never NULL")
    if name in _NULL_WITH_FIRST:
        needed = arguments[: _NULL_WITH_FIRST[name]]
        return next((item for item in needed if not item.non_null), arguments[0])
    if name in _NULL_WITH_ALL:
        return next((item for item in arguments if item.non_null), nullable(f"{name}()"))
    if name in {"extract", "date_part"} and _field(node) in _MONOTONIC:
        return arguments[1]
    return nullable(f"{name}() may give NULL")


def set_column(name: str, node: Node, column: int) -> Verdict:
    """A column of what a builtin set-returning function returns."""
    if name == "string_to_table" and len(node.nodes("args")) > 2:  # noqa: PLR2004
        return nullable("string_to_table() with a string for NULL")
    if column in SET_RETURNING.get(name, ()):
        return proven(f"{name}() returns no NULL")
    return nullable(f"{name}() may return NULL")


def _field(node: Node) -> bytes:
    """The constant first argument of extract()."""
    argument = node.nodes("args")[0]
    constant = argument.text("constvalue") if argument.tag == "CONST" else None
    if constant is None or "[" not in constant:
        return b""
    return datum(constant)[_VARLENA_HEADER:].lower()
