"""The facts of privileges that are not those of an object of the schema."""

from dataclasses import dataclass, field

from pgplumb.snapshot.model import Facts, Grant


@dataclass(frozen=True, slots=True)
class DefaultPrivileges(Facts):
    """What a role's new objects of one kind get, and what they would get without this.

    Those of a schema are added to those that hold everywhere.
    """

    grants: tuple[Grant, ...]
    built_in: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class ExtensionPrivileges(Facts):
    """Privileges on what an extension has made, where they are not those that it comes with.

    target: what they are on as GRANT writes it. column: of a table that has them by column.
    """

    target: str
    column: str | None
    owner: str | None
    grants: tuple[Grant, ...]
    initial: tuple[Grant, ...] = field(compare=False)
