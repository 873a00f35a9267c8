"""Comments that silence a linter: each has to say why."""

import re
from collections.abc import Iterator
from typing import Final

from pgplumb.gates.findings import Finding, Place, Rule
from pgplumb.gates.new_migrations import Migration
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, tokenize

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
    end: int | None = None
    explained = False
    for token in tokenize(text):
        if token.kind is not Kind.COMMENT:
            continue
        if end is None or not _is_next_line(text[end : token.start]):
            explained = False
        end = token.end
        found = _DIRECTIVE.match(token.text)
        if _REASON.search(found["rest"]) if found else _is_for_people(token.text):
            explained = True
        elif found and not explained:
            line, column = location_of(text, token.start + 1).split(":")
            yield UNEXPLAINED.finding(
                f"`{token.text.strip()}` gives no reason",
                place=Place(migration.path, int(line), int(column)),
            )


def _is_next_line(between: str) -> bool:
    return not between.strip() and between.count("\n") == 1


def _is_for_people(comment: str) -> bool:
    return bool(re.search(r"\w", comment)) and not _FOR_TOOLS.match(comment)
