"""What happens to each object: dropped, created, altered in place, or made anew.

An object that stands in the way of another's change is dropped before it and made anew behind it,
with all that depends on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pgplumb.planner.handler import Alteration, Context
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.snapshot.model import CatalogObject, Identity, Snapshot


@dataclass(frozen=True, slots=True)
class Decisions:
    """gone: dropped for good or to be made anew; new: created, or made anew."""

    context: Context
    gone: frozenset[Identity]
    new: frozenset[Identity]
    altered: Mapping[Identity, Alteration]


def decide(
    source: Snapshot,
    target: Snapshot,
    forced: Iterable[Identity] = (),
    through_text: frozenset[Identity] = frozenset(),
    moves: Mapping[Identity, Alteration] | None = None,
) -> Decisions:
    """Decide about every object.

    forced: objects that are made anew in any case. through_text: columns whose new type is cast to
    by way of text. moves: alterations that bring columns into another order, see column_order.
    """
    context = Context(source, target, target.children(), source.dependents(), through_text)
    dropped = frozenset(source.objects) - frozenset(target.objects)
    created = frozenset(target.objects) - frozenset(source.objects)
    altered: dict[Identity, Alteration] = {}
    waiting: list[Identity] = [identity for identity in forced if identity in source]
    for identity, before in source.objects.items():
        after = target.get(identity)
        if after is None or before == after:
            continue
        if before.parent != after.parent:  # a table that became a view takes its columns along
            waiting.append(identity)
            continue
        alteration = Alteration() if before.facts == after.facts else _alter(before, after, context)
        if alteration is None:
            waiting.append(identity)
            continue
        altered[identity] = alteration
        waiting += alteration.rebuilt
        waiting += (
            each
            for each in context.source_dependents.get(identity, ())
            if each.kind in alteration.blocked_by
        )
    for identity, alteration in (moves or {}).items():
        altered[identity] = alteration
        waiting += alteration.rebuilt
    for identity in dropped:
        for dependent in context.source_dependents.get(identity, ()):
            change = altered.get(dependent)
            if dependent in target and (change is None or not change.statements):
                waiting.append(dependent)
    rebuilt = _closure(source, target, context, waiting)
    for identity in rebuilt:
        altered.pop(identity, None)
    return Decisions(context, dropped | rebuilt, created | rebuilt, altered)


def _alter(before: CatalogObject, after: CatalogObject, context: Context) -> Alteration | None:
    if type(before.facts) is not type(after.facts):
        return None
    return handler_of(after).alter(before, after, context)


def _closure(
    source: Snapshot, target: Snapshot, context: Context, waiting: list[Identity]
) -> frozenset[Identity]:
    """All that has to be made anew when those that wait have to."""
    children = source.children()
    implied: dict[Identity, list[Identity]] = {}
    for item in source:
        if item.implied_by is not None:
            implied.setdefault(item.implied_by, []).append(item.identity)
    rebuilt: set[Identity] = set()
    while waiting:
        identity = waiting.pop()
        if identity in rebuilt or identity not in source or identity not in target:
            continue
        rebuilt.add(identity)
        item = source[identity]
        if item.implied_by is not None:
            waiting.append(item.implied_by)
        waiting += context.source_dependents.get(identity, ())
        waiting += (part.identity for part in children.get(identity, ()))
        waiting += implied.get(identity, ())
    return frozenset(rebuilt)
