"""The facts of default privileges."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts, Grant


@dataclass(frozen=True, slots=True)
class DefaultPrivileges(Facts):
    """What a role's new objects of one kind get, and what they would get without this.

    Those of a schema are added to those that hold everywhere.
    """

    grants: tuple[Grant, ...]
    built_in: tuple[Grant, ...]
