"""The statements of a script, each with the session's settings that hold where it stands.

So a statement can be run on its own, at another time than the script has it. Transactions of the
script are not kept: what it rolls back is left out, and everything else stands alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Final

from pgplumb.postgres.tokens import Kind, Token, split_statements, tokenize
from pgplumb.sources.model import SqlText

_HEAD: Final = 6
# They end with the transaction.
_NOT_OF_THE_SESSION: Final = frozenset({"transaction", "constraints"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, where it starts in its file (in characters from 0), and the settings before it.

    A setting is a statement, too: SET, RESET or a call of set_config.
    """

    source: SqlText
    start: int
    text: str
    settings: tuple["Statement", ...] = ()

    def words(self, limit: int | None = None) -> list[str]:
        """Its first tokens: words in lower case, quoted names and strings without their quotes."""
        return [_word(token) for token in _tokens(self.text, limit)]


def statements_of(texts: Iterable[SqlText]) -> list[Statement]:
    """The statements of all texts, in order; settings of one file do not hold in the next."""
    found: list[Statement] = []
    session = _Session()
    for source in texts:
        if not source.continues:
            session = _Session()
        for start, text in split_statements(source.text):
            if text:
                session.take(Statement(source, start, text), found)
    return found


class _Session:
    """What the statements so far have set."""

    def __init__(self) -> None:
        self._set: dict[str, Statement] = {}
        self._local: dict[str, Statement] = {}
        self._settings: tuple[Statement, ...] = ()
        self._before: tuple[int, dict[str, Statement]] | None = None

    def take(self, statement: Statement, found: list[Statement]) -> None:
        """Add the statement to those found, or to the settings."""
        words = statement.words(_HEAD)
        if self._is_transaction(words, found):
            return
        match words:
            case ["set", "local", *rest]:
                self._change(rest, _without_local(statement), self._local)
            case ["set", "session", *rest] if rest[:1] != ["authorization"]:
                self._change(rest, statement, self._set)
            case ["set" | "reset", *rest] if rest[:1] != ["all"]:
                self._change(rest, statement, self._set)
            case ["reset" | "discard", "all", *_]:
                self._set.clear()
                self._local.clear()
                self._refresh()
            case ["select", *rest] if "set_config" in rest:
                self._change([_first_string(statement.text)], statement, self._set)
            case _:
                found.append(replace(statement, settings=self._settings))

    def _is_transaction(self, words: Sequence[str], found: list[Statement]) -> bool:
        """Follow the script's transactions; says whether the statement is about nothing else."""
        match words:
            case ["begin", *_] | ["start", "transaction", *_]:
                self._before = len(found), dict(self._set)
            case ["rollback" | "abort", *rest] if "to" not in rest:
                if self._before is not None:
                    del found[self._before[0] :]
                    self._set = self._before[1]
                self._end()
            case ["commit" | "end", *_]:
                self._end()
            case ["rollback" | "savepoint" | "release" | "lock", *_]:
                pass
            case _:
                return False
        return True

    def _change(
        self, rest: Sequence[str], statement: Statement, settings: dict[str, Statement]
    ) -> None:
        if rest and rest[0] in _NOT_OF_THE_SESSION:
            return
        name = "".join(takewhile(lambda word: word not in {"=", "to"}, rest))
        # What was set last comes last: a role may have to be set before what it may set.
        settings.pop(name, None)
        settings[name] = statement
        self._refresh()

    def _end(self) -> None:
        self._before = None
        self._local.clear()
        self._refresh()

    def _refresh(self) -> None:
        self._settings = (*self._set.values(), *self._local.values())


def _without_local(statement: Statement) -> Statement:
    local = next(islice(_tokens(statement.text, 2), 1, None))
    blanks = " " * len(local.text)
    text = statement.text[: local.start] + blanks + statement.text[local.end :]
    return replace(statement, text=text)


def _first_string(text: str) -> str:
    return next((_word(token) for token in tokenize(text) if token.kind is Kind.STRING), "")


def _tokens(text: str, limit: int | None) -> Iterable[Token]:
    return islice((token for token in tokenize(text) if token.kind is not Kind.COMMENT), limit)


def _word(token: Token) -> str:
    if token.kind is Kind.QUOTED:
        return token.text[1:-1].replace('""', '"')
    if token.kind is Kind.STRING:
        return token.text.strip("'")
    return token.word
