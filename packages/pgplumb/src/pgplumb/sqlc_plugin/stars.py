"""Puts the stars back that sqlc has replaced by lists of columns.

sqlc expands `select *` and `sqlc.embed(t)` by what it knows of the schema, and of much that can
stand in FROM it knows nothing: what a function returns, VALUES, JSON_TABLE, current_date, columns
that a DO block has added. It then lists too little.
"""

import re
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from pgplumb.postgres.describe import Description, Refusal, describe
from pgplumb.postgres.tokens import Kind, Token, code_tokens
from pgplumb.sqlc_plugin.request import RequestQuery

# Tokens are matched as characters, one for each text: symbols as they are, the others in planes of
# Unicode that have no characters. So a pattern is as short as its query, and quickly compiled.
_NAME = "[\U00040000-\U0007ffff]"
_PARAMETER = "[\U00080000-\U000bffff]"
_OTHER = 0xC0000
_COLUMN = rf"{_NAME}(?:\.{_NAME})*?"
_COLUMNS = rf"(?:{_COLUMN}(?:,{_COLUMN})*?)??"
_EMBED = "embed"
_MACROS = {"arg", "narg", "slice", _EMBED}


def with_right_stars(
    shadow: Connection[Any], queries: Sequence[tuple[RequestQuery, str | None]]
) -> list[RequestQuery]:
    """The queries, a star as its author wrote it if PostgreSQL finds other columns in it.

    In: each query, and what its author wrote (None when it isn't found: sqlc's word is taken).
    """
    starred = [
        None if source is None else with_stars(query.text, source) for query, source in queries
    ]
    asked = [
        (query.text, text)
        for (query, _), text in zip(queries, starred, strict=True)
        if text is not None
    ]
    answers = iter(describe(shadow, [text for both in asked for text in both]))
    return [
        query
        if text is None or not _is_right(next(answers), next(answers))
        else query._replace(text=text)
        for (query, _), text in zip(queries, starred, strict=True)
    ]


def _is_right(expanded: Description | Refusal, starred: Description | Refusal) -> bool:
    """Whether the text with stars is what its author meant, and the one without them is not."""
    if isinstance(starred, Refusal):
        return False
    return isinstance(expanded, Refusal) or expanded.columns != starred.columns


def with_stars(text: str, source: str) -> str | None:
    """A query's text as sqlc hands it over, with the stars that its author has written.

    `sqlc.embed(t)` is `t.*`. None where there are none, or the two texts don't match.
    """
    if "*" not in source and _EMBED not in source.lower():
        return None
    tokens = _tokens(text)
    letters = _Letters()
    pattern, stars = _pattern(_tokens(source), letters)
    found = re.fullmatch(pattern, "".join(map(letters.of, tokens)))
    if found is None:
        return None
    pieces: list[str] = []
    done = 0
    for number, star in enumerate(stars, 1):
        start, end = found.span(number)
        if "".join(token.text for token in tokens[start:end]) == star:
            continue
        if start == end:  # sqlc has found no columns at all
            pieces += [text[done : tokens[start - 1].end], f" {star} "]
            done = tokens[start].start if start < len(tokens) else len(text)
        else:
            pieces += [text[done : tokens[start].start], star]
            done = tokens[end - 1].end
    return "".join([*pieces, text[done:]]) if pieces else None


class _Letters:
    """The characters that tokens are matched as."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, token: Token) -> str:
        """The character of a token, the same for each token of its text."""
        if token.kind is Kind.SYMBOL and len(token.text) == 1:
            return token.text
        return self._known.setdefault(token.text, chr(_plane(token) + len(self._known)))


def _plane(token: Token) -> int:
    # No column is called `from` without quotes: a list ends there.
    if token.kind is Kind.QUOTED or (token.kind is Kind.WORD and token.word != "from"):
        return ord(_NAME[1])
    return ord(_PARAMETER[1]) if token.kind is Kind.PARAMETER else _OTHER


def _pattern(source: list[Token], letters: _Letters) -> tuple[str, list[str]]:
    """What sqlc may have made of the tokens that the author wrote, and the stars among them.

    The pattern has a group for each star.
    """
    parts: list[str] = []
    stars: list[str] = []
    index = 0
    while index < len(source):
        token = source[index]
        words = [each.text.lower() for each in source[index : index + 4]]
        if words[:2] == ["sqlc", "."] and words[3:] == ["("] and words[2] in _MACROS:
            start = index + 4
            while index < len(source) and source[index].text != ")":
                index += 1
            if words[2] == _EMBED:
                parts.append(f"({_COLUMNS})")
                stars.append("".join(each.text for each in source[start:index]) + ".*")
            else:
                parts.append(_PARAMETER)
        elif token.text == "*":
            parts.append(rf"(\*|{_columns(source, index, letters)})")
            stars.append("*")
        elif token.text == "@" and _is_adjacent_word(source, index):
            index += 1
            parts.append(rf"(?:{_PARAMETER}|@{letters.of(source[index])})")
        else:
            parts.append(re.escape(letters.of(token)))
        index += 1
    return "".join(parts), stars


def _columns(source: list[Token], star: int, letters: _Letters) -> str:
    """A list of any columns, or of those of `t` where the star is that of `t.*`."""
    match source[max(star - 2, 0) : star]:
        case [name, Token(text=".")]:
            return rf"(?:{_NAME}(?:,{re.escape(letters.of(name))}\.{_NAME})*?)??"
        case _:
            return _COLUMNS


def _is_adjacent_word(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1 : index + 2]
    return any(each.kind is Kind.WORD and each.start == tokens[index].end for each in following)


def _tokens(sql: str) -> list[Token]:
    return [each for each in code_tokens(sql) if each.text != ";"]
