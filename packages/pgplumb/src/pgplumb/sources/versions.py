"""A snapshot of one version of PostgreSQL as another version would have it.

PostgreSQL 17 came with a new privilege on what is like a table, MAINTAIN, which owners have.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pgplumb.snapshot.facts_privileges import DefaultPrivileges
from pgplumb.snapshot.model import OWNER, CatalogObject, Grant, Kind, Snapshot

_MAINTAIN: Final = Grant(OWNER, "MAINTAIN", grantable=False)
_SINCE: Final = 17
_LIKE_TABLES: Final = frozenset({Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW})
_TABLES: Final = "TABLES"


def version_of(snapshot: Snapshot) -> int:
    """The major version."""
    return snapshot.server_version // 10_000


def as_on(snapshot: Snapshot, version: int) -> Snapshot:
    """The snapshot as it would be after an upgrade, or on a server too old for some privileges."""
    had, has = version_of(snapshot) >= _SINCE, version >= _SINCE
    if had == has:
        return snapshot
    objects = {item.identity: _changed(item, has=has) for item in snapshot}
    return replace(snapshot, objects=objects)


def lost_on(snapshot: Snapshot, version: int) -> list[CatalogObject]:
    """The objects of which as_on leaves out more than what every owner has."""
    if version >= _SINCE:
        return []
    return [
        item
        for item in snapshot
        if any(_is_new(grant) and grant.grantee != OWNER for grant in _grants_of(item))
    ]


def _changed(item: CatalogObject, *, has: bool) -> CatalogObject:
    made = item.facts
    if isinstance(made, DefaultPrivileges) and item.identity.path[-1] == _TABLES:
        built_in = frozenset(made.built_in)
        facts = replace(
            made,
            grants=tuple(sorted(_fitting(made.grants, built_in, has=has))),
            built_in=tuple(sorted(_fitting(built_in, built_in, has=has))),
        )
        return replace(item, facts=facts)
    if item.identity.kind not in _LIKE_TABLES or item.grants is None:
        return item
    default = item.default_grants or frozenset()
    return replace(
        item,
        grants=_fitting(item.grants, default, has=has),
        default_grants=_fitting(default, default, has=has),
    )


def _fitting(grants: Iterable[Grant], default: frozenset[Grant], *, has: bool) -> frozenset[Grant]:
    """The privileges with the new one for an owner who has all others, or without it."""
    kept = frozenset(grants)
    if not has:
        return frozenset(grant for grant in kept if not _is_new(grant))
    return kept | {_MAINTAIN} if default and default <= kept else kept


def _is_new(grant: Grant) -> bool:
    return grant.privilege == _MAINTAIN.privilege


def _grants_of(item: CatalogObject) -> Iterable[Grant]:
    if isinstance(item.facts, DefaultPrivileges):
        return item.facts.grants
    return item.grants or ()
