"""What a domain's CHECKs say of its values, where Pydantic can hold a value to the same.

What PostgreSQL accepts Pydantic has to accept. So only plain conditions are read, as PostgreSQL
itself writes them; every other one is left out, which makes the rest no less true. A CHECK is also
passed where it is NULL, but none of these can be.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pgplumb.codegen.model import Limits, Scalar

# As PostgreSQL writes the types that a domain's value is compared as.
_INTEGERS = {"int2": "smallint", "int4": "integer", "int8": "bigint"}
_TEXTS = {"text": "text", "varchar": "text"}
_WRITTEN = _INTEGERS | _TEXTS | {"numeric": "numeric", "float8": "double precision"}

_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"| AND |.""", re.DOTALL)
_ORDER = ("gt", "ge", "lt", "le", "min_length", "max_length")
_KEYWORDS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
# A whole number by way of any type, a fraction by none that would round it.
_WHOLE = r"(?:integer|bigint|smallint|numeric)"
_NUMBER = (
    rf"\(?'?(-?\d+)'?(?:::{_WHOLE})?\)?(?:::(?:{_WHOLE}|double precision))?"
    r"|\(?'?(-?\d+\.\d+)'?(?:::numeric)?\)?(?:::(?:numeric|double precision))?"
)
_INTEGER = re.compile(rf"\(?'?(-?\d+)'?(?:::{_WHOLE})?\)?(?:::{_WHOLE})?")
_TEXT = re.compile(r"'((?:[^']|'')*)'::(?:text|character varying)")
_LENGTH = r"(?:length|char_length|character_length)"


def limits_of(checks: Sequence[str], base: Scalar) -> Limits | None:
    """What can be said in Pydantic's words of a domain over `base`; None for nothing.

    In: its CHECKs as pg_get_expr() writes them, of nothing but what PostgreSQL itself provides, in
    a database whose characters are Unicode's.
    """
    if not base.builtin or base.name not in _WRITTEN:
        return None
    conditions = [each for check in checks for each in _conditions(check)]
    chosen = [values for each in conditions if (values := _values(each, base.name))]
    if chosen:
        # A list of values leaves little to say.
        return Limits(values=chosen[0])
    bounds: dict[str, int | float | Decimal] = {}
    for keyword, bound in (found for each in conditions for found in _bounds(each, base.name)):
        tighter = min if keyword in ("lt", "le", "max_length") else max
        bounds[keyword] = tighter(bounds.get(keyword, bound), bound)
    if base.name in ("numeric", "float8") and not {"lt", "le"} & bounds.keys():
        # PostgreSQL takes NaN for the greatest number; Pydantic lets it pass no bound.
        return None
    ordered = tuple((each, bounds[each]) for each in _ORDER if each in bounds)
    return Limits(bounds=ordered) if ordered else None


def _conditions(check: str) -> Iterator[str]:
    """The conditions of `((a) AND (b))`; of anything else the whole."""
    parts = _anded(check)
    if len(parts) == 1:
        yield check
    else:
        for part in parts:
            yield from _conditions(part)


def _anded(check: str) -> list[str]:
    """The parts of `(a AND b)`, if that is all there is."""
    parts, depth = [""], 0
    pieces = _PIECE.findall(check)
    for piece in pieces[:-1]:
        depth += (piece == "(") - (piece == ")")
        if depth == 0:
            return [check]
        if depth == 1 and piece == " AND ":
            parts.append("")
        else:
            parts[-1] += piece
    parts[0] = parts[0][1:]
    return parts


def _value(base: str) -> str:
    """How the value of a domain over this type is written."""
    return rf"(?:VALUE|\(VALUE\)::{_WRITTEN[base]})"


def _values(condition: str, base: str) -> tuple[int | str, ...]:
    """The values that `VALUE = ANY (ARRAY[...])` or `VALUE = ...` allows; () for anything else."""
    listed = r"ANY \((?:ARRAY\[(.*)\]|\(ARRAY\[(.*)\]\)::[a-z]+\[\])\)"
    match = re.fullmatch(rf"\({_value(base)} = (?:{listed}|(.*))\)", condition, re.DOTALL)
    if match is None:
        return ()
    written = match[1] or match[2] or match[3]
    if base in _INTEGERS:
        return tuple(dict.fromkeys(map(int, _items(written, _INTEGER))))
    if base in _TEXTS:
        return tuple(each.replace("''", "'") for each in dict.fromkeys(_items(written, _TEXT)))
    return ()


def _items(written: str, item: re.Pattern[str]) -> list[str]:
    """What stands in a list of items and nothing else."""
    found: list[str] = []
    position = 0
    while match := item.match(written, position):
        found.append(match[1])
        position = match.end() + 2
        if match.end() == len(written):
            return found
        if written[match.end() : position] != ", ":
            break
    return []


def _bounds(condition: str, base: str) -> Iterator[tuple[str, int | float | Decimal]]:
    """What a comparison says: ("ge", 0) of `VALUE >= 0`."""
    value = _value(base)
    if base in _TEXTS:
        if re.fullmatch(rf"\({value} <> ''::text\)", condition):
            yield "min_length", 1
        match = re.fullmatch(rf"\({_LENGTH}\({value}\) (<|<=|>|>=|=) (\d+)\)", condition)
        if match is None:
            return
        sign, bound = match[1], int(match[2])
        if sign in (">", ">=", "="):
            yield "min_length", bound + (sign == ">")
        if sign in ("<", "<=", "=") and bound >= (sign == "<"):
            yield "max_length", bound - (sign == "<")
        return
    match = re.fullmatch(rf"\({value} (<|<=|>|>=) (?:{_NUMBER})\)", condition)
    if match is None:
        return
    written = match[2] or match[3]
    if base in _INTEGERS:
        if match[3] is None:
            yield _KEYWORDS[match[1]], int(written)
    elif base == "numeric":
        yield _KEYWORDS[match[1]], Decimal(written)
    elif match[1] in ("<=", ">="):
        # With fewer digits than a float has (extra_float_digits), one below a bound can reach it.
        yield _KEYWORDS[match[1]], float(written)
