"""The facts of foreign-data wrappers, servers and user mappings, without their secrets."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts, Options


@dataclass(frozen=True, slots=True)
class ForeignDataWrapper(Facts):
    """A foreign-data wrapper."""

    handler: str | None
    validator: str | None
    options: Options


@dataclass(frozen=True, slots=True)
class Server(Facts):
    """A foreign server."""

    wrapper: str
    type: str | None
    version: str | None
    options: Options


@dataclass(frozen=True, slots=True)
class UserMapping(Facts):
    """A user mapping."""

    options: Options
