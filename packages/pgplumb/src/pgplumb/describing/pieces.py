"""Cuts query files into pieces, one a statement: what is wrong with one then hurts no other.

A piece reaches from behind the semicolon before it to its own: sqlc, too, takes the comments in
front of a statement for its own.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pgplumb.describing.configuration import QueryFile
from pgplumb.describing.model import Problem
from pgplumb.errors import PlumbError
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, Token, split_statements, tokenize

_HEADER: Final = re.compile(r"(?:--|/\*)\s*name:[^\S\n]*([^\s:]*)")
_HEADER_LINE: Final = re.compile(rf"^[^\S\n]*{_HEADER.pattern}", re.MULTILINE)
# What gives no rows unless it has a RETURNING.
_WRITES: Final = frozenset({"insert", "update", "delete", "merge"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement of a file, from `start` to `end` (in characters from 0), comments included.

    `first` is where its SQL begins, `header` where its `-- name:` line does. `prefix` and `suffix`
    are what sqlc misses.
    """

    file: QueryFile
    start: int
    end: int
    name: str | None
    header: int
    first: int
    prefix: str = ""
    suffix: str = ""

    @property
    def source(self) -> str:
        """The SQL that sqlc reads."""
        return self.prefix + self.file.text[self.start : self.end] + self.suffix

    @property
    def line(self) -> int:
        """The line of its `-- name:`, or else where it begins."""
        return self.file.text.count("\n", 0, self.header) + 1

    def problem(self, message: str, hint: str | None, offset: int) -> Problem:
        """What is wrong at a place of `source`, counted in characters from 0.

        What is wrong with all of it is shown where its SQL begins.
        """
        inside = min(self.start + offset - len(self.prefix), self.end)
        line, _, column = location_of(self.file.text, max(inside, self.first) + 1).partition(":")
        lines = self.file.text.split("\n")
        return Problem(
            message,
            self.file.path,
            int(line),
            int(column),
            self.name,
            hint,
            lines[int(line) - 1],
        )


def cut(file: QueryFile) -> tuple[list[Piece], list[Problem]]:
    """The pieces of a file, and what is wrong between them: sqlc wants a semicolon behind each.

    A text without any header that was given on its own is one query called "query".
    Raises PlumbError when such a text holds no statement.
    """
    tokens = list(tokenize(file.text))
    if not any(_is_header(token) for token in tokens):
        return _bare(file) if file.is_given else ([], [])
    # A quote that is never closed would swallow every query behind it.
    *_, last = tokenize(f"{file.text}\n;")
    if last.text != ";":
        return list(_by_lines(file)), []
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for statement in _statements(file.text, tokens):
        for part in _parts(statement):
            piece = _piece(file, part)
            pieces.append(piece)
            if piece.suffix and piece.name is not None:
                offset = piece.end - piece.start
                message = "There is no semicolon behind this query."
                problems.append(piece.problem(message, "Write ; where it ends.", offset))
    return pieces, problems


def _statements(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement, the comments in front of it and its semicolon included."""
    left = deque(tokens)
    for start, statement in split_statements(text):
        semicolon = start + len(statement)
        found: list[Token] = []
        while left and left[0].start <= semicolon:
            found.append(left.popleft())
        yield found


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """A statement's tokens, cut at each header that stands behind SQL: a semicolon is missing."""
    part: list[Token] = []
    for token in tokens:
        if _is_header(token) and _sql(part):
            yield part
            part = []
        part.append(token)
    yield part


def _piece(file: QueryFile, tokens: list[Token]) -> Piece:
    sql = _sql(tokens)
    header = next((token for token in tokens if _is_header(token)), sql[0])
    found = _HEADER.match(header.text)
    ended = sql[-1].text == ";"
    return Piece(
        file,
        tokens[0].start,
        sql[-1].end,
        (found and found[1]) or None,
        header.start,
        sql[0].start,
        suffix="" if ended else ";",
    )


def _by_lines(file: QueryFile) -> Iterator[Piece]:
    headers = list(_HEADER_LINE.finditer(file.text))
    ends = [header.start() for header in headers[1:]] + [len(file.text)]
    for header, end in zip(headers, ends, strict=True):
        start = header.start()
        name = header[1] or None
        sql = _sql(list(tokenize(file.text[start:end])))
        yield Piece(file, start, end, name, start, start + sql[0].start if sql else start)


def _bare(file: QueryFile) -> tuple[list[Piece], list[Problem]]:
    statements = [each for each in split_statements(file.text) if each[1]]
    if not statements:
        raise PlumbError(f"{file.path} holds no query.")
    start, statement = statements[0]
    words = [token.text.lower() for token in tokenize(statement) if token.kind is Kind.WORD]
    gives_rows = not words or words[0] not in _WRITES or "returning" in words
    prefix = f"-- name: query {':many' if gives_rows else ':exec'}\n"
    end = start + len(statement)
    piece = Piece(file, 0, end, "query", start, start, prefix, "\n;")
    if len(statements) == 1:
        return [piece], []
    message = "There are several statements and no `-- name:` line."
    hint = "Write above each, for example: -- name: ListContacts :many"
    second = replace(piece, end=len(file.text), name=None)
    return [], [second.problem(message, hint, len(prefix) + statements[1][0])]


def _sql(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.kind is not Kind.COMMENT]


def _is_header(token: Token) -> bool:
    return token.kind is Kind.COMMENT and _HEADER.match(token.text) is not None
