"""Columns that are inherited: the same column in several tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pgplumb.snapshot import facts
from pgplumb.snapshot.model import Identity, Kind, Snapshot

Relatives = Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]
"""Tables by the path of another one."""


def parents_of(snapshot: Snapshot) -> Relatives:
    """The tables right above each table that is a partition or inherits."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for below, above in _pairs(snapshot):
        found.setdefault(below, []).append(above)
    return found


def children_of(snapshot: Snapshot) -> Relatives:
    """The tables right below each table that has some."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for below, above in _pairs(snapshot):
        found.setdefault(above, []).append(below)
    return found


def same_column(column: Identity, relatives: Relatives) -> Iterator[Identity]:
    """The column in all tables above it, or below; none for what is not a column."""
    if column.kind is Kind.COLUMN:
        for table in relatives.get(column.path[:-1], ()):
            other = Identity(Kind.COLUMN, (*table, column.path[-1]))
            yield other
            yield from same_column(other, relatives)


def _pairs(snapshot: Snapshot) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    for item in snapshot:
        if isinstance(item.facts, facts.Inheritance) and item.parent is not None:
            yield item.parent.path, item.facts.parent.path
