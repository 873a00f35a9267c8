"""What holds for the rows that reach an expression, and where in the query it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .nodes import Key, Node
    from .scope import Scope


class Verdict(NamedTuple):
    """Whether a value is proven never to be NULL, and why or why not."""

    non_null: bool
    reason: str


def proven(reason: str) -> Verdict:
    """A value that is never NULL."""
    return Verdict(non_null=True, reason=reason)


def nullable(reason: str) -> Verdict:
    """A value that may be NULL, or of which nothing is known."""
    return Verdict(non_null=False, reason=reason)


class Variable(NamedTuple):
    """The fact that a column is not NULL, unless outer joins beyond `nulled_by` make it so."""

    level: int
    relation: int
    column: int
    nulled_by: frozenset[int]


class Parameter(NamedTuple):
    """The fact that a parameter is not NULL."""

    number: int


class Expression(NamedTuple):
    """The fact that an expression's value is not NULL."""

    key: Key


Atom = Variable | Parameter | Expression


@dataclass(slots=True)
class Facts:
    """Facts, on top of those of an enclosing place."""

    parent: Facts | None = None
    columns: dict[tuple[int, int, int], set[frozenset[int]]] = field(
        default_factory=dict[tuple[int, int, int], "set[frozenset[int]]"]
    )
    present: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    """(level, outer join, relation): the join has not replaced the relation's row by NULLs."""
    parameters: set[int] = field(default_factory=set[int])
    expressions: set[Key] = field(default_factory=set["Key"])

    def size(self) -> int:
        """How many facts there are, to see whether a step has found more."""
        return (
            sum(len(sets) for sets in self.columns.values())
            + len(self.present)
            + len(self.parameters)
            + len(self.expressions)
        )

    def proofs(self, level: int, relation: int, column: int) -> set[frozenset[int]]:
        """The sets of outer joins in spite of which the column is known not to be NULL."""
        found = set(self.columns.get((level, relation, column), ()))
        return found | self.parent.proofs(level, relation, column) if self.parent else found

    def is_present(self, level: int, join: int, relation: int) -> bool:
        """Whether the outer join is known to have found a row of the relation."""
        return (level, join, relation) in self.present or (
            self.parent is not None and self.parent.is_present(level, join, relation)
        )

    def has_parameter(self, number: int) -> bool:
        """Whether the parameter is known not to be NULL."""
        return number in self.parameters or (
            self.parent is not None and self.parent.has_parameter(number)
        )

    def has_expressions(self) -> bool:
        """Whether any fact is about an expression."""
        return bool(self.expressions) or (self.parent is not None and self.parent.has_expressions())

    def has_expression(self, key: Key) -> bool:
        """Whether the expression is known not to be NULL."""
        return key in self.expressions or (
            self.parent is not None and self.parent.has_expression(key)
        )


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands."""

    scope: Scope
    facts: Facts
    returning: bool = False
    """In a RETURNING list, where the target's columns are those of the written row."""
    sublink: Scope | None = None
    """The subquery that the PARAM_SUBLINK parameters of `x = ANY (SELECT ...)` stand for."""
    case_value: Node | None = None
    """What a CaseTestExpr stands for: the x of CASE x WHEN ..."""
    case_known: bool = False
    """Whether a CaseTestExpr stands for a value that is known not to be NULL."""
    applied: frozenset[int] | None = None
    """The joins below a join condition; None is all. Only PostgreSQL 15 and older need it."""

    split: frozenset[int] = frozenset()
    """The full joins of which one side is being supposed to be there."""

    def outer(self, level: int) -> Context | None:
        """The context so many query levels up."""
        context: Context | None = self
        for _ in range(level):
            context = context.scope.parent if context else None
        return context

    def knowing(self, atoms: Iterable[Atom]) -> Context:
        """The same place, with more known."""
        facts = Facts(self.facts)
        context = replace(self, facts=facts)
        for atom in atoms:
            context.learn(atom)
        return context

    def learn(self, atom: Atom) -> None:
        """Add a fact, with what follows from it for outer joins."""
        match atom:
            case Variable(level, relation, column, nulled_by):
                self.facts.columns.setdefault((level, relation, column), set()).add(nulled_by)
                owner = self.outer(level)
                if owner is None:
                    return
                # A column that is not NULL was not made so by any outer join: each has found a row.
                for join in nulled_by:
                    for member in owner.scope.nulled_with(join, relation):
                        self.facts.present.add((level, join, member))
            case Parameter(number):
                self.facts.parameters.add(number)
            case Expression(key):
                self.facts.expressions.add(key)
