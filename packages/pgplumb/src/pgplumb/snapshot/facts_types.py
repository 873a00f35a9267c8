"""The facts of base types and collations."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts


@dataclass(frozen=True, slots=True)
class ShellType(Facts):
    """A type that has a name and nothing else yet."""


@dataclass(frozen=True, slots=True)
class BaseType(Facts):
    """A base type; codes as in pg_type, functions as `regproc` writes them."""

    input: str
    output: str
    receive: str | None
    send: str | None
    modifier_input: str | None
    modifier_output: str | None
    analyze: str | None
    subscript: str | None
    length: int
    by_value: bool
    alignment: str
    storage: str
    category: str
    preferred: bool
    default: str | None
    element: str | None
    delimiter: str
    collatable: bool


@dataclass(frozen=True, slots=True)
class Collation(Facts):
    """A collation; `provider` as CREATE COLLATION names it. Its version is the server's affair."""

    provider: str
    deterministic: bool
    locale: str | None
    collate: str | None
    character_type: str | None
    rules: str | None
