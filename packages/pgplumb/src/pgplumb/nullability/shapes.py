"""What a type does not say of a value: how deep an array is, whether a row is one of its table's.

`integer[]` is the type of arrays of any depth, and what a column is declared with is not enforced
(manual: Arrays); it is taken at its word here, and an expression's depth follows from its parts.
Nor is a table's NOT NULL enforced for a value of the table's row type (manual: Composite Types):
only a row that comes from the table is known to keep to it.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from . import sources, tables
from .calls import function_of
from .nodes import Node, datum
from .types import type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .prover import Cte, Options, Prover
    from .scope import Scope

_RELATION, _SUBQUERY, _JOIN, _FUNCTION, _VALUES, _CTE, _GROUP = 0, 1, 2, 3, 5, 6, 9
_PARAM_EXTERN = 0
_EXPR_SUBLINK, _ARRAY_SUBLINK = 4, 6

# Builtin functions whose arrays have one dimension; those that take an array refuse a deeper one.
_FLAT = frozenset(
    {
        *("array_append", "array_positions", "array_prepend", "array_remove", "current_schemas"),
        *("enum_range", "parse_ident", "pg_blocking_pids", "regexp_match", "regexp_matches"),
        *("regexp_split_to_array", "string_to_array", "tsvector_to_array", "xpath"),
    }
)
# Those whose result is as deep as their first argument, and made of its elements.
_LIKE_FIRST = frozenset(
    {
        *("array_replace", "array_reverse", "array_sample", "array_shuffle", "array_sort"),
        "trim_array",
    }
)
# Aggregates and window functions that give one of the values that they are called with.
_PICKING = frozenset(
    {"any_value", "first_value", "lag", "last_value", "lead", "max", "min", "mode", "nth_value"}
)


class Shape(NamedTuple):
    """What is known of a value.

    dimensions: of an array; 0: it is NULL or empty, or no array, None: it is not known.
    stored: if it is a row, or an array of rows, of a table's type, each is one of the table's.
    """

    dimensions: int | None
    stored: bool

    def inside(self) -> Shape:
        """That of an array of such arrays."""
        return self._replace(dimensions=self.dimensions and self.dimensions + 1)


ANYTHING = Shape(None, stored=False)
"""Nothing is known."""
NOTHING = Shape(0, stored=True)
"""NULL, or what is neither an array nor a row."""


def either(one: Shape, other: Shape) -> Shape:
    """What is known of a value that is of one shape or of the other."""
    dimensions = one.dimensions or other.dimensions
    if one.dimensions is None or other.dimensions not in (0, dimensions):
        dimensions = None
    return Shape(dimensions, one.stored and other.stored)


def output(scope: Scope, number: int) -> Shape:
    """A column that a query returns."""
    operations = scope.query.node("setOperations")
    if operations is not None:
        return _any(_branch(scope, branch, number) for branch in _branches(operations))
    return of(scope.returned.get(number), scope)


def of(node: Node | None, scope: Scope) -> Shape:
    """The value of an expression that stands in the scope."""
    rule = _RULES.get(node.tag) if node is not None else None
    return ANYTHING if node is None or rule is None else rule(node, scope)


def _any(shapes: Iterable[Shape]) -> Shape:
    return reduce(either, shapes, NOTHING)


def _branches(operation: Node) -> list[Node]:
    found: list[Node] = []
    pending = [operation]
    while pending:
        node = pending.pop()
        if node.tag == "RANGETBLREF":
            found.append(node)
        else:
            pending += [each for each in (node.node("larg"), node.node("rarg")) if each is not None]
    return found


def _branch(scope: Scope, branch: Node, number: int) -> Shape:
    query = scope.from_subquery(branch.number("rtindex"))
    return ANYTHING if query is None else output(query, number)


# -- columns


def _variable(node: Node, scope: Scope) -> Shape:
    owner: Scope | None = scope
    for _ in range(node.number("varlevelsup")):
        owner = owner.parent.scope if owner is not None and owner.parent is not None else None
    entry = owner.entry(node.number("varno")) if owner is not None else None
    if owner is None or entry is None:
        return ANYTHING
    return _column(owner, entry, node)


def _column(scope: Scope, entry: Node, node: Node) -> Shape:
    relation, number = node.number("varno"), node.number("varattno")
    kind = entry.number("rtekind")
    if kind in {_JOIN, _GROUP}:
        nodes = entry.nodes("joinaliasvars" if kind == _JOIN else "groupexprs")
        return of(nodes[number - 1], scope) if 0 < number <= len(nodes) else ANYTHING
    if kind == _RELATION:
        return _table_column(scope, entry, node)
    if number <= 0:  # a record
        return ANYTHING
    if kind == _SUBQUERY:
        query = scope.from_subquery(relation)
        return ANYTHING if query is None else output(query, number)
    if kind == _VALUES:
        rows = [row for row in entry.items("values_lists") if isinstance(row, list)]
        values = [row[number - 1] for row in rows if number <= len(row)]
        return _any(of(each if isinstance(each, Node) else None, scope) for each in values)
    if kind == _CTE:
        return _cte_column(scope, entry, number)
    functions = entry.nodes("functions")
    if kind == _FUNCTION and len(functions) == 1:
        return _function_column(functions[0].node("funcexpr"), number, scope)
    return ANYTHING


def _function_column(call: Node | None, number: int, scope: Scope) -> Shape:
    kind = scope.catalog.base_type(type_of(call))
    relation = scope.catalog.rows.get(kind)
    if relation is not None:
        return Shape(scope.catalog.dimensions(relation, number), stored=False)
    return of(call, scope) if number == 1 and kind in scope.catalog.arrays else ANYTHING


def _table_column(scope: Scope, entry: Node, node: Node) -> Shape:
    catalog = scope.catalog
    relation, number = entry.number("relid"), node.number("varattno")
    if number == 0:
        # Rules and INSTEAD OF triggers return what they like, a materialized view's rows may be
        # older than a constraint, and `old` and `new` may stand for no row.
        written = node.number("varno") == scope.query.number("resultRelation")
        told = catalog.kind(relation) == "v" or relation in catalog.ruled
        other = written and (told or node.number("varreturningtype") > 0)
        return Shape(0, stored=not other and not scope.options.durable)
    return of_relation(scope.prover, relation, number, scope.options)


def of_relation(prover: Prover, relation: int, number: int, options: Options) -> Shape:
    """A column of a table or view."""
    if prover.catalog.kind(relation) not in {"v", "m"}:
        return Shape(prover.catalog.dimensions(relation, number), stored=False)
    query = tables.query_of(prover, relation, options)
    return ANYTHING if query is None or number < 0 else output(query, number)


def _cte_column(scope: Scope, entry: Node, number: int) -> Shape:
    found = sources.cte_of(scope, entry)
    if found is None:
        return ANYTHING
    owner, cte = found
    if cte.shapes is None:
        cte.shapes = _cte_shapes(owner, cte)
    return cte.shapes[number - 1] if number <= len(cte.shapes) else ANYTHING


def _cte_shapes(scope: Scope, cte: Cte) -> list[Shape]:
    """The columns of a WITH query.

    Those of a recursive one are first supposed to be of no shape at all, and then to be of the
    shape that follows from that, until nothing new follows: then all iterations are of it.
    """
    query = cte.node.node("ctequery")
    if query is None:
        return []
    supposed = [NOTHING] * len(query.nodes("targetList"))
    while True:
        cte.shapes = supposed
        inner = scope.nested(query)
        found = [output(inner, number) for number in inner.returned]
        if found == supposed or not cte.node.flag("cterecursive"):
            return found
        supposed = found


# -- expressions


def _argument(name: str = "arg") -> Callable[[Node, Scope], Shape]:
    return lambda node, scope: of(node.node(name), scope)


def _one_of_arguments(node: Node, scope: Scope) -> Shape:
    return _any(of(each, scope) for each in node.nodes("args"))


def _converted(node: Node, scope: Scope) -> Shape:
    """As deep as what it is made of; but its rows, if it has any, are of another type now."""
    return of(node.node("arg"), scope)._replace(stored=False)


def _scalar(_node: Node, _scope: Scope) -> Shape:
    return NOTHING


def _parameter(node: Node, _scope: Scope) -> Shape:
    # An argument is annotated as an array of one dimension.
    return Shape(1, stored=False) if node.number("paramkind") == _PARAM_EXTERN else ANYTHING


def _row(_node: Node, _scope: Scope) -> Shape:
    return Shape(0, stored=False)


def _constant(node: Node, scope: Scope) -> Shape:
    if node.flag("constisnull"):
        return NOTHING
    value = node.text("constvalue")
    if node.number("consttype") not in scope.catalog.arrays:
        return Shape(0, stored=False)
    # ArrayType.ndim, 6 at most, in the server's byte order.
    return Shape(max(datum(value)[4:8], default=None) if value else None, stored=False)


def _array(node: Node, scope: Scope) -> Shape:
    elements = _any(of(each, scope) for each in node.nodes("elements"))
    return elements.inside() if node.flag("multidims") else elements._replace(dimensions=1)


def _array_of(node: Node | None, scope: Scope, shape: Shape) -> Shape:
    """An array of values, or of arrays, of the shape."""
    kind = type_of(node)
    is_array = not kind or kind in scope.catalog.arrays
    return shape.inside() if is_array else shape._replace(dimensions=1)


def _sublink(node: Node, scope: Scope) -> Shape:
    kind, query = node.number("subLinkType"), node.node("subselect")
    if kind not in {_EXPR_SUBLINK, _ARRAY_SUBLINK} or query is None:
        return ANYTHING
    inner = scope.subquery(query, scope.bare_context)
    found = output(inner, inner.first_column())
    if kind == _EXPR_SUBLINK:
        return found
    first = next(iter(inner.returned.values()), None)
    return _array_of(first, inner, found)


def _subscripted(node: Node, scope: Scope) -> Shape:
    container = of(node.node("refexpr"), scope)
    is_slice = bool(node.items("reflowerindexpr"))
    return container if is_slice else container._replace(dimensions=0)


def _field(node: Node, scope: Scope) -> Shape:
    relation = scope.catalog.rows.get(scope.catalog.base_type(type_of(node.node("arg"))))
    if relation is None:
        return ANYTHING
    return Shape(scope.catalog.dimensions(relation, node.number("fieldnum")), stored=False)


def _case(node: Node, scope: Scope) -> Shape:
    results = [when.node("result") for when in node.nodes("args")]
    if node.node("defresult") is not None:
        results.append(node.node("defresult"))
    return _any(of(each, scope) for each in results)


def _function(node: Node, scope: Scope) -> Shape:
    builtin = scope.catalog.builtin(function_of(node))
    arguments = [of(each, scope) for each in node.nodes("args")]
    if builtin is None:
        return ANYTHING
    stored = all(each.stored for each in arguments)
    if builtin.name in _FLAT:
        return Shape(1, stored)
    if builtin.name in _LIKE_FIRST and arguments:
        return arguments[0]._replace(stored=stored)
    if builtin.name == "array_cat" and len(arguments) == 2:  # noqa: PLR2004
        return either(*arguments)
    if builtin.name == "array_fill":
        lengths = node.nodes("args")[1]
        known = lengths.tag == "ARRAYEXPR" and not lengths.flag("multidims")
        return Shape(len(lengths.nodes("elements")) if known else None, arguments[0].stored)
    return ANYTHING


def _aggregate(node: Node, scope: Scope) -> Shape:
    arguments = [each.node("expr") for each in node.nodes("args")]
    return _aggregated(node.number("aggfnoid"), arguments, node.nodes("aggdirectargs"), scope)


def _window(node: Node, scope: Scope) -> Shape:
    return _aggregated(node.number("winfnoid"), [*node.nodes("args")], [], scope)


def _aggregated(
    function: int, arguments: list[Node | None], direct: list[Node], scope: Scope
) -> Shape:
    builtin = scope.catalog.builtin(function)
    if builtin is None or not arguments:
        return ANYTHING
    if builtin.name == "array_agg":
        found = of(arguments[0], scope)
        return found.inside() if "anyarray" in builtin.signature else found._replace(dimensions=1)
    if builtin.name in {"lag", "lead"}:
        return _any(of(each, scope) for each in (arguments[0], *arguments[2:]))
    if builtin.name in _PICKING:
        return of(arguments[0], scope)
    if builtin.name in {"percentile_cont", "percentile_disc"} and direct:
        return of(direct[0], scope)._replace(stored=False)
    return ANYTHING


_RULES: dict[str, Callable[[Node, Scope], Shape]] = {
    "VAR": _variable,
    "CONST": _constant,
    "PARAM": _parameter,
    "FUNCEXPR": _function,
    "OPEXPR": _function,
    "AGGREF": _aggregate,
    "WINDOWFUNC": _window,
    "SUBLINK": _sublink,
    "ARRAYEXPR": _array,
    "ROWEXPR": _row,
    "CASEEXPR": _case,
    "COALESCEEXPR": _one_of_arguments,
    "MINMAXEXPR": _one_of_arguments,
    "NULLIFEXPR": lambda node, scope: of(next(iter(node.nodes("args")), None), scope),
    "SUBSCRIPTINGREF": _subscripted,
    "FIELDSELECT": _field,
    "NAMEDARGEXPR": _argument(),
    "RELABELTYPE": _argument(),
    "COLLATEEXPR": _argument(),
    "COERCETODOMAIN": _argument(),
    "ARRAYCOERCEEXPR": _converted,
    "CONVERTROWTYPEEXPR": _converted,
    "BOOLEXPR": _scalar,
    "NULLTEST": _scalar,
    "BOOLEANTEST": _scalar,
    "DISTINCTEXPR": _scalar,
    "SCALARARRAYOPEXPR": _scalar,
    "SQLVALUEFUNCTION": _scalar,
    "GROUPINGFUNC": _scalar,
}
