"""Puts further columns behind those that a query returns."""

from collections.abc import Sequence

from pgplumb.postgres.tokens import Token, code_tokens


def with_columns(text: str, columns: Sequence[str]) -> str | None:
    """The query with the columns behind its own; None when no place for them is found."""
    tokens = code_tokens(text)
    words = [token.word for token in tokens]
    outer = [index for index, depth in enumerate(_depths(words)) if depth == 0]
    named = [index for index in outer if not _is_name(words, index)]
    end = _end_of_list(tokens, words, named)
    if end is None:
        return None
    return f"{text[:end]}, {', '.join(columns)}{text[end:]}"


def _depths(words: Sequence[str]) -> list[int]:
    """How many brackets each token stands in."""
    depths: list[int] = []
    depth = 0
    for word in words:
        depth -= word in (")", "]")
        depths.append(depth)
        depth += word in ("(", "[")
    return depths


def _is_name(words: Sequence[str], index: int) -> bool:
    """Whether a word names a column (`t.from`, `as from`), or is part of IS DISTINCT FROM."""
    return index > 0 and words[index - 1] in (".", "as", "distinct")


def _end_of_list(tokens: Sequence[Token], words: Sequence[str], outer: Sequence[int]) -> int | None:
    """Where the list of columns ends: a RETURNING at the statement's end, a SELECT before FROM."""
    if any(words[index] == "returning" for index in outer):
        return next(token.end for token in reversed(tokens) if token.text != ";")
    select = next((index for index in outer if words[index] == "select"), len(tokens))
    behind = (index for index in outer if index > select and words[index] == "from")
    return next((tokens[index - 1].end for index in behind), None)
