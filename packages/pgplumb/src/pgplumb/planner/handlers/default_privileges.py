"""Default privileges."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.attributes import grant_statements
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.names import quoted
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject, Grant, Identity

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_privileges import DefaultPrivileges


class DefaultPrivilegesHandler(Handler):
    """Default privileges of one role for one kind of objects, in a schema or everywhere."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """What is not built in."""
        made: DefaultPrivileges = facts_of(item)
        return list(_changes(item.identity, made.built_in, made.grants))

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Back to what is built in."""
        made: DefaultPrivileges = facts_of(item)
        return list(_changes(item.identity, made.grants, made.built_in))

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """GRANT and REVOKE."""
        return Alteration(
            list(_changes(after.identity, facts_of(before).grants, facts_of(after).grants))
        )


def _changes(
    identity: Identity, before: Iterable[Grant], after: Iterable[Grant]
) -> Iterable[Statement]:
    role, schema, objects = identity.path
    words = ["ALTER DEFAULT PRIVILEGES"]
    words += [f"FOR ROLE {quoted(role)}"] if role else []
    words += [f"IN SCHEMA {quoted(schema)}"] if schema else []
    return grant_statements(
        frozenset(before),
        frozenset(after),
        owner=role or None,
        target=lambda privileges: f"{', '.join(privileges)} ON {objects}",
        prefix=" ".join(words) + " ",
    )
