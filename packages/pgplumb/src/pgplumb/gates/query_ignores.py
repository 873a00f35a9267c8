"""Comments that silence a rule for a query: -- plumb:ignore no-where -- the table is a queue."""

import re
from dataclasses import dataclass, field
from typing import Final

from pgplumb.postgres.tokens import Kind, tokenize

_DIRECTIVE: Final = re.compile(r"(?:--|/\*)\s*plumb:ignore\b(?P<what>.*?)(?:--(?P<why>.*))?$")
_REASON: Final = re.compile(r"\w")


@dataclass(slots=True)
class Ignore:
    """One comment: the words behind `plumb:ignore`, where it starts (in characters from 0).

    used: whether it has silenced anything.
    """

    words: tuple[str, ...]
    has_reason: bool
    text: str
    start: int
    used: bool = field(default=False)


def ignores_in(text: str) -> list[Ignore]:
    """The comments of a text that silence something."""
    found: list[Ignore] = []
    for token in tokenize(text):
        match = _DIRECTIVE.match(token.text) if token.kind is Kind.COMMENT else None
        if match is not None:
            words = tuple(word for word in re.split(r"[\s,]+", match["what"].strip(" */")) if word)
            reason = bool(_REASON.search(match["why"] or ""))
            found.append(Ignore(words, reason, token.text.strip(), token.start))
    return found
