"""The facts of what stands on functions: aggregates, languages, casts and their like.

Functions are named with their schema, as `regproc` writes them; None stands for "none".
"""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts


@dataclass(frozen=True, slots=True)
class Aggregate(Facts):
    """An aggregate; `clauses` are those of CREATE AGGREGATE that are not PostgreSQL's choice.

    `signature` is what is written behind the name; it, `result` and `kind` are what CREATE OR
    REPLACE can't change.
    """

    signature: str
    result: str
    kind: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language(Facts):
    """A procedural language."""

    trusted: bool
    handler: str
    inline: str | None
    validator: str | None


@dataclass(frozen=True, slots=True)
class Transform(Facts):
    """A transform; its functions with their arguments."""

    from_sql: str | None
    to_sql: str | None


@dataclass(frozen=True, slots=True)
class Cast(Facts):
    """A cast; `method` and `context` as in pg_cast, `function` with its arguments."""

    method: str
    function: str | None
    context: str


@dataclass(frozen=True, slots=True)
class Conversion(Facts):
    """A conversion between encodings."""

    default: bool
    from_encoding: str
    to_encoding: str
    function: str


@dataclass(frozen=True, slots=True)
class EventTrigger(Facts):
    """An event trigger; `enabled` as in pg_event_trigger.evtenabled."""

    event: str
    tags: tuple[str, ...]
    function: str
    enabled: str
