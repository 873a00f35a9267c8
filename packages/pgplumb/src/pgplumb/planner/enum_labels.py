"""Labels that an enum gets: they can't be used before they are committed."""

from collections.abc import Collection
from typing import Final

from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot

# An enum, and what may be made of one.
_KINDS: Final = frozenset({Kind.ENUM, Kind.DOMAIN, Kind.COMPOSITE, Kind.RANGE})


def casts_to(enums: Collection[Identity], source: Snapshot, target: Snapshot) -> bool:
    """Whether the values of a column are cast to one of these enums, or to a type made of it.

    PostgreSQL refuses a new label only for a row that has it, so no proof on a copy shows that.
    """
    return bool(enums) and any(
        not _types(after, target).isdisjoint(enums)
        for after in target
        if (before := source.get(after.identity)) is not None and _changes_type(before, after)
    )


def _changes_type(before: CatalogObject, after: CatalogObject) -> bool:
    old, new = before.facts, after.facts
    if not isinstance(old, facts.Column) or not isinstance(new, facts.Column):
        return False
    return old.type != new.type


def _types(column: CatalogObject, target: Snapshot) -> set[Identity]:
    """What a column's type is and is made of."""
    found: set[Identity] = set()
    waiting = [*column.depends_on]
    while waiting:
        identity = waiting.pop()
        if identity not in found and identity.kind in _KINDS:
            found.add(identity)
            waiting += target[identity].depends_on
    return found
