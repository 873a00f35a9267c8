"""Puts the stars back that sqlc has replaced by lists of columns.

sqlc expands `select *` by what it knows of the schema, and of much that can stand in FROM it knows
nothing: what a function returns, VALUES, JSON_TABLE, current_date. It then lists too little.
"""

import re
from dataclasses import replace
from typing import Any

from psycopg import Connection

from pgplumb.postgres.describe import Refusal, describe
from pgplumb.postgres.tokens import Kind, Token, tokenize
from pgplumb.sqlc_plugin.request import RequestQuery

# Tokens are matched as texts with this behind each.
_END = "\x1f"
# No column is called `from` without quotes: a list ends there.
_NAME = rf'(?!(?i:from){_END})(?:[^\W\d][\w$]*|"(?:[^"]|"")*"){_END}'
_COLUMN = rf"{_NAME}(?:\.{_END}{_NAME})*?"
_COLUMNS = rf"(?:{_COLUMN}(?:,{_END}{_COLUMN})*?)??"
_PARAMETER = rf"\$\d+{_END}"
_MACROS = {"arg": _PARAMETER, "narg": _PARAMETER, "slice": _PARAMETER, "embed": _COLUMNS}


def with_right_stars(
    shadow: Connection[Any], query: RequestQuery, source: str | None
) -> RequestQuery:
    """The query, its stars as its author wrote them if PostgreSQL finds other columns in them.

    In: the query, and what its author wrote (None when it isn't found: sqlc's word is taken).
    """
    starred = None if source is None else with_stars(query.text, source)
    if starred is None:
        return query
    expanded, right = describe(shadow, [query.text, starred])
    if isinstance(right, Refusal):
        return query
    if not isinstance(expanded, Refusal) and expanded.columns == right.columns:
        return query
    return replace(query, text=starred)


def with_stars(text: str, source: str) -> str | None:
    """A query's text as sqlc hands it over, with the stars that its author has written.

    None where there are none, or the two texts don't match.
    """
    tokens = _tokens(text)
    offsets = [0]
    for token in tokens:
        offsets.append(offsets[-1] + len(token.text) + len(_END))
    found = re.fullmatch(
        _pattern(_tokens(source)), "".join(f"{each.text}{_END}" for each in tokens)
    )
    spans = [] if found is None else [found.span(group) for group in found.groupdict()]
    pieces: list[str] = []
    done = 0
    for span in spans:
        start, end = (offsets.index(each) for each in span)
        if [token.text for token in tokens[start:end]] == ["*"]:
            continue
        if start == end:  # sqlc has found no columns at all
            pieces += [text[done : tokens[start - 1].end], " * "]
            done = tokens[start].start if start < len(tokens) else len(text)
        else:
            pieces += [text[done : tokens[start].start], "*"]
            done = tokens[end - 1].end
    return "".join([*pieces, text[done:]]) if pieces else None


def _pattern(source: list[Token]) -> str:
    """What sqlc may have made of the tokens that the author wrote."""
    parts: list[str] = []
    index = 0
    while index < len(source):
        token = source[index]
        words = [each.text.lower() for each in source[index : index + 4]]
        if words[:2] == ["sqlc", "."] and words[3:] == ["("] and words[2] in _MACROS:
            parts.append(_MACROS[words[2]])
            while index < len(source) and source[index].text != ")":
                index += 1
        elif token.text == "*":
            parts.append(rf"(?P<star_{len(parts)}>\*{_END}|{_columns(source, index)})")
        elif token.text == "@" and _is_adjacent_word(source, index):
            name = re.escape(source[index + 1].text)
            parts.append(rf"(?:{_PARAMETER}|@{_END}{name}{_END})")
            index += 1
        else:
            parts.append(re.escape(token.text) + _END)
        index += 1
    return "".join(parts)


def _columns(source: list[Token], star: int) -> str:
    """A list of any columns, or of those of `t` where the star is that of `t.*`."""
    match [token.text for token in source[max(star - 2, 0) : star]]:
        case [name, "."]:
            qualifier = f"{re.escape(name)}{_END}\\.{_END}"
        case _:
            return _COLUMNS
    return rf"(?:{_NAME}(?:,{_END}{qualifier}{_NAME})*?)??"


def _is_adjacent_word(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1 : index + 2]
    return any(each.kind is Kind.WORD and each.start == tokens[index].end for each in following)


def _tokens(sql: str) -> list[Token]:
    return [each for each in tokenize(sql) if each.kind is not Kind.COMMENT and each.text != ";"]
