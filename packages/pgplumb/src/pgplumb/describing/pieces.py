"""Cuts query files into pieces, one a statement: what is wrong with one then hurts no other.

A piece reaches from behind the semicolon before it to its own: sqlc, too, takes the comments in
front of a statement for its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
    """A statement of a file, from `start` to `end` (in characters from 0).

    `header` is where its `-- name:` line begins. `prefix` is put in front for sqlc.
    """

    file: QueryFile
    start: int
    end: int
    name: str | None
    header: int
    prefix: str = ""

    @property
    def source(self) -> str:
        """The SQL that sqlc reads."""
        return self.prefix + self.file.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line of its `-- name:`, or else where it begins."""
        return self.file.text.count("\n", 0, self.header) + 1

    def problem(self, message: str, hint: str | None, offset: int) -> Problem:
        """What is wrong at a place of `source`, counted in characters from 0."""
        position = self.start + max(offset - len(self.prefix), 0)
        line, _, column = location_of(self.file.text, position + 1).partition(":")
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
    """The pieces of a file, and what is wrong between them.

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
    begin = 0
    for start, statement in split_statements(file.text):
        end = min(start + len(statement) + 1, len(file.text))
        inside = [token for token in tokens if begin <= token.start < end]
        found = list(_by_headers(file, inside, begin, end))
        pieces += found
        for piece in found[:-1]:
            offset = len(piece.source.rstrip())
            message = "There is no semicolon between this query and the next."
            problems.append(piece.problem(message, "End the query with a semicolon.", offset))
        begin = end
    return pieces, problems


def _by_headers(file: QueryFile, tokens: list[Token], begin: int, end: int) -> Iterator[Piece]:
    """The pieces of a statement: several, where a header stands in the middle of it."""
    start = begin
    header: Token | None = None
    has_sql = False
    for token in tokens:
        if _is_header(token):
            if has_sql and header is not None:
                yield _piece(file, start, token.start, header)
                start, header, has_sql = token.start, token, False
            header = header or token
        elif token.kind is not Kind.COMMENT:
            has_sql = True
    if header is not None:
        yield _piece(file, start, end, header)
    else:
        first = next(token.start for token in tokens if token.kind is not Kind.COMMENT)
        yield Piece(file, start, end, None, first)


def _by_lines(file: QueryFile) -> Iterator[Piece]:
    headers = list(_HEADER_LINE.finditer(file.text))
    ends = [header.start() for header in headers[1:]] + [len(file.text)]
    for header, end in zip(headers, ends, strict=True):
        yield Piece(file, header.start(), end, header[1] or None, header.start())


def _bare(file: QueryFile) -> tuple[list[Piece], list[Problem]]:
    statements = list(split_statements(file.text))
    if not statements:
        raise PlumbError(f"{file.path} holds no query.")
    start, statement = statements[0]
    words = [token.text.lower() for token in tokenize(statement) if token.kind is Kind.WORD]
    gives_rows = not words or words[0] not in _WRITES or "returning" in words
    command = ":many" if gives_rows else ":exec"
    prefix = f"-- name: query {command}\n"
    piece = Piece(file, 0, start + len(statement), "query", start, prefix)
    if len(statements) == 1:
        return [piece], []
    second = len(prefix) + statements[1][0]
    message = "There are several statements and no `-- name:` line."
    hint = "Write above each, for example: -- name: ListContacts :many"
    return [], [piece.problem(message, hint, second)]


def _piece(file: QueryFile, start: int, end: int, header: Token) -> Piece:
    found = _HEADER.match(header.text)
    return Piece(file, start, end, (found and found[1]) or None, header.start)


def _is_header(token: Token) -> bool:
    return token.kind is Kind.COMMENT and _HEADER.match(token.text) is not None
