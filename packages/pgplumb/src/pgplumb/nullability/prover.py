"""What the scopes of a statement share, and how far what is known now is proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .catalog import Catalog
    from .facts import Verdict
    from .nodes import Node
    from .scope import Scope
    from .shapes import Shape


class Options(NamedTuple):
    """How far what is known now is proof for the rows in question."""

    durable: bool = False
    """Only what is true for ever: a materialized view's rows may be older than a constraint."""
    target: bool = False
    """The row is being written through a view: the view's conditions need not hold for it."""


@dataclass(slots=True)
class Prover:
    """What the scopes of one statement share."""

    catalog: Catalog
    non_null_parameters: frozenset[int]
    views: dict[tuple[int, Options], Scope | None]
    fresh: bool = False
    """Materialized views are taken for refreshed since the schema was changed last."""


@dataclass(slots=True)
class Cte:
    """A WITH query, with what is assumed of its columns while a recursive one is being proven."""

    node: Node
    verdicts: list[Verdict] | None = None
    assumed: frozenset[int] | None = None
    shapes: list[Shape] | None = None
