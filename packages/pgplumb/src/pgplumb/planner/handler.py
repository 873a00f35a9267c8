"""What the planner asks of each kind of object."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pgplumb.planner.statement import Statement
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot


@dataclass(frozen=True, slots=True)
class Alteration:
    """How an object is changed in place.

    blocked_by: the kinds of dependents that PostgreSQL wants out of the way; they are dropped
    before and created again afterwards. `rebuilt` names single ones.
    """

    statements: Sequence[Statement] = ()
    blocked_by: Collection[Kind] = ()
    rebuilt: Collection[Identity] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Both ends of the plan, for handlers that have to look further than one object.

    through_text: columns whose new type is cast to by way of text. renewed: types that go, for good
    or to be made anew; columns are cast away from them. loose: tables that come below another, or
    leave it: for a while nothing comes from above. constraint_names: by schema and name the
    constraints at either end, and the columns whose NOT NULL is not called as usual.
    """

    source: Snapshot
    target: Snapshot
    target_children: Mapping[Identity, Sequence[CatalogObject]] = field(
        default_factory=dict[Identity, Sequence[CatalogObject]]
    )
    source_dependents: Mapping[Identity, Sequence[Identity]] = field(
        default_factory=dict[Identity, Sequence[Identity]]
    )
    through_text: frozenset[Identity] = frozenset()
    renewed: frozenset[Identity] = frozenset()
    source_children: Mapping[Identity, Sequence[CatalogObject]] = field(
        default_factory=dict[Identity, Sequence[CatalogObject]]
    )
    loose: frozenset[Identity] = frozenset()
    constraint_names: Mapping[tuple[str, str], Sequence[CatalogObject]] = field(
        default_factory=dict[tuple[str, str], Sequence[CatalogObject]]
    )


class Handler(ABC):
    """Creates, drops and alters objects of one kind. Facts are of the kind's own class."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """Whether `part`, a part of `item`, can be created by the statement that creates it."""
        del part, item, context
        return False

    @abstractmethod
    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """Create the object; `parts` are those that were merged into its statement."""

    @abstractmethod
    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Drop the object, with its parts."""

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Change the facts in place; None where the object has to be created anew."""
        del before, after, context
        return None


def facts_of(item: CatalogObject) -> Any:
    """The facts of an object, whose class its kind tells."""
    return item.facts
