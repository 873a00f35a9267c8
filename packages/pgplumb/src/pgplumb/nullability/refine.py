"""What a condition's outcome says about the values in it.

A strict function or operator that gives a value has been given values: its arguments are not NULL.
That holds for any function marked STRICT, since PostgreSQL then does not even call it with NULL
(manual: CREATE FUNCTION). Conditions combine by three-valued logic (manual: Logical Operators).
"""

# ruff: noqa: PLR0912 - a rule a return

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .calls import function_of, returns_set
from .facts import Atom, Context, Expression, Parameter
from .nodes import datum, key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .nodes import Node

Truth = Literal["true", "false", "known", "untrue", "unfalse"]
"""How a condition came out: untrue is false or NULL, unfalse true or NULL, known true or false."""

Atoms = frozenset[Atom]

_NOTHING: Atoms = frozenset()
_OPPOSITE: dict[Truth, Truth] = {
    "true": "false",
    "false": "true",
    "known": "known",
    "untrue": "unfalse",
    "unfalse": "untrue",
}
_DECIDED: dict[Truth, Truth] = {
    "true": "true",
    "unfalse": "true",
    "false": "false",
    "untrue": "false",
    "known": "known",
}
# BooleanTest: what the argument was, by the kind of test, when it is true and when it is false.
_BOOLEAN_TESTS: dict[int, tuple[Truth | None, Truth | None]] = {
    0: ("true", "untrue"),
    1: ("untrue", "true"),
    2: ("false", "unfalse"),
    3: ("unfalse", "false"),
    4: (None, "known"),
    5: ("known", None),
}
_TRANSPARENT = frozenset(
    {
        "RELABELTYPE",
        "COERCEVIAIO",
        "ARRAYCOERCEEXPR",
        "CONVERTROWTYPEEXPR",
        "COLLATEEXPR",
        "COERCETODOMAIN",
        "FIELDSELECT",
        "NAMEDARGEXPR",
    }
)
_EXISTS, _ANY = 0, 2
_REPEATABLE = frozenset(
    {"VAR", "CONST", "PARAM", "OPEXPR", "FUNCEXPR", "RELABELTYPE", "COLLATEEXPR", "SUBSCRIPTINGREF"}
)


def implied(node: Node | None, context: Context, truth: Truth) -> Atoms:
    """The facts that follow from a condition's having come out as `truth`."""
    if node is None:
        return _NOTHING
    match node.tag:
        case "BOOLEXPR":
            return _boolean(node, context, truth)
        case "NULLTEST":
            return _null_test(node, context, _DECIDED[truth])
        case "BOOLEANTEST":
            when_true, when_false = _BOOLEAN_TESTS.get(node.number("booltesttype"), (None, None))
            outcome = _pick(_DECIDED[truth], when_true, when_false)
            return implied(node.node("arg"), context, outcome) if outcome else _NOTHING
        case "DISTINCTEXPR":
            return _distinct(node, context, _DECIDED[truth])
        case _ if truth in {"untrue", "unfalse"}:
            return _NOTHING
        case "SCALARARRAYOPEXPR":
            return _array_comparison(node, context, truth)
        case "SUBLINK" if truth == "true":
            return _sublink(node, context)
        case "COALESCEEXPR" if truth != "known":
            return _coalesce(node, context, truth)
        case _:
            return known(node, context)


def _pick(truth: Truth, when_true: Truth | None, when_false: Truth | None) -> Truth | None:
    return when_true if truth == "true" else when_false if truth == "false" else None


def known(node: Node | None, context: Context) -> Atoms:
    """The facts that follow from an expression's not being NULL."""
    if node is None:
        return _NOTHING
    if node.tag == "VAR":
        return context.scope.known_variable(node, context)
    if node.tag == "PARAM":
        return (
            frozenset({Parameter(node.number("paramid"))})
            if not node.number("paramkind")
            else _NOTHING
        )
    if node.tag == "CASETESTEXPR":
        return known(context.case_value, context) if context.case_value is not node else _NOTHING
    if node.tag in _TRANSPARENT:
        return known(node.node("arg"), context)
    if node.tag in {"BOOLEXPR", "SCALARARRAYOPEXPR"}:
        return implied(node, context, "known")
    if node.tag == "NULLIFEXPR":
        return _union(known(item, context) for item in node.nodes("args")[:1])
    found: Atoms = _NOTHING
    if node.tag in {"FUNCEXPR", "OPEXPR"}:
        if context.scope.is_strict(function_of(node)) and not returns_set(node):
            found = _union(known(item, context) for item in node.nodes("args"))
    elif node.tag == "SUBSCRIPTINGREF":
        found = known(node.node("refexpr"), context) if _builtin_container(node) else _NOTHING
    elif node.tag == "AGGREF":
        found = _NOTHING
    else:
        return found
    if _repeatable(node, context):
        found |= {Expression(key(node))}
    return found


def _union(parts: Iterable[Atoms]) -> Atoms:
    found: Atoms = _NOTHING
    for part in parts:
        found |= part
    return found


