"""Queries and the relations in them: which columns of what they return can be NULL.

A `Scope` is one query level. A column of a relation is followed to where it comes from: a table's
constraint, a view's or subquery's or CTE's own column, an expression of VALUES, a function; outer
joins on the way can null it (manual: Table Expressions, Combining Queries, WITH Queries).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from . import aggregates, expressions, joins, refine, returning, setops, sources, tables
from .calls import returns_set
from .facts import Atom, Context, Facts, Variable, Verdict, nullable, proven
from .nodes import Node, datum
from .prover import Cte, Options, Prover

if TYPE_CHECKING:
    from collections.abc import Sequence

_RELATION, _JOIN, _GROUP = 0, 2, 9
_SELECT = 1
_VARNULLINGRELS = 160000
"""Since PostgreSQL 16 a Var names the outer joins that can null it."""


class Scope:
    """One query level."""

    def __init__(
        self,
        prover: Prover,
        query: Node,
        parent: Context | None = None,
        options: Options = Options(),  # noqa: B008
    ) -> None:
        self.prover = prover
        self.catalog = prover.catalog
        self.query = query
        self.parent = parent
        self.options = options
        self.rtable = query.nodes("rtable")
        self.tree = joins.read(query)
        self.joins = self.tree.outer
        self.positions_known = prover.catalog.version >= _VARNULLINGRELS or not self.joins
        self.ctes = {node.text("ctename") or "": Cte(node) for node in query.nodes("cteList")}
        self._columns: dict[tuple[int, int], Verdict] = {}
        self._outputs: dict[int, Verdict] = {}
        self._scopes: dict[int, Scope] = {}
        self._known_outputs: dict[int, set[int]] = {}
        self._base = Context(self, Facts())
        self._ready = False

    # -- what it returns

    @cached_property
    def returned(self) -> dict[int, Node | None]:
        """The expressions that the query returns, by the numbers of their columns."""
        name = "targetList" if self.query.number("commandType") == _SELECT else "returningList"
        return {
            entry.number("resno"): entry.node("expr")
            for entry in self.query.nodes(name)
            if not entry.flag("resjunk")
        }

    def columns(self) -> list[Verdict]:
        """A verdict for each column that the query returns."""
        return [self.column(number) for number in self.returned]

    def first_column(self) -> int:
        """The number of the first column."""
        return next(iter(self.returned), 0)

    def column(self, number: int) -> Verdict:
        """The verdict for a column that the query returns."""
        if number not in self._outputs:
            self._outputs[number] = self._column(number)
        return self._outputs[number]

    def _column(self, number: int) -> Verdict:
        operations = self.query.node("setOperations")
        if operations is not None:
            return setops.column(self, operations, number)[0]
        if number not in self.returned:
            return nullable("a column that the query does not list")
        return self.listed(self.returned[number])

    def listed(self, expression: Node | None) -> Verdict:
        """The verdict for an expression that stands where the query's columns do."""
        if self.query.number("commandType") != _SELECT:
            return returning.column(self, expression)
        if self.has_unmarked_grouping_sets and (
            expression is None or expression.tag not in {"AGGREF", "GROUPINGFUNC"}
        ):
            return nullable("grouping sets leave out what they don't group by")
        return expressions.evaluate(expression, self.output_context)

    @property
    def takes_columns(self) -> bool:
        """Whether a further column would leave the rows that the query returns as they are."""
        query = self.query
        return not (
            query.node("setOperations") is not None
            or query.flag("hasAggs")
            or any(query.nodes(name) for name in ("distinctClause", "groupClause", "groupingSets"))
        )

    @cached_property
    def has_unmarked_grouping_sets(self) -> bool:
        """Grouping sets before PostgreSQL 18, where no Var says that they null it."""
        return bool(self.query.nodes("groupingSets")) and not any(
            entry.number("rtekind") == _GROUP for entry in self.rtable
        )

    @cached_property
    def output_context(self) -> Context:
        """Where the target list stands: behind WHERE, GROUP BY and HAVING."""
        having = self.query.node("havingQual")
        context = self.context
        if self.makes_a_row_of_none:
            context = replace(context, facts=Facts())
        if having is None or self.has_unmarked_grouping_sets:
            return context
        return context.knowing(refine.implied(having, context, "true"))

    @cached_property
    def makes_a_row_of_none(self) -> bool:
        """Whether it may return a row without a row that its WHERE has let through.

        An aggregate without GROUP BY, or an empty grouping set: what WHERE says of parameters and
        of the columns of outer queries does not hold for that row.
        """
        query = self.query
        aggregated = (
            query.flag("hasAggs")
            or query.node("havingQual") is not None
            or not query.empty("groupingSets")
        )
        return aggregated and not aggregates.groups_have_rows(query)

    @cached_property
    def bare_context(self) -> Context:
        """A place in the query of which nothing is known."""
        return Context(self, Facts())

    def returns_a_row(self) -> bool:
        """Whether the query returns a row at least, whatever is in the tables."""
        query = self.query
        if (
            query.number("commandType") != _SELECT
            or query.node("setOperations") is not None
            or query.node("havingQual") is not None
            or query.node("limitOffset") is not None
            or query.flag("hasTargetSRFs")
        ):
            return False
        if not _is_positive(query.node("limitCount")):
            return False
        if query.flag("hasAggs"):
            return query.empty("groupClause") and query.empty("groupingSets")
        tree = query.node("jointree")
        return (
            tree is not None
            and tree.empty("fromlist")
            and tree.node("quals") is None
            and query.empty("groupClause")
            and query.empty("groupingSets")
        )

    # -- where expressions stand

    @property
    def context(self) -> Context:
        """Where expressions stand behind FROM and WHERE, with what their conditions say."""
        if not self._ready:
            self._ready = True
            if not self.options.target:
                self._learn()
            self._columns.clear()
            self._scopes.clear()
        return self._base

    def _learn(self) -> None:
        """Take facts from the conditions until there are no more: one can bring others about."""
        self._learn_of_certain_rows()
        size = -1
        while size != (size := self._base.facts.size()):
            for condition in self.tree.conditions:
                self._learn_from(condition)

    def _learn_of_certain_rows(self) -> None:
        """`LEFT JOIN LATERAL (SELECT count(*) ...) ON true` always finds a row."""
        for join, relation in self.tree.unconditional.items():
            scope = self.from_subquery(relation)
            if scope is not None and scope.returns_a_row():
                self._base.facts.present.add((0, join, relation))

    def _learn_from(self, condition: joins.Condition) -> None:
        context = replace(self._base, applied=condition.applied)
        found = refine.implied(condition.expression, context, "true")
        missing = [
            members
            for join, members in condition.sides
            if not all(self._base.facts.is_present(0, join, member) for member in members)
        ]
        for atom in found:
            # Where a side may have been replaced by NULLs, the condition says nothing but of the
            # rows of that side that were not.
            if not missing or (
                isinstance(atom, Variable)
                and atom.level == 0
                and all(atom.relation in members for members in missing)
            ):
                self._base.learn(atom)
                self._pass_on(atom)

    def _pass_on(self, atom: Atom) -> None:
        """Note a fact about a subquery's column: more follows from it inside."""
        if not isinstance(atom, Variable) or atom.level:
            return
        known = self._known_outputs.setdefault(atom.relation, set())
        if atom.column not in known:
            known.add(atom.column)
            self._scopes.pop(atom.relation, None)
            self._columns.clear()

    def _know_outputs(self, columns: set[int]) -> None:
        """Take it that of the query's rows only those matter that aren't NULL in the columns."""
        query = self.query
        # A window function looks at the other rows as well.
        if (
            query.node("setOperations") is not None
            or query.flag("hasWindowFuncs")
            or self.has_unmarked_grouping_sets
        ):
            return
        for number, expression in self.returned.items():
            if number in columns:
                for atom in refine.known(expression, self.output_context):
                    self.output_context.learn(atom)
                    self._pass_on(atom)
        self._outputs.clear()

    def is_strict(self, function: int) -> bool:
        """Whether the function is not called with NULL, and was not when the rows were made."""
        if self.options.durable and self.catalog.builtin(function) is None:
            return False
        return self.catalog.is_strict(function)

    def with_present(self, context: Context, join: int, side: frozenset[int]) -> Context:
        """The context of the rows for which the outer join has found a row of the side."""
        facts = Facts(context.facts)
        facts.present.update((0, join, member) for member in side)
        return replace(context, facts=facts, split=context.split | {join})

    def nulled_with(self, join: int, relation: int) -> frozenset[int]:
        """The relations that the outer join replaces by NULLs together with this one."""
        for side in self.joins.get(join, ()):
            if relation in side:
                return side
        return frozenset()

    def facts_of_outer(self) -> frozenset[Atom]:
        """What holds of the outer query's columns if this query returns a row."""
        if self.query.node("setOperations") is not None or self.makes_a_row_of_none:
            return frozenset()
        return frozenset(
            Variable(level - 1, relation, column, nulled_by)
            for (level, relation, column), sets in self.context.facts.columns.items()
            if level > 0
            for nulled_by in sets
        )

    def subquery(self, query: Node, context: Context) -> Scope:
        """The scope of a subquery in an expression."""
        return Scope(self.prover, query, context, self.options)

    def nested(self, query: Node) -> Scope:
        """The scope of a query in FROM or WITH."""
        return Scope(self.prover, query, self._base, self.options)

    @property
    def lateral_context(self) -> Context:
        """Where the expressions in FROM stand.

        What WHERE says may be relied on there too: it holds for the rows that come out of it.
        """
        return self._base

    def evaluate(self, node: Node | None, context: Context) -> Verdict:
        """Whether an expression can be NULL."""
        return expressions.evaluate(node, context)

    def single_set(self) -> bool:
        """Whether the target list calls one set-returning function only."""
        return self._set_calls == 1

    @cached_property
    def _set_calls(self) -> int:
        count = 0
        pending = list(self.query.nodes("targetList"))
        for entry in self.rtable:
            pending.extend(entry.nodes("groupexprs"))
        while pending:
            node = pending.pop()
            if node.tag == "QUERY":
                continue
            count += returns_set(node)
            for value in node.fields.values():
                if isinstance(value, Node):
                    pending.append(value)
                elif isinstance(value, list):
                    pending.extend(_nodes_in(value))
        return count

    # -- variables

    def nulling(self, node: Node, context: Context) -> frozenset[int]:
        """The outer joins that can null a variable of this scope."""
        if node.has("varnullingrels"):
            return node.numbers("varnullingrels")
        relation = node.number("varno")
        found = frozenset(
            join for join, sides in self.joins.items() if any(relation in side for side in sides)
        )
        return found if context.applied is None else found & context.applied

    def known_variable(self, node: Node, context: Context) -> refine.Atoms:
        """The facts that follow from a variable's not being NULL."""
        level = node.number("varlevelsup")
        owner = context.outer(level)
        if owner is None:
            return frozenset()
        relation, column = node.number("varno"), node.number("varattno")
        scope = owner.scope
        found: refine.Atoms = frozenset(
            {Variable(level, relation, column, scope.nulling(node, owner))}
        )
        entry = scope.entry(relation)
        if level == 0 and entry is not None and entry.number("rtekind") == _JOIN:
            aliases = entry.nodes("joinaliasvars")
            if 0 < column <= len(aliases):
                found |= refine.known(aliases[column - 1], context)
        return found

    def entry(self, relation: int) -> Node | None:
        """The range table's entry."""
        return self.rtable[relation - 1] if 0 < relation <= len(self.rtable) else None

    def variable(self, node: Node, context: Context) -> Verdict:
        """Whether a variable can be NULL; this scope is the one that the expression stands in."""
        level = node.number("varlevelsup")
        owner = context.outer(level)
        if owner is None:
            return nullable("a column of an unknown query")
        scope = owner.scope
        relation, column = node.number("varno"), node.number("varattno")
        if scope.entry(relation) is None:
            return nullable("a column of an unknown relation")
        if owner.returning:
            written = returning.variable(scope, node, owner)
            if written is not None:
                return written
        nulled_by = scope.nulling(node, owner)
        verdict = scope.relation_column(relation, column, owner)
        remaining = self._remaining(nulled_by, level, relation, context)
        if verdict.non_null and not remaining:
            return verdict
        for proof in self._proofs(level, relation, column, context):
            if proof <= nulled_by and remaining <= proof:
                return proven("a condition says it is not NULL")
        if verdict.non_null:
            return nullable(f"an outer join may find no row of {scope.label(relation)}")
        return verdict

    @staticmethod
    def _proofs(level: int, relation: int, column: int, context: Context) -> set[frozenset[int]]:
        """The facts about the variable, of this place and of the places around it."""
        found: set[frozenset[int]] = set()
        place: Context | None = context
        while place is not None and level >= 0:
            found |= place.facts.proofs(level, relation, column)
            place, level = place.scope.parent, level - 1
        return found

    @staticmethod
    def _remaining(
        nulled_by: frozenset[int], level: int, relation: int, context: Context
    ) -> frozenset[int]:
        """The outer joins that are not known to have found a row."""
        place: Context | None = context
        while nulled_by and place is not None and level >= 0:
            facts = place.facts
            here = level
            nulled_by = frozenset(
                join for join in nulled_by if not facts.is_present(here, join, relation)
            )
            place, level = place.scope.parent, level - 1
        return nulled_by

    def label(self, relation: int) -> str:
        """The relation's name as the query has it."""
        entry = self.entry(relation)
        alias = entry.node("alias") if entry else None
        name = alias.text("aliasname") if alias else None
        if name is None and entry is not None and entry.number("rtekind") == _RELATION:
            name = self.catalog.name(entry.number("relid"))
        return name or "a joined relation"

    def relation_column(self, relation: int, column: int, owner: Context) -> Verdict:
        """A column of a relation in FROM, outer joins apart."""
        entry = self.entry(relation)
        if entry is None:
            return nullable("a column of an unknown relation")
        if entry.number("rtekind") in {_JOIN, _GROUP}:
            return self._derived(entry, column, owner)
        found = self._columns.get((relation, column))
        if found is None:
            found = sources.column(self, relation, column)
            if self._ready:
                self._columns[relation, column] = found
        return found

    def _derived(self, entry: Node, column: int, owner: Context) -> Verdict:
        """A column that stands for an expression over the same FROM: of a join, or grouped by."""
        is_join = entry.number("rtekind") == _JOIN
        nodes = entry.nodes("joinaliasvars" if is_join else "groupexprs")
        if not 0 < column <= len(nodes):
            return nullable("a whole row of a join")
        context = owner if is_join else replace(owner, facts=self.context.facts)
        if is_join:
            context = self._behind_join(entry, context)
        return expressions.evaluate(nodes[column - 1], context)

    def _behind_join(self, entry: Node, context: Context) -> Context:
        """Where a join's own columns stand, for servers whose variables don't tell."""
        if self.positions_known:
            return context
        index = next(
            (number for number, item in enumerate(self.rtable, start=1) if item is entry), 0
        )
        below = self.tree.below.get(index)
        return replace(context, applied=below) if below is not None else context

    def from_subquery(self, relation: int) -> Scope | None:
        """The scope of a subquery in FROM."""
        if relation not in self._scopes:
            entry = self.entry(relation)
            query = entry.node("subquery") if entry else None
            if query is None:
                return None
            self._scopes[relation] = self.nested(query)
            self._scopes[relation]._know_outputs(self._known_outputs.get(relation, set()))
        return self._scopes[relation]

    def from_view(self, relation: int) -> Scope | None:
        """The scope of a view in FROM of whose columns conditions say something."""
        entry = self.entry(relation)
        if relation not in self._known_outputs or entry is None or self.options.target:
            return None
        if relation not in self._scopes:
            made = tables.view(self.prover, entry.number("relid"), self.options)
            if made is None:
                return None
            made._know_outputs(self._known_outputs[relation])
            self._scopes[relation] = made
        return self._scopes[relation]


def _is_positive(limit: Node | None) -> bool:
    """Whether LIMIT lets a row through: it is absent, or a constant other than 0."""
    if limit is None:
        return True
    if limit.tag == "FUNCEXPR" and len(limit.nodes("args")) == 1:  # the cast to bigint
        limit = limit.nodes("args")[0]
    value = limit.text("constvalue") if limit.tag == "CONST" else None
    return value is not None and "[" in value and any(datum(value))


def _nodes_in(values: Sequence[object]) -> list[Node]:
    found: list[Node] = []
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, list):
            found.extend(_nodes_in(cast("list[object]", value)))
    return found
