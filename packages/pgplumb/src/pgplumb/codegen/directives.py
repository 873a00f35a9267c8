"""What a query's author says in its comment, beyond the text for people.

-- name: GetTotal :one
-- The sum of all invoices.
-- non-null: total
-- no-rows: raise
-- dimensions: grid 2
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

_LINE = re.compile(r"^\s*([a-z][a-z-]*)\s*:\s*(\S.*?)\s*$")
# What `plumb check` reads (-- plumb:ignore no-where -- why) is no text for people.
_FOR_THE_GATES = re.compile(r"^\s*plumb:\w")
_DIMENSIONS = re.compile(r"(.+?)\s+([1-6])")
_KEYS = ("non-null", "nullable", "no-rows", "stream", "dimensions")


class DirectiveError(ValueError):
    """A directive can't be understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Directives:
    """What a comment says. `text` is the rest of it, None when there is none.

    non_null, nullable: names of result columns, or of embedded tables. raises: whether a :one query
    without a row is an error, None where the option decides. stream: rows a batch of a stream.
    dimensions: of result columns that are arrays.
    """

    text: str | None
    non_null: frozenset[str] = frozenset()
    nullable: frozenset[str] = frozenset()
    raises: bool | None = None
    stream: int | None = None
    dimensions: Mapping[str, int] = field(default_factory=dict[str, int])

    def names(self) -> set[str]:
        """The result columns and embedded tables that it speaks of."""
        return {*self.non_null, *self.nullable, *self.dimensions}


def parse_directives(lines: Sequence[str]) -> Directives:
    """Read a query's comment lines. Raises DirectiveError for a directive that is wrong."""
    found = Directives(None)
    text: list[str] = []
    for line in lines:
        if _FOR_THE_GATES.match(line):
            continue
        match = _LINE.match(line)
        key = match[1] if match else ""
        if match is not None and key in _KEYS:
            found = _with(found, key, match[2])
            continue
        close = get_close_matches(key, _KEYS, n=1, cutoff=0.85) if key else []
        if close:
            raise DirectiveError(f'"{key}:" is no directive; did you mean "{close[0]}:"?')
        text.append(line.strip())
    joined = "\n".join(text).strip()
    return replace(found, text=joined or None)


def _with(found: Directives, key: str, value: str) -> Directives:
    names = frozenset(name.strip() for name in value.split(","))
    match key:
        case "non-null":
            return replace(found, non_null=found.non_null | names)
        case "nullable":
            return replace(found, nullable=found.nullable | names)
        case "no-rows":
            if value not in ("raise", "none"):
                raise DirectiveError(f'"no-rows: {value}": it is "raise" or "none".')
            return replace(found, raises=value == "raise")
        case "dimensions":
            return replace(found, dimensions={**found.dimensions, **_dimensions(value)})
        case _:
            if not (value.isascii() and value.isdigit() and int(value) > 0):
                raise DirectiveError(f'"stream: {value}": it is a number of rows, such as 1000.')
            return replace(found, stream=int(value))


def _dimensions(value: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in value.split(","):
        match = _DIMENSIONS.fullmatch(part.strip())
        if match is None:
            raise DirectiveError(
                f'"dimensions: {value}": it is a column and a number from 1 to 6, such as grid 2.'
            )
        found[match[1]] = int(match[2])
    return found
