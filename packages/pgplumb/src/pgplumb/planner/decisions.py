"""What happens to each object: dropped, created, altered in place, or made anew.

An object that stands in the way of another's change is dropped before it and made anew behind it,
with all that depends on it.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pgplumb.planner.aside import holds_values, put_aside
from pgplumb.planner.handler import Alteration, Context
from pgplumb.planner.handlers.constraints import outlives_detachment
from pgplumb.planner.handlers.inherited_columns import moves_up
from pgplumb.planner.handlers.registry import handler_of
from pgplumb.planner.kinds import HOLDS_DATA, RENEWABLE, TYPES_BY_NAME
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot


@dataclass(frozen=True, slots=True)
class Decisions:
    """gone: dropped for good or to be made anew; new: created, or made anew.

    late: types among those gone that columns are cast away from first; aside: those of them that
    are renamed meanwhile, because there will be another of their name.
    """

    context: Context
    gone: frozenset[Identity]
    new: frozenset[Identity]
    altered: Mapping[Identity, Alteration]
    late: frozenset[Identity]
    aside: frozenset[Identity]


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
    dropped = frozenset(source.objects) - frozenset(target.objects)
    context = Context(
        source,
        target,
        target.children(),
        source.dependents(),
        through_text,
        frozenset(each for each in dropped if each.kind in RENEWABLE),
        source_children=source.children(),
        constraint_names=_constraint_names(source, target),
    )
    forced = tuple(forced)
    while True:
        decisions = _decide(context, forced, moves or {})
        renewed = frozenset(each for each in decisions.gone if each.kind in RENEWABLE)
        loose = frozenset(_loose(decisions))
        if renewed <= context.renewed and loose <= context.loose:
            return decisions
        context = replace(context, renewed=context.renewed | renewed, loose=context.loose | loose)


def _constraint_names(*ends: Snapshot) -> dict[tuple[str, str], list[CatalogObject]]:
    found: dict[tuple[str, str], list[CatalogObject]] = {}
    for item in itertools.chain(*ends):
        path, name = item.identity.path, None
        if isinstance(item.facts, facts.Constraint):
            name = path[-1]
        elif isinstance(item.facts, facts.Column) and item.facts.not_null is not None:
            name = item.facts.not_null.name
        if name is not None:
            found.setdefault((path[0], name), []).append(item)
    return found


def _decide(
    context: Context, forced: Iterable[Identity], moves: Mapping[Identity, Alteration]
) -> Decisions:
    source, target = context.source, context.target
    dropped = frozenset(source.objects) - frozenset(target.objects)
    created = frozenset(target.objects) - frozenset(source.objects)
    altered: dict[Identity, Alteration] = {}
    waiting: list[Identity] = [identity for identity in forced if identity in source]
    for identity, before in source.objects.items():
        after = target.get(identity)
        recast = holds_values(before) and bool(before.depends_on & context.renewed)
        if after is None or (before == after and not recast):
            continue
        if before.parent != after.parent:  # a table that became a view takes its columns along
            waiting.append(identity)
            continue
        same = before.facts == after.facts and not recast
        alteration = Alteration() if same else _alter(before, after, context)
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
    for identity, alteration in moves.items():
        altered[identity] = alteration
        waiting += alteration.rebuilt
    for identity in dropped:
        for dependent in _users(identity, context):
            change = altered.get(dependent)
            if dependent in target and (change is None or not change.statements):
                waiting.append(dependent)
    rebuilt = _closure(context, waiting)
    for identity in rebuilt:
        altered.pop(identity, None)
    gone, new = dropped | rebuilt, created | rebuilt
    names = frozenset(each.path for each in new if each.kind in RENEWABLE | TYPES_BY_NAME)
    kept = [identity for identity in altered if identity in source]
    kept += [identity for identity in rebuilt if moves_up(identity, context)]
    late, aside = put_aside(source, gone, kept, names)
    return Decisions(context, gone, new, altered, late, aside)


def _loose(decisions: Decisions) -> Iterator[Identity]:
    """The tables whose place below another changes; new ones are made in their place."""
    for side, changing in (
        (decisions.context.source, decisions.gone),
        (decisions.context.target, decisions.new),
    ):
        for identity in changing:
            table = side[identity].parent
            if identity.kind is Kind.INHERITANCE and table is not None and table not in changing:
                yield table


def _alter(before: CatalogObject, after: CatalogObject, context: Context) -> Alteration | None:
    if type(before.facts) is not type(after.facts):
        return None
    return handler_of(after).alter(before, after, context)


def _users(identity: Identity, context: Context) -> Iterator[Identity]:
    """What has to go for an object to go: not what has rows, which is cast away from its type."""
    for each in context.source_dependents.get(identity, ()):
        if context.source[each].implied_by == identity and _outlives(each, context):
            continue
        computed = each.kind is Kind.COLUMN and not holds_values(context.source[each])
        remote = each.kind is Kind.FOREIGN_TABLE and identity.kind is Kind.SERVER
        if computed or remote or each.kind not in HOLDS_DATA:
            yield each


def _outlives(identity: Identity, context: Context) -> bool:
    return outlives_detachment(context.source[identity], context)


def _closure(context: Context, waiting: list[Identity]) -> frozenset[Identity]:
    """All that has to be made anew when those that wait have to."""
    source, target = context.source, context.target
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
        if item.implied_by is not None and not _outlives(identity, context):
            waiting.append(item.implied_by)
        waiting += _users(identity, context)
        waiting += (part.identity for part in context.source_children.get(identity, ()))
        waiting += (each for each in implied.get(identity, ()) if not _outlives(each, context))
    return frozenset(rebuilt)
