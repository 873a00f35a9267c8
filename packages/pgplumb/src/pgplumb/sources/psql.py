"""What of a script is not for PostgreSQL: psql's own commands, rows of COPY, the server's affairs.

A dump of pg_dump is a script for psql. In it, a backslash outside of any quotes begins a command of
psql, which ends with the line, and COPY ... FROM stdin is followed by rows that end with `\\.`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from pgplumb.postgres.tokens import Kind, tokenize


class Foreign(Enum):
    """Why a part of a script is not for PostgreSQL's scratch database."""

    COMMAND = auto()
    """A command of psql."""
    ROWS = auto()
    """COPY ... FROM stdin with its rows: they are data, and come over another protocol."""
    SERVER = auto()
    """A statement about roles, databases, tablespaces or settings, which the server's other
    databases share: a scratch database must change nothing for them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a script that is to be left out, in characters from 0."""

    why: Foreign
    start: int
    end: int


_END_OF_ROWS: Final = re.compile(r"^\\\.\r?$\n?", re.MULTILINE)
_SHARED: Final = frozenset({"database", "role", "group", "tablespace", "user", "system"})
_DEFINES: Final = frozenset({"create", "alter", "drop"})
_DESCRIBES: Final = frozenset({"comment", "security"})


def foreign_parts(text: str) -> Iterator[Part]:
    """The parts that are to be left out, in order."""
    position: int | None = 0
    start: int | None = None
    words: list[str] = []
    while position is not None:
        resume = None
        for token in tokenize(text, position):
            if token.kind is Kind.COMMENT:
                continue
            if token.text == "\\":
                resume = _end_of_line(text, token.start)
                yield Part(Foreign.COMMAND, token.start, resume)
                break
            start = token.start if start is None else start
            if token.text != ";":
                words.append(token.text.lower() if token.kind is Kind.WORD else "")
                continue
            if _takes_rows(words):
                resume = _end_of_rows(text, token.end)
                yield Part(Foreign.ROWS, start, resume)
            elif _is_about_the_server(words):
                yield Part(Foreign.SERVER, start, token.end)
            start, words = None, []
            if resume is not None:
                break
        position = resume
    if start is not None and _is_about_the_server(words):
        yield Part(Foreign.SERVER, start, len(text))


def without(text: str, parts: Iterable[Part], start: int = 0, end: int | None = None) -> str:
    """The text from `start` to `end` without the parts; what is left keeps its line and column."""
    kept = ["\n" * text.count("\n", 0, start)]
    done = start
    for part in parts:
        if part.start >= start and (end is None or part.end <= end):
            kept.append(text[done : part.start])
            cut = text[part.start : part.end]
            # Rows fill their lines to the end, and there may be many of them.
            rows = part.why is Foreign.ROWS
            kept.append("\n" * cut.count("\n") if rows else re.sub(r"[^\n]", " ", cut))
            done = part.end
    return "".join([*kept, text[done:end]])


def _takes_rows(words: Sequence[str]) -> bool:
    return words[:1] == ["copy"] and _follows(words, "from", "stdin")


def _is_about_the_server(words: Sequence[str]) -> bool:
    first, second, third = [*words, "", "", ""][:3]
    if first in _DEFINES:
        return second in _SHARED and third != "mapping"
    if first in _DESCRIBES:
        return any(_follows(words, "on", shared) for shared in _SHARED)
    if first in {"grant", "revoke"}:
        # Without ON it grants a role to a role.
        shared = ("database", "tablespace", "parameter")
        return "on" not in words or any(_follows(words, "on", each) for each in shared)
    return False


def _follows(words: Sequence[str], one: str, other: str) -> bool:
    return any(pair == (one, other) for pair in pairwise(words))


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _end_of_rows(text: str, start: int) -> int:
    end = _END_OF_ROWS.search(text, _end_of_line(text, start))
    return len(text) if end is None else end.end()
