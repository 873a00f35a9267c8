"""Whether an expression's value can be NULL, node by node.

The rules are those of the PostgreSQL manual, chapter "Functions and Operators", and those of the
executor.
A node that is not known makes no claim.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import aggregates, calls, refine
from .facts import Context, Verdict, nullable, proven
from .nodes import datum, key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .nodes import Node

_CURRENT_SCHEMA = 14
_PARAM_EXTERN, _PARAM_SUBLINK = 0, 2
_EXISTS, _ALL, _ANY, _EXPR, _ARRAY = 0, 1, 2, 4, 6
_XML_ELEMENT = 1
_MOST_SPLITS = 8
"""Full joins inside full joins to look into: each makes the work threefold."""
_JSON_OBJECT, _JSON_ARRAY, _JSON_OBJECT_AGG, _JSON_ARRAY_AGG, _JSON_PARSE, _JSON_SCALAR = range(
    1, 7
)


def evaluate(node: Node | None, context: Context) -> Verdict:
    """Whether the expression is proven never to be NULL in its context."""
    if node is None:
        return nullable("nothing is known of it")
    rule = _RULES.get(node.tag)
    if rule is None:
        return nullable(f"no rule for {node.tag}")
    verdict = rule(node, context)
    if (
        not verdict.non_null
        and context.facts.has_expressions()
        and context.facts.has_expression(key(node))
    ):
        return proven("a condition says it is not NULL")
    return verdict


def _all(nodes: Iterable[Node | None], context: Context, reason: str) -> Verdict:
    for node in nodes:
        verdict = evaluate(node, context)
        if not verdict.non_null:
            return verdict
    return proven(reason)


def _any(nodes: Iterable[Node], context: Context) -> Verdict | None:
    for node in nodes:
        verdict = evaluate(node, context)
        if verdict.non_null:
            return verdict
    return None


def _always(reason: str) -> Callable[[Node, Context], Verdict]:
    verdict = proven(reason)
    return lambda _node, _context: verdict


def _never(reason: str) -> Callable[[Node, Context], Verdict]:
    verdict = nullable(reason)
    return lambda _node, _context: verdict


def _passes(name: str = "arg") -> Callable[[Node, Context], Verdict]:
    """The rule of a node that is NULL exactly when the one inside is."""
    return lambda node, context: evaluate(node.node(name), context)


def _variable(node: Node, context: Context) -> Verdict:
    return context.scope.variable(node, context)


def _constant(node: Node, _context: Context) -> Verdict:
    return nullable("it is NULL") if node.flag("constisnull") else proven("a constant")


def _parameter(node: Node, context: Context) -> Verdict:
    number = node.number("paramid")
    kind = node.number("paramkind")
    if kind == _PARAM_SUBLINK and context.sublink is not None:
        return context.sublink.column(number)
    if kind != _PARAM_EXTERN:
        return nullable("a parameter of unknown kind")
    if number in context.scope.prover.non_null_parameters:
        return proven(f"${number} is never NULL")
    if context.facts.has_parameter(number):
        return proven(f"a condition says ${number} is not NULL")
    return nullable(f"${number} may be NULL")


def _case_test(_node: Node, context: Context) -> Verdict:
    if context.case_known:
        return proven("a value that is not NULL")
    return nullable("the tested value may be NULL")


def _function(node: Node, context: Context) -> Verdict:
    arguments = [evaluate(item, context) for item in node.nodes("args")]
    return calls.verdict(node, arguments, context)


def _distinct(node: Node, context: Context) -> Verdict:
    builtin = context.scope.catalog.builtin(node.number("opfuncid"))
    if builtin is not None and builtin.safe:
        return proven("IS DISTINCT FROM is true or false")
    return nullable("an operator that may answer NULL")


def _coalesce(node: Node, context: Context) -> Verdict:
    arguments = node.nodes("args")
    found = _any(arguments, context)
    if found is not None:
        return proven(f"coalesce: {found.reason}")
    # A row of a full join has a left side or a right side: an argument for either will do.
    if len(context.split) >= _MOST_SPLITS:
        return nullable("coalesce: all arguments may be NULL")
    for join in _nulling(arguments, context) - context.split:
        left, right = context.scope.joins.get(join, (frozenset(), frozenset()))
        if not left or not right:
            continue
        if all(
            _any(arguments, context.scope.with_present(context, join, side)) is not None
            for side in (left, right)
        ):
            return proven("coalesce of both sides of a full join")
    return nullable("coalesce: all arguments may be NULL")


def _nulling(arguments: list[Node], context: Context) -> set[int]:
    """The joins that can null the variables in the arguments."""
    found: set[int] = set()
    pending = list(arguments)
    while pending:
        node = pending.pop()
        if node.tag == "VAR" and not node.number("varlevelsup"):
            found |= context.scope.nulling(node, context)
        pending.extend(node.nodes("args"))
        inner = node.node("arg")
        if inner is not None:
            pending.append(inner)
    return found


def _minmax(node: Node, context: Context) -> Verdict:
    found = _any(node.nodes("args"), context)
    return found or nullable("all arguments may be NULL")


def _case(node: Node, context: Context) -> Verdict:
    here = replace(context, case_value=node.node("arg") or context.case_value, case_known=False)
    if node.node("arg") is not None:
        here = replace(here, case_known=evaluate(node.node("arg"), context).non_null)
    for when in node.nodes("args"):
        condition = when.node("expr")
        taken = here.knowing(refine.implied(condition, here, "true"))
        verdict = evaluate(when.node("result"), replace(taken, case_value=context.case_value))
        if not verdict.non_null:
            return nullable(f"a CASE branch: {verdict.reason}")
        here = here.knowing(refine.implied(condition, here, "untrue"))
    verdict = evaluate(node.node("defresult"), replace(here, case_value=context.case_value))
    if not verdict.non_null:
        return nullable(f"CASE's ELSE: {verdict.reason}")
    return proven("every CASE branch is non-null")


def _array_comparison(node: Node, context: Context) -> Verdict:
    builtin = context.scope.catalog.builtin(node.number("opfuncid"))
    if builtin is None or not builtin.safe:
        return nullable("an operator that may answer NULL")
    arguments = node.nodes("args")
    verdict = _all(arguments, context, "neither side of the comparison is NULL")
    if not verdict.non_null or len(arguments) != 2:  # noqa: PLR2004
        return verdict
    array = arguments[1]
    while array.tag in {"RELABELTYPE", "ARRAYCOERCEEXPR"} and (inner := array.node("arg")):
        array = inner
    if array.tag == "ARRAYEXPR" and not array.flag("multidims"):
        return _all(array.nodes("elements"), context, verdict.reason)
    if array.tag == "CONST" and not _holds_null(array.text("constvalue")):
        return verdict
    return nullable("the array may hold NULL")


def _holds_null(constant: str | None) -> bool:
    """Whether a constant array has a null bitmap (ArrayType.dataoffset; 0 is none)."""
    if constant is None or "[" not in constant:
        return True
    content = datum(constant)
    return len(content) < 16 or any(content[8:12])  # noqa: PLR2004


def _sublink(node: Node, context: Context) -> Verdict:
    kind = node.number("subLinkType")
    if kind == _EXISTS:
        return proven("EXISTS is true or false")
    if kind == _ARRAY:
        return proven("ARRAY(SELECT ...) is an array, empty at least")
    query = node.node("subselect")
    if query is None:
        return nullable("a subquery of unknown form")
    if kind == _EXPR:
        scope = context.scope.subquery(query, context)
        if not scope.returns_a_row():
            return nullable("the subquery may find no row")
        return scope.column(scope.first_column())
    if kind in {_ANY, _ALL}:
        scope = context.scope.subquery(query, context)
        return evaluate(node.node("testexpr"), replace(context, sublink=scope))
    return nullable("a subquery that may find no row")


def _sql_value(node: Node, _context: Context) -> Verdict:
    if node.number("op") < _CURRENT_SCHEMA:
        return proven("the server always knows it")
    return nullable("CURRENT_SCHEMA is NULL when no schema of the search path exists")


def _domain(node: Node, context: Context) -> Verdict:
    # Checked at each evaluation, so it is proof even where the argument is NULL; not so for the
    # rows of a materialized view, which may be older than the domain's constraint.
    domain = node.number("resulttype")
    if context.scope.catalog.refuses_null(domain) and not context.scope.options.durable:
        return proven("a cast to a NOT NULL domain")
    return evaluate(node.node("arg"), context)


def _xml(node: Node, _context: Context) -> Verdict:
    if node.number("op") == _XML_ELEMENT:
        return proven("XMLELEMENT is an element, empty at least")
    return nullable("an XML function")


def _json_constructor(node: Node, context: Context) -> Verdict:
    kind = node.number("type")
    if kind in {_JSON_OBJECT, _JSON_ARRAY}:
        made = proven("a JSON constructor")
    elif kind in {_JSON_OBJECT_AGG, _JSON_ARRAY_AGG}:
        made = evaluate(node.node("func"), context)
    elif kind in {_JSON_PARSE, _JSON_SCALAR}:
        made = _all(node.nodes("args"), context, "a JSON value of a value that is not NULL")
    else:
        made = nullable("a JSON constructor of unknown kind")
    if not made.non_null or node.empty("coercion"):
        return made
    return evaluate(node.node("coercion"), replace(context, case_known=True))


_RULES: dict[str, Callable[[Node, Context], Verdict]] = {
    "VAR": _variable,
    "CONST": _constant,
    "PARAM": _parameter,
    "FUNCEXPR": _function,
    "OPEXPR": _function,
    "NAMEDARGEXPR": _passes(),
    "DISTINCTEXPR": _distinct,
    "NULLIFEXPR": _never("nullif"),
    "SCALARARRAYOPEXPR": _array_comparison,
    "BOOLEXPR": lambda node, context: _all(
        node.nodes("args"), context, "no part of the condition is NULL"
    ),
    "NULLTEST": _always("IS NULL is true or false"),
    "BOOLEANTEST": _always("IS TRUE and its kind are true or false"),
    "COALESCEEXPR": _coalesce,
    "MINMAXEXPR": _minmax,
    "CASEEXPR": _case,
    "CASETESTEXPR": _case_test,
    "SUBLINK": _sublink,
    "RELABELTYPE": _passes(),
    "COERCEVIAIO": _passes(),
    "ARRAYCOERCEEXPR": _passes(),
    "CONVERTROWTYPEEXPR": _passes(),
    "COLLATEEXPR": _passes(),
    "COERCETODOMAIN": _domain,
    "ROWEXPR": _always("a row constructor"),
    "ARRAYEXPR": _always("an array constructor"),
    "SQLVALUEFUNCTION": _sql_value,
    "NEXTVALUEEXPR": _always("a sequence's next value"),
    "AGGREF": aggregates.aggregate,
    "WINDOWFUNC": aggregates.window,
    "GROUPINGFUNC": _always("GROUPING is a number"),
    "MERGESUPPORTFUNC": _always("merge_action() names the action"),
    "CURRENTOFEXPR": _always("CURRENT OF is true or false"),
    "XMLEXPR": _xml,
    "JSONCONSTRUCTOREXPR": _json_constructor,
    "JSONISPREDICATE": _passes("expr"),
    "JSONVALUEEXPR": _passes("formatted_expr"),
    "SUBSCRIPTINGREF": _never("a subscript may find nothing"),
    "FIELDSELECT": _never("a field of a composite value"),
    "JSONEXPR": _never("a JSON path may find nothing"),
}
