"""The type of an expression's value, as the analysed tree records it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import Node

_BOOLEAN = 16
_FIELDS = {
    "VAR": "vartype",
    "CONST": "consttype",
    "PARAM": "paramtype",
    "AGGREF": "aggtype",
    "WINDOWFUNC": "wintype",
    "FUNCEXPR": "funcresulttype",
    "OPEXPR": "opresulttype",
    "NULLIFEXPR": "opresulttype",
    "RELABELTYPE": "resulttype",
    "COERCEVIAIO": "resulttype",
    "ARRAYCOERCEEXPR": "resulttype",
    "CONVERTROWTYPEEXPR": "resulttype",
    "COERCETODOMAIN": "resulttype",
    "FIELDSELECT": "resulttype",
    "SUBSCRIPTINGREF": "refrestype",
    "CASEEXPR": "casetype",
    "COALESCEEXPR": "coalescetype",
    "MINMAXEXPR": "minmaxtype",
    "ARRAYEXPR": "array_typeid",
    "ROWEXPR": "row_typeid",
    "SQLVALUEFUNCTION": "type",
}
_CONDITIONS = frozenset(
    {"BOOLEXPR", "NULLTEST", "BOOLEANTEST", "SCALARARRAYOPEXPR", "DISTINCTEXPR", "ROWCOMPAREEXPR"}
)


def type_of(node: Node | None) -> int:
    """The type's OID; 0 where it is not recorded in the node itself."""
    while node is not None and node.tag == "COLLATEEXPR":
        node = node.node("arg")
    if node is None:
        return 0
    if node.tag in _CONDITIONS:
        return _BOOLEAN
    return node.number(_FIELDS.get(node.tag, ""))