def _intersection(parts: Iterable[Atoms]) -> Atoms:
    found: Atoms | None = None
    for part in parts:
        found = part if found is None else found & part
    return found or _NOTHING


def _boolean(node: Node, context: Context, truth: Truth) -> Atoms:
    arguments = node.nodes("args")
    operator = node.text("boolop")
    if operator == "not":
        return _union(implied(item, context, _OPPOSITE[truth]) for item in arguments)
    if truth == "known":
        return _NOTHING
    parts = (implied(item, context, truth) for item in arguments)
    # AND is true when all its parts are, false when one is; OR the other way round.
    every = truth in ({"true", "unfalse"} if operator == "and" else {"false", "untrue"})
    return _union(parts) if every else _intersection(parts)


def _null_test(node: Node, context: Context, truth: Truth) -> Atoms:
    argument = node.node("arg")
    is_not_null = node.number("nulltesttype") == 1
    if truth != ("true" if is_not_null else "false") or argument is None:
        return _NOTHING
    if argument.tag == "ROWEXPR":
        # A row IS NOT NULL when all its fields are; it isn't IS NULL when one of them isn't.
        fields = argument.nodes("args") if is_not_null else []
        return _union(known(item, context) for item in fields)
    return known(argument, context)


def _distinct(node: Node, context: Context, truth: Truth) -> Atoms:
    arguments = node.nodes("args")
    if len(arguments) != 2:  # noqa: PLR2004
        return _NOTHING
    found: Atoms = _NOTHING
    for one, other in (arguments, arguments[::-1]):
        if (truth == "false" and context.scope.evaluate(one, context).non_null) or (
            truth == "true" and one.tag == "CONST" and one.flag("constisnull")
        ):
            found |= known(other, context)
    return found


def _array_comparison(node: Node, context: Context, truth: Truth) -> Atoms:
    arguments = node.nodes("args")
    if not context.scope.is_strict(node.number("opfuncid")) or len(arguments) != 2:  # noqa: PLR2004
        return _NOTHING
    scalar, array = arguments
    found = known(array, context)
    # With an element at least, a known outcome means that some comparison gave a value.
    listed = (
        array.tag == "ARRAYEXPR" and not array.flag("multidims") and bool(array.nodes("elements"))
    )
    decisive: Truth = "true" if node.flag("useOr") else "false"
    if listed or truth == decisive:
        found |= known(scalar, context)
    return found


def _coalesce(node: Node, context: Context, truth: Truth) -> Atoms:
    """`coalesce(x, false)` that is true, and the like: x itself is."""
    arguments = node.nodes("args")
    if len(arguments) != 2 or arguments[1].tag != "CONST" or arguments[1].number("consttype") != 16:  # noqa: PLR2004
        return _NOTHING
    constant = arguments[1].text("constvalue")
    if constant is None or "[" not in constant:
        return _NOTHING
    value = any(datum(constant)[:1])
    return implied(arguments[0], context, truth) if value != (truth == "true") else _NOTHING


def _sublink(node: Node, context: Context) -> Atoms:
    kind = node.number("subLinkType")
    query = node.node("subselect")
    if query is None or kind not in {_EXISTS, _ANY}:
        return _NOTHING
    found: Atoms = _NOTHING
    if kind == _ANY:
        found = implied(node.node("testexpr"), context, "true")
    # It found a row, so what its WHERE says of the outer query's columns holds.
    return found | context.scope.subquery(query, context).facts_of_outer()


def _builtin_container(node: Node) -> bool:
    return 0 < node.number("refcontainertype") < 16384  # noqa: PLR2004


def _repeatable(node: Node, context: Context) -> bool:
    """Whether the expression gives the same value wherever it stands in the query.

    Builtin and not volatile; without variables of outer queries, whose level depends on the place.
    """
    if not context.scope.positions_known:
        return False
    pending = [node]
    while pending:
        item = pending.pop()
        if item.tag == "AGGREF":
            if not context.scope.catalog.builtin(item.number("aggfnoid")) or item.number(
                "agglevelsup"
            ):
                return False
            pending.extend(x for entry in item.nodes("args") if (x := entry.node("expr")))
            if not item.empty("aggfilter") or not item.empty("aggdirectargs"):
                return False
            continue
        if (
            item.tag not in _REPEATABLE
            or item.number("varlevelsup")
            or item.number("varreturningtype")
        ):
            return False
        if item.tag == "PARAM" and item.number("paramkind"):
            return False
        if item.tag in {"OPEXPR", "FUNCEXPR"}:
            builtin = context.scope.catalog.builtin(function_of(item))
            if builtin is None or builtin.volatile or returns_set(item):
                return False
        for name in ("args", "refupperindexpr", "reflowerindexpr"):
            pending.extend(item.nodes(name))
        for name in ("arg", "refexpr"):
            inner = item.node(name)
            if inner is not None:
                pending.append(inner)
    return True
