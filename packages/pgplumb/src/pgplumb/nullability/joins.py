"""A query's join tree: what an outer join can replace by NULLs, which conditions hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .nodes import datum

if TYPE_CHECKING:
    from .nodes import Node

INNER, LEFT, FULL, RIGHT = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Condition:
    """A WHERE or ON condition, with what must be so for it to have been true."""

    expression: Node
    sides: tuple[tuple[int, frozenset[int]], ...]
    """Outer joins and the sides of theirs that must not have been replaced by NULLs."""
    applied: frozenset[int]
    """The joins below the condition."""


@dataclass(slots=True)
class JoinTree:
    """What the join tree says."""

    outer: dict[int, tuple[frozenset[int], frozenset[int]]] = field(
        default_factory=dict[int, "tuple[frozenset[int], frozenset[int]]"]
    )
    """Each outer join: the relations it can null on its left and on its right."""
    below: dict[int, frozenset[int]] = field(default_factory=dict[int, "frozenset[int]"])
    """Each join: itself and the joins below it."""
    unconditional: dict[int, int] = field(default_factory=dict[int, int])
    """Each LEFT JOIN of one relation ON true: that relation."""
    conditions: list[Condition] = field(default_factory=list[Condition])


def read(query: Node) -> JoinTree:
    """Read a query's join tree."""
    tree = JoinTree()
    top = query.node("jointree")
    if top is not None:
        _visit(top, (), tree)
    return tree


def _visit(
    node: Node, sides: tuple[tuple[int, frozenset[int]], ...], tree: JoinTree
) -> tuple[frozenset[int], frozenset[int]]:
    """The relations and the joins of a part of the tree."""
    if node.tag == "RANGETBLREF":
        return frozenset({node.number("rtindex")}), frozenset()
    members: frozenset[int] = frozenset()
    joins: frozenset[int] = frozenset()
    if node.tag == "FROMEXPR":
        for item in node.nodes("fromlist"):
            some, below = _visit(item, sides, tree)
            members, joins = members | some, joins | below
        quals = node.node("quals")
        if quals is not None:
            tree.conditions.append(Condition(quals, sides, joins))
        return members, joins
    if node.tag != "JOINEXPR":
        return members, joins
    kind, index = node.number("jointype"), node.number("rtindex")
    left, right = node.node("larg"), node.node("rarg")
    if left is None or right is None:
        return members, joins
    # What a side holds is needed before its conditions are read: they depend on it.
    left_members, right_members = _members(left), _members(right)
    own: list[tuple[int, frozenset[int]]] = []
    left_sides = right_sides = sides
    if kind in {LEFT, FULL}:
        own.append((index, right_members))
        right_sides = (*sides, (index, right_members))
    if kind in {RIGHT, FULL}:
        own.append((index, left_members))
        left_sides = (*sides, (index, left_members))
    if kind != INNER:
        tree.outer[index] = (
            left_members if kind != LEFT else frozenset(),
            right_members if kind != RIGHT else frozenset(),
        )
    _, left_joins = _visit(left, left_sides, tree)
    _, right_joins = _visit(right, right_sides, tree)
    below = left_joins | right_joins
    quals = node.node("quals")
    if quals is not None and kind in {INNER, LEFT, FULL, RIGHT}:
        tree.conditions.append(Condition(quals, (*sides, *own), below))
        if kind == LEFT and right.tag == "RANGETBLREF" and _is_true(quals):
            tree.unconditional[index] = right.number("rtindex")
    tree.below[index] = below | {index}
    return left_members | right_members | {index}, below | {index}


def _is_true(node: Node) -> bool:
    value = node.text("constvalue") if node.tag == "CONST" else None
    return value is not None and "[" in value and any(datum(value)[:1])


def _members(node: Node) -> frozenset[int]:
    if node.tag == "RANGETBLREF":
        return frozenset({node.number("rtindex")})
    found: frozenset[int] = frozenset()
    for item in node.nodes("fromlist"):
        found |= _members(item)
    for name in ("larg", "rarg"):
        inner = node.node(name)
        if inner is not None:
            found |= _members(inner)
    return found | {node.number("rtindex")} if node.tag == "JOINEXPR" else found
