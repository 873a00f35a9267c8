"""Making PostgreSQL's own text of an expression mean just the same when it is read again.

`x IN ('a', 'b')` on a varchar column is written as `x::text = ANY (ARRAY['a'::character varying,
...]::text[])`. Read again, the cast is pushed down to the elements (manual, chapter 4.2.12:
"propagated to the sub-expressions"), and the text is no longer the same. A cast to the elements'
own type in between stops that and leaves no trace.

`SELECT 'a'` names its column "?column?", which PostgreSQL leaves out where nobody sees it: in
subqueries and bodies of functions. Its text, `SELECT 'a'::text`, read again names it after the
type.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pgplumb.postgres.tokens import Kind, Token, code_tokens

_OPENING: Final = frozenset("([")
_CLOSING: Final = frozenset(")]")
_WITHIN_TYPES: Final = frozenset(".()[]")
# From the narrowest to the widest.
_CONSTANTS: Final = ("boolean", "integer", "bigint", "numeric")
_SUSPECT: Final = re.compile(r"\bARRAY\[|\bSELECT\b")
_LIST_STARTS: Final = frozenset({"SELECT", "DISTINCT", ","})
_COLUMN_ENDS: Final = frozenset({",", ")", ";"})
# What can stand behind a SELECT list, as PostgreSQL writes it.
_LIST_ENDS: Final = frozenset(
    {"FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "UNION", "INTERSECT", "EXCEPT", "ORDER"}
    | {"LIMIT", "OFFSET", "FETCH", "FOR", ";"}
)


def reparsable(expression: str) -> str:
    """The expression, so written that PostgreSQL gives the same text for it again."""
    if not _SUSPECT.search(expression):
        return expression
    tokens = code_tokens(expression)
    insertions = [*_inner_casts(expression, tokens), *_column_names(tokens)]
    for position, text in sorted(insertions, reverse=True):
        expression = expression[:position] + text + expression[position:]
    return expression


def _inner_casts(expression: str, tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    opening: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "[":
            opening.append(index)
        elif token.text == "]" and opening:
            start = opening.pop()
            if tokens[start - 1].text == "ARRAY" and _is_cast(tokens, index):
                element = _element_type(expression, tokens[start + 1 : index])
                if element:
                    yield token.end, f"::{element}[]"


def _column_names(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Names for the constants of a SELECT list that have none."""
    in_list = [False]
    for index, token in enumerate(tokens):
        if token.text in _OPENING:
            in_list.append(False)
        elif token.text in _CLOSING and len(in_list) > 1:
            in_list.pop()
        elif token.text in _LIST_ENDS or token.text == "SELECT":
            in_list[-1] = token.text == "SELECT"
        starts = token.text in _LIST_STARTS and in_list[-1]
        end = _constant_end(tokens, index + 1) if starts else None
        if end is not None:
            yield tokens[end].end, ' AS "?column?"'


def _constant_end(tokens: Sequence[Token], start: int) -> int | None:
    """Where a column ends that is a constant with its type and nothing else, the name neither."""
    words = [token.text for token in tokens[start : start + 2]]
    if words[1:] != ["::"] or (tokens[start].kind is not Kind.STRING and words[0] != "NULL"):
        return None
    depth = 0
    for index in range(start + 2, len(tokens)):
        token = tokens[index]
        if depth == 0 and (token.text in _COLUMN_ENDS or token.text in _LIST_ENDS):
            return index - 1
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        is_of_type = token.kind is not Kind.SYMBOL or token.text in _WITHIN_TYPES
        if token.text == "AS" or not (is_of_type or depth):
            return None
    return len(tokens) - 1


def _is_cast(tokens: Sequence[Token], end: int) -> bool:
    """Whether the array that ends here is cast as a whole: `ARRAY[...]::` or `(ARRAY[...])::`."""
    after = [token.text for token in tokens[end + 1 : end + 3]]
    return after[:1] == ["::"] or after == [")", "::"]


def _element_type(expression: str, tokens: Sequence[Token]) -> str | None:
    """The type of an array's elements: what one is cast to, or what a plain constant is."""
    constants: list[str] = []
    for element in _elements(tokens):
        written = _cast(expression, element)
        if written is not None:
            return written
        constant = _constant(element)
        if constant is None:
            return None
        constants.append(constant)
    return max(constants, key=_CONSTANTS.index, default=None)


def _elements(tokens: Sequence[Token]) -> list[list[Token]]:
    elements: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token.text == "," and depth == 0:
            elements.append([])
        else:
            elements[-1].append(token)
    return elements


def _cast(expression: str, element: list[Token]) -> str | None:
    """The type that an element is cast to as a whole, None when it has no cast at its end."""
    depth = 0
    start: int | None = None
    for token in element:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and token.text == "::":
            start = token.end
        elif token.kind is Kind.SYMBOL and token.text not in _WITHIN_TYPES and depth == 0:
            start = None
    return None if start is None else expression[start : element[-1].end].strip()


def _constant(element: list[Token]) -> str | None:
    """The type of a constant that stands without a cast (manual, chapter 4.1.2)."""
    if len(element) != 1:
        return None
    text = element[0].text
    if element[0].kind is not Kind.NUMBER:
        return "boolean" if text in {"true", "false"} else None
    if not text.isdigit():
        return "numeric"
    number = int(text)
    return "integer" if number < 2**31 else "bigint" if number < 2**63 else "numeric"
