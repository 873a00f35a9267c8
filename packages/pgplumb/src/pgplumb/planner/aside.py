"""Types that columns hold values of, made anew: the old one waits under another name meanwhile.

What else uses the type is dropped first. Then the old type is renamed, the new one is created, the
columns are cast from the one to the other, and the old type is dropped.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pgplumb.planner.handler import facts_of
from pgplumb.planner.kinds import RENEWABLE
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Statement
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import ROUTINES, CatalogObject, Identity, Kind, Snapshot

# Names are cut to this many bytes (NAMEDATALEN - 1).
_NAME_BYTES: Final = 63
_SUFFIX: Final = "__old"


def holds_values(item: CatalogObject) -> bool:
    """Whether it is a column with values of its own, which must not be lost."""
    return isinstance(item.facts, facts.Column) and item.facts.generated is None


def put_aside(
    source: Snapshot,
    gone: frozenset[Identity],
    kept: Iterable[Identity],
    names: frozenset[tuple[str, ...]],
) -> tuple[frozenset[Identity], frozenset[Identity]]:
    """Of the types that go, those that outlast columns' casts, and those to be renamed for that.

    kept: the objects that stay. names: the paths that new types and relations will have.
    """
    keeping = {each for each in kept if holds_values(source[each])}
    late: set[Identity] = set()
    waiting = [
        needed for each in keeping for needed in source[each].depends_on if needed.kind in RENEWABLE
    ]
    # A composite type needs the types of its attributes.
    attributes: dict[Identity, set[Identity]] = {}
    for item in source:
        if item.implied_by is not None:
            attributes.setdefault(item.implied_by, set()).update(item.depends_on)
    while waiting:
        identity = waiting.pop()
        if identity in gone and identity not in late:
            late.add(identity)
            needs = source[identity].depends_on | attributes.get(identity, set())
            waiting += (each for each in needs if each.kind in RENEWABLE)
    return frozenset(late), frozenset(each for each in late if each.path in names)


def aside_statements(item: CatalogObject, parts: Iterable[CatalogObject]) -> list[Statement]:
    """Give a type another name, and its parts that would stand in the way of the new one's."""
    name = quoted(aside(item).identity.path[-1])
    statements = [
        Statement(f"ALTER {reference(part)} RENAME TO {quoted(_old(part.path[-2]))}")
        for part in sorted(each.identity for each in parts if each.identity.kind in ROUTINES)
    ]
    statements.append(Statement(f"ALTER {reference(item.identity)} RENAME TO {name}"))
    if item.identity.kind is Kind.RANGE:
        statements += _constructors(item)
    return statements


def aside(item: CatalogObject) -> CatalogObject:
    """The type, or column, under its other name."""
    *schema, name = item.identity.path
    path = (*schema, _old(name))
    return replace(item, identity=Identity(item.identity.kind, path))


def _old(name: str) -> str:
    return name.encode()[: _NAME_BYTES - len(_SUFFIX)].decode(errors="ignore") + _SUFFIX


def _constructors(item: CatalogObject) -> list[Statement]:
    """A range's multirange and the functions that make their values."""
    made: facts.Range = facts_of(item)
    schema, name = item.identity.path
    mine, many = qualified((schema, name)), made.multirange
    old, old_many = qualified((schema, _old(name))), quoted(f"{_old(name)[:50]}_many")
    functions = (
        f"{mine}({made.subtype}, {made.subtype})",
        f"{mine}({made.subtype}, {made.subtype}, text)",
        f"{many}()",
        f"{many}({old})",
        f"{many}({old}[])",
    )
    return [
        Statement(f"ALTER TYPE {many} RENAME TO {old_many}"),
        *(
            Statement(f"ALTER FUNCTION {function} RENAME TO {quoted(_old(name))}")
            for function in functions
        ),
    ]
