"""What of a query can be seen in its text: stars in what it returns, writes without WHERE."""

from collections.abc import Iterator, Sequence
from typing import Final

from pgplumb.postgres.tokens import Token, code_tokens

# What ends a list of results.
_ENDS: Final = frozenset(
    {"from", "where", "group", "having", "window", "union", "except", "intersect", "order", "limit"}
    | {"offset", "fetch", "for", "into", ";"}
)


def writes_without_where(source: str) -> Iterator[tuple[str, Token]]:
    """Each UPDATE and DELETE of a statement, in WITH too, that has no WHERE: its word and token.

    What MERGE and ON CONFLICT update or delete they have found already.
    """
    tokens = code_tokens(source)
    for index, token in enumerate(tokens):
        word = token.word
        if word not in ("update", "delete") or not _begins(tokens, index):
            continue
        rest = list(_level(tokens, index + 1))
        words = [each.word for each in rest]
        is_write = words[:1] == ["from"] if word == "delete" else "set" in words
        if is_write and "where" not in words:
            yield word, token


def stars(source: str) -> Iterator[Token]:
    """The stars in what a statement returns to its caller: `*`, `t.*`, `returning *`."""
    tokens = code_tokens(source)
    words = [token.word for token in tokens]
    depth = 0
    is_list = False
    for index, (token, word) in enumerate(zip(tokens, words, strict=True)):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth:
            continue
        if word in ("select", "returning"):
            is_list = True
        elif word in _ENDS:
            is_list = False
        elif is_list and word == "*" and _is_star(words, index):
            yield token


def _is_star(words: Sequence[str], index: int) -> bool:
    """Whether it stands for columns, and does not multiply."""
    before, after = words[index - 1], words[index + 1] if index + 1 < len(words) else ";"
    return (
        before in {"select", "returning", ",", ".", "distinct", "all", ")"}
        and (after == "," or after in _ENDS)
        and not (before == ")" and "on" not in words[:index])
    )


def _begins(tokens: Sequence[Token], index: int) -> bool:
    """Whether a statement can begin there: at the beginning, in parentheses, behind a WITH."""
    return index == 0 or tokens[index - 1].text in ("(", ")")


def _level(tokens: Sequence[Token], index: int) -> Iterator[Token]:
    """The tokens up to the end of the statement that are inside no further parentheses."""
    depth = 0
    for token in tokens[index:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0 or (depth == 0 and token.text == ";"):
            return
        if depth == 0:
            yield token
