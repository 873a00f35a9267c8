"""Privileges on what extensions have made."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.attributes import grant_statements
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.names import quoted
from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject, Grant

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_privileges import ExtensionPrivileges


class ExtensionPrivilegesHandler(Handler):
    """The privileges on one member of an extension."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """What the extension does not come with."""
        made: ExtensionPrivileges = facts_of(item)
        return list(_changes(made, made.initial, made.grants))

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Back to what it comes with."""
        made: ExtensionPrivileges = facts_of(item)
        return list(_changes(made, made.grants, made.initial))

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """GRANT and REVOKE."""
        return Alteration(
            list(_changes(facts_of(after), facts_of(before).grants, facts_of(after).grants))
        )


def _changes(
    made: "ExtensionPrivileges", before: Iterable[Grant], after: Iterable[Grant]
) -> Iterable[Statement]:
    column = "" if made.column is None else f" ({quoted(made.column)})"
    return grant_statements(
        frozenset(before),
        frozenset(after),
        owner=made.owner,
        target=lambda privileges: (
            f"{', '.join(f'{each}{column}' for each in privileges)} ON {made.target}"
        ),
    )
