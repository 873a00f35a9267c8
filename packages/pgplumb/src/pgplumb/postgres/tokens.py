"""A tokenizer for PostgreSQL's SQL: just enough to find words, parameters and comments.

It follows "Lexical Structure" (chapter 4.1 of the PostgreSQL manual) for what could hide a word:
comments (nested), quoted identifiers, string constants in all their forms and dollar quoting.
"""

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    PARAMETER = "parameter"
    QUOTED = "quoted identifier"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    SYMBOL = "symbol"


class Token(NamedTuple):
    """One token: its text and where it starts, in characters from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The text, in lower case if it is a word: keywords are the same however written."""
        return self.text.lower() if self.kind is Kind.WORD else self.text


_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<line_comment>--[^\r\n]*)
    | (?P<block_comment>/\*)
    | (?P<escape_string>[eE]'(?:[^'\\]|\\.|'')*'?)
    | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'?)
    | (?P<dollar>\$(?P<tag>(?:[^\W\d]\w*)?)\$)
    | (?P<parameter>\$\d+)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*"?)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d(?:[\w.]|(?<=[eE])[+-])*|\.\d\w*)
    | (?P<symbol>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_KINDS = {
    "line_comment": Kind.COMMENT,
    "escape_string": Kind.STRING,
    "string": Kind.STRING,
    "parameter": Kind.PARAMETER,
    "quoted": Kind.QUOTED,
    "word": Kind.WORD,
    "number": Kind.NUMBER,
    "symbol": Kind.SYMBOL,
}

_COMMENT_EDGE = re.compile(r"/\*|\*/")


def tokenize(sql: str, position: int = 0) -> Iterator[Token]:
    """Yield the tokens of `sql` from `position` on, comments included and white space left out.

    An unterminated string, comment or identifier runs to the end of the text.
    """
    while position < len(sql):
        match = _PATTERN.match(sql, position)
        if match is None:  # the pattern's last branch takes any character
            return
        end = match.end()
        kind = _KINDS.get(match.lastgroup or "")
        if kind is not None:
            yield Token(kind, match[0], position)
        elif match["block_comment"]:
            end = _end_of_comment(sql, position)
            yield Token(Kind.COMMENT, sql[position:end], position)
        elif match["dollar"]:
            closing = sql.find(match["dollar"], end)
            end = len(sql) if closing < 0 else closing + len(match["dollar"])
            yield Token(Kind.STRING, sql[position:end], position)
        position = end


@lru_cache(maxsize=64)  # several rules look at the same text, one after the other
def code_tokens(sql: str) -> tuple[Token, ...]:
    """The tokens of `sql` that aren't comments."""
    return tuple(token for token in tokenize(sql) if token.kind is not Kind.COMMENT)


def _end_of_comment(sql: str, start: int) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(sql)


def split_statements(sql: str) -> Iterator[tuple[int, str]]:
    """Yield each statement of a script: where it starts, in characters from 0, and its text.

    A statement runs to its semicolon; those inside BEGIN ATOMIC ... END, and those in the
    parentheses of a CREATE RULE, belong to the statement.
    """
    start: int | None = None
    depth = parentheses = 0
    is_rule = False
    previous = ""
    for token in tokenize(sql):
        if token.kind is Kind.COMMENT:
            continue
        start = token.start if start is None else start
        word = token.word
        if (word == "atomic" and previous == "begin") or (depth and word == "case"):
            depth += 1
        elif depth and word == "end":
            depth -= 1
        elif word == "rule" and previous in {"create", "replace"}:
            is_rule = True
        elif is_rule and word in {"(", ")"}:
            parentheses += 1 if word == "(" else -1
        elif word == ";" and not depth and parentheses <= 0:
            yield start, sql[start : token.start]
            start, is_rule, parentheses = None, False, 0
        previous = word
    if start is not None:
        yield start, sql[start:]
