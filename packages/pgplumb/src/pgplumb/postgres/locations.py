"""Where in a file an error is."""

import difflib

from pgplumb.postgres.tokens import code_tokens


def location_of(text: str, position: int) -> str:
    """`line:column` (both from 1) of the character at `position` (from 1, as PostgreSQL counts)."""
    before = text[: max(position - 1, 0)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def corresponding_position(expanded: str, source: str, position: int) -> int:
    """Where in `source` the token at `position` of `expanded` comes from; both count from 1.

    sqlc hands over a query with its star expanded and its named parameters numbered; PostgreSQL's
    positions are in that text. The two are aligned token by token; a token that sqlc put in maps to
    the one it stands for (the star), and a text that can't be aligned to its beginning.
    """
    expanded_tokens = code_tokens(expanded)
    source_tokens = code_tokens(source)
    wanted = next(
        (i for i, token in enumerate(expanded_tokens) if token.end > position - 1),
        len(expanded_tokens) - 1,
    )
    matcher = difflib.SequenceMatcher(
        None,
        [token.text for token in expanded_tokens],
        [token.text for token in source_tokens],
        autojunk=False,
    )
    for _, start, end, source_start, source_end in matcher.get_opcodes():
        if start <= wanted < end and source_start < len(source_tokens):
            offset = min(wanted - start, max(source_end - source_start - 1, 0))
            return source_tokens[source_start + offset].start + 1
    return 1
