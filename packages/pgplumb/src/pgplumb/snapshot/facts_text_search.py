"""The facts of text search objects. Functions and other objects are named with their schema."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts


@dataclass(frozen=True, slots=True)
class Parser(Facts):
    """A text search parser."""

    start: str
    get_token: str
    end: str
    headline: str | None
    token_types: str


@dataclass(frozen=True, slots=True)
class Template(Facts):
    """A text search template."""

    initialize: str | None
    lexize: str


@dataclass(frozen=True, slots=True)
class Dictionary(Facts):
    """A text search dictionary; `options` as PostgreSQL writes them, `name = value` each."""

    template: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configuration(Facts):
    """A text search configuration: the dictionaries of each kind of token, in order."""

    parser: str
    mappings: tuple[tuple[str, tuple[str, ...]], ...]
