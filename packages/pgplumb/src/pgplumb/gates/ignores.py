"""Comments that silence a linter: each has to say why."""

import re
from collections.abc import Iterator
from typing import Final

from pgplumb.gates.findings import Finding, Place, Rule
from pgplumb.gates.new_migrations import Migration
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, Token, tokenize

UNEXPLAINED: Final = Rule(
    "lint",
    "ignore-without-reason",
    "Whoever reads this later can't tell a decision from a way around the check.",
    "Say why behind two dashes (-- atlas:nolint DS103 -- nothing reads it since 2.0), or in a "
    "comment right above.",
)
_DIRECTIVE: Final = re.compile(
    r"(?:--|/\*)\s*(?:atlas:nolint|squawk-ignore(?:-file)?)\b(?P<rest>.*)"
)
_REASON: Final = re.compile(r"--\s*\w")
# What a tool reads is no reason: -- atlas:txmode none, -- +goose Up, -- migrate:up.
_FOR_TOOLS: Final = re.compile(r"(?:--|/\*)\s*(?:\w+:\w|\+\w|squawk-ignore)")


def unexplained(migration: Migration) -> Iterator[Finding]:
    """The comments of a migration that silence a linter and give no reason."""
    text = migration.text
    block: list[Token] = []
    for token in tokenize(text):
        if token.kind is not Kind.COMMENT:
            continue
        if block and not _is_next_line(text, block[-1], token):
            block = []
        found = _DIRECTIVE.match(token.text)
        if found and not _REASON.search(found["rest"]) and not _explained(block):
            line, column = location_of(text, token.start + 1).split(":")
            yield UNEXPLAINED.finding(
                f"`{token.text.strip()}` gives no reason",
                place=Place(migration.path, int(line), int(column)),
            )
        block.append(token)


def _is_next_line(text: str, before: Token, token: Token) -> bool:
    between = text[before.end : token.start]
    return not between.strip() and between.count("\n") == 1


def _explained(block: list[Token]) -> bool:
    """Whether one of the comments right above is for people."""
    return any(re.search(r"\w", each.text) and not _FOR_TOOLS.match(each.text) for each in block)
