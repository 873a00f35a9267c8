"""PostgreSQL's analysed parse trees, read from their text form (nodeToString, a pg_node_tree).

The format: `{TAG :field value ...}` is a node, `( ... )` a list, `(i 1 2)`, `(o 1 2)` and `(b 1 2)`
lists of integers, OIDs and bits, `<>` nothing, `4 [ 1 0 0 0 ]` a datum; a backslash escapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = "Node | list[Value] | str | None"
Key: TypeAlias = "tuple[Key, ...] | str | None"

# An alias is swallowed as one token, and so is a node without nodes inside: those repeat (the same
# column, the same constant), so each is read once and its node shared. Nodes are never changed.
_TOKEN = re.compile(
    r":eref \{ALIAS (?:[^{}\\]|\\.)*\}|\{[A-Z]+ [^{}\\]*\}"
    r"|[(){}]|\d+ \[[^\]]*\]|(?:[^\s(){}\\]|\\.)+",
    re.DOTALL,
)
_SMALL_TOKEN = re.compile(r"[(){}]|\d+ \[[^\]]*\]|[^\s(){}]+")
_LEAVES_KEPT = 20_000
_leaves: dict[str, Node] = {}
_NUMBERS = frozenset("iobx")
_UNCOMPARED = frozenset(
    {"location", "coerceformat", "funcformat", "relabelformat", "varnosyn", "varattnosyn"}
)


class TreeError(ValueError):
    """The text is not a tree in the form this module reads."""


@dataclass(slots=True, eq=False)
class Node:
    """One node: its tag and its fields, with accessors that answer for absent fields too."""

    tag: str
    fields: dict[str, Value] = field(default_factory=dict[str, Value])

    def text(self, name: str) -> str | None:
        """A scalar field as it is written, unescaped; None if absent or not a scalar."""
        value = self.fields.get(name)
        return _unescape(value) if isinstance(value, str) else None

    def number(self, name: str) -> int:
        """An integer, OID or enum field; 0 if absent."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return 0
        try:
            return int(value)
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        """A boolean field; False if absent."""
        return self.fields.get(name) == "true"

    def node(self, name: str) -> Node | None:
        """A field that holds one node."""
        value = self.fields.get(name)
        return value if isinstance(value, Node) else None

    def nodes(self, name: str) -> list[Node]:
        """A field that holds a list of nodes; what is no node is left out."""
        value = self.fields.get(name)
        return [item for item in value if isinstance(item, Node)] if isinstance(value, list) else []

    def items(self, name: str) -> list[Value]:
        """A field that holds any list."""
        value = self.fields.get(name)
        return value if isinstance(value, list) else []

    def numbers(self, name: str) -> frozenset[int]:
        """A field that holds a set of integers, OIDs or bits."""
        value = self.fields.get(name)
        if not isinstance(value, list) or not value:
            return frozenset()
        return frozenset(int(item) for item in value if isinstance(item, str))

    def has(self, name: str) -> bool:
        """Whether this server's version of the node has the field at all."""
        return name in self.fields

    def empty(self, name: str) -> bool:
        """Whether the field holds nothing (absent, `<>` or an empty list)."""
        return not self.fields.get(name)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if "\\" in text else text


def parse(text: str) -> Value:
    """The tree that a pg_node_tree's text spells."""
    if len(_leaves) > _LEAVES_KEPT:
        _leaves.clear()
    return _parse(text, _TOKEN)


def _leaf(text: str) -> Node:
    node = _parse(text, _SMALL_TOKEN)
    if not isinstance(node, Node):
        raise TreeError(text[:80])
    _leaves[text] = node
    return node


def _parse(text: str, tokens: re.Pattern[str]) -> Value:  # noqa: PLR0912, PLR0915 - the hot loop
    top: list[Value] = []
    items = top  # the list being filled
    fields: dict[str, Value] | None = None  # the node being filled, None while in a list
    name = ""
    opening = False  # the token is the first of a list or of a node
    node_opening = False
    stack: list[tuple[list[Value], dict[str, Value] | None, str]] = []
    leaves = _leaves
    for token in tokens.findall(text):
        if node_opening:
            node_opening = False
            node = Node(token)
            if fields is None:
                items.append(node)
            else:
                fields[name] = node
            stack.append((items, fields, name))
            fields = node.fields
            continue
        first = token[0]
        if first == ":" and fields is not None:
            if " " not in token:
                name = token[1:]
            continue
        if first == "{":
            if len(token) == 1:
                node_opening = True
            else:
                leaf = leaves.get(token) or _leaf(token)
                if fields is None:
                    items.append(leaf)
                else:
                    fields[name] = leaf
            opening = False
            continue
        if first == "}":
            if not stack or fields is None:
                raise TreeError(text[:80])
            items, fields, name = stack.pop()
            continue
        if first == "(":
            made: list[Value] = []
            if fields is None:
                items.append(made)
            else:
                fields[name] = made
            stack.append((items, fields, name))
            items, fields, opening = made, None, True
            continue
        if first == ")":
            if not stack or fields is not None:
                raise TreeError(text[:80])
            items, fields, name = stack.pop()
            opening = False
            continue
        value = None if first == "<" and len(token) == 2 else token  # noqa: PLR2004
        if fields is not None:
            fields[name] = value
        elif opening and token in _NUMBERS:
            pass
        else:
            items.append(value)
        opening = False
    if stack or len(top) != 1:
        raise TreeError(text[:80])
    return top[0]


def queries(text: str) -> list[Node]:
    """The Query nodes of a function body or a rule, however the lists around them nest."""
    found: list[Node] = []
    pending: list[Value] = [parse(text)]
    while pending:
        value = pending.pop()
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, list):
            pending.extend(reversed(value))
    return found


def key(value: Value) -> Key:
    """A hashable form of an expression, equal for expressions that mean the same."""
    if isinstance(value, Node):
        return (
            value.tag,
            *((name, key(item)) for name, item in value.fields.items() if name not in _UNCOMPARED),
        )
    if isinstance(value, list):
        return tuple(key(item) for item in value)
    return value


@lru_cache(maxsize=4096)
def datum(text: str) -> bytes:
    """The bytes of a datum written as `4 [ 1 0 0 0 ]` (its signed bytes, in the server's order)."""
    inner = text[text.index("[") + 1 : text.rindex("]")]
    return bytes(int(part) & 255 for part in inner.split())
