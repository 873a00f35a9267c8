"""Making PostgreSQL's own text of an expression mean just the same when it is read again.

`x IN ('a', 'b')` on a varchar column is written as `x::text = ANY (ARRAY['a'::character varying,
...]::text[])`. Read again, the cast is pushed down to the elements (manual, chapter 4.2.12:
"propagated to the sub-expressions"), and the text is no longer the same. A cast to the elements'
own type in between stops that and leaves no trace.
"""

import re
from typing import Final

from pgplumb.postgres.tokens import Kind, Token, tokenize

_ARRAY: Final = re.compile(r"\bARRAY\[")


def reparsable(expression: str) -> str:
    """The expression, so written that PostgreSQL gives the same text for it again."""
    if not _ARRAY.search(expression):
        return expression
    tokens = [token for token in tokenize(expression) if token.kind is not Kind.COMMENT]
    insertions: list[tuple[int, str]] = []
    opening: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "[":
            opening.append(index)
        elif token.text == "]" and opening:
            start = opening.pop()
            if tokens[start - 1].text == "ARRAY" and _is_cast(tokens, index):
                element = _element_type(expression, tokens[start + 1 : index])
                if element:
                    insertions.append((token.end, f"::{element}[]"))
    for position, text in sorted(insertions, reverse=True):
        expression = expression[:position] + text + expression[position:]
    return expression


def _is_cast(tokens: list[Token], end: int) -> bool:
    """Whether the array that ends here is cast as a whole: `ARRAY[...]::` or `(ARRAY[...])::`."""
    after = [token.text for token in tokens[end + 1 : end + 3]]
    return after[:1] == ["::"] or after == [")", "::"]


def _element_type(expression: str, elements: list[Token]) -> str | None:
    """The type that the first element is cast to, None when it has no cast at its end."""
    depth = 0
    last_cast: Token | None = None
    end: int | None = None
    for token in elements:
        if token.text in {"(", "["}:
            depth += 1
        elif token.text in {")", "]"}:
            depth -= 1
        elif token.text == "," and depth == 0:
            end = token.start
            break
        elif token.text == "::" and depth == 0:
            last_cast = token
    if last_cast is None:
        return None
    if end is None:
        end = elements[-1].end
    return expression[last_cast.end : end].strip()
