"""Where in SQL files an object is written: a guess by names, good enough to lead people there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pgplumb.gates.findings import Place, relative
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, Token, code_tokens, split_statements
from pgplumb.snapshot.model import Identity
from pgplumb.snapshot.model import Kind as ObjectKind
from pgplumb.sources.model import SqlText

# How far into a statement the name of what it is about may stand.
_HEAD: Final = 16
_WITHOUT_SCHEMA: Final = frozenset({ObjectKind.SCHEMA, ObjectKind.EXTENSION, ObjectKind.LANGUAGE})
_WITH_ARGUMENTS: Final = frozenset(
    {ObjectKind.FUNCTION, ObjectKind.PROCEDURE, ObjectKind.AGGREGATE, ObjectKind.OPERATOR}
)
_VERBS: Final = {"comment": ("comment",), "grants": ("grant", "revoke")}


@dataclass(frozen=True, slots=True)
class _Statement:
    source: SqlText
    tokens: tuple[Token, ...]
    words: tuple[str, ...]


class Locator:
    """Looks through SQL for the statements that make objects; reads it when first asked."""

    def __init__(self, texts: Sequence[SqlText], root: Path) -> None:
        self._texts = texts
        self._root = root

    def place_of(self, identity: Identity, what: str = "") -> Place | None:
        """Where the object is made, or `what` of it is said; None when that is not found."""
        whole, part = _names(identity)
        verbs = (*_VERBS.get(what, ()), "create", "alter")
        for verb in verbs:
            for statement in self._statements:
                head = statement.words[:_HEAD]
                if head[:1] != (verb,) or whole not in head:
                    continue
                if part is None or part in statement.words:
                    return self._place(statement, part or whole)
        return self.place_of(Identity(identity.kind, identity.path[:2])) if part else None

    def _place(self, statement: _Statement, name: str) -> Place:
        token = statement.tokens[statement.words.index(name)]
        place = location_of(statement.source.text, token.start + 1)
        line, column = (int(number) for number in place.split(":"))
        return Place(relative(statement.source.path, self._root), line, column)

    @cached_property
    def _statements(self) -> list[_Statement]:
        return [
            _read(text, start, sql)
            for text in self._texts
            for start, sql in split_statements(text.text)
        ]


def _read(source: SqlText, start: int, sql: str) -> _Statement:
    tokens = tuple(Token(token.kind, token.text, token.start + start) for token in code_tokens(sql))
    return _Statement(source, tokens, tuple(_word(token) for token in tokens))


def _word(token: Token) -> str:
    if token.kind is Kind.QUOTED:
        return token.text[1:-1].replace('""', '"')
    return token.text.lower()


def _names(identity: Identity) -> tuple[str, str | None]:
    """The name of the object that a statement is about, and that of the part of it."""
    path = identity.path
    if identity.kind in _WITH_ARGUMENTS:
        path = path[:-1]
    if identity.kind in _WITHOUT_SCHEMA or len(path) == 1:
        return path[0], None
    return path[1], path[2] if len(path) > 2 else None  # noqa: PLR2004  schema, object, part
