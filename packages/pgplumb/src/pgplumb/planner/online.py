"""The low-lock way: what a table in use would wait for is taken apart into steps that it bears.

The ways are those of the PostgreSQL manual: CREATE INDEX CONCURRENTLY and its notes; ALTER TABLE,
"Notes", on NOT VALID and VALIDATE CONSTRAINT; ADD CONSTRAINT ... USING INDEX. Tables that the
plan itself creates are empty and left as they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pgplumb.planner.backfill import backfill
from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import facts_of
from pgplumb.planner.handlers.columns import column_definition
from pgplumb.planner.handlers.not_nulls import not_null_clause
from pgplumb.planner.names import qualified, quoted
from pgplumb.planner.statement import Hazard, Lock, Statement, alter_table
from pgplumb.planner.steps import PlannedStatement, Step, Verb
from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import automatic_name
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Snapshot

# From this version on a NOT NULL constraint can be added NOT VALID by itself.
_NOT_NULL_NOT_VALID: Final = 180000
_NAME_BYTES: Final = 63
_LATER_STAGES: Final = 3
_BLOCKS: Final = frozenset({Hazard.BLOCKS_READS, Hazard.BLOCKS_WRITES})
_CREATE_INDEX: Final = ("CREATE UNIQUE INDEX ", "CREATE INDEX ")
# What wants a column to be NOT NULL at once.
_IMPATIENT: Final = frozenset({Kind.REPLICA_IDENTITY, Kind.INHERITANCE})


@dataclass(frozen=True, slots=True)
class _Way:
    """The statements instead of one: each stage is committed before the next.

    later: what may wait until all else is done: what needs a person's work first, what reads the
    whole table, and what ends it.
    """

    stages: Sequence[Sequence[Statement]]
    later: Sequence[Sequence[Statement]] = ()


def online(
    planned: Sequence[PlannedStatement],
    source: Snapshot,
    target: Snapshot,
    as_they_are: Collection[Identity] = (),
) -> list[PlannedStatement]:
    """The statements with those that would block a table in use made to block it less.

    In: statements whose hazards were seen (effects.with_effects); `as_they_are` names objects whose
    statements have to stay. Statements that PostgreSQL refuses inside a transaction block are
    marked so, and what has to be committed before the next step, too.
    """
    return _Online(planned, source, target, as_they_are).statements()


class _Online:
    """One plan on its way to becoming gentle."""

    def __init__(
        self,
        planned: Sequence[PlannedStatement],
        source: Snapshot,
        target: Snapshot,
        as_they_are: Collection[Identity],
    ) -> None:
        self._planned = planned
        self._source = source
        self._target = target
        self._as_they_are = as_they_are
        self._steps = {each.step for each in planned}
        self._swapped = {
            each.step.identity for each in planned if self._can_swap(each.step.identity)
        }

    def statements(self) -> list[PlannedStatement]:
        """All statements, in order; what may wait stands at the end."""
        done: list[PlannedStatement] = []
        later: list[list[PlannedStatement]] = [[] for _ in range(_LATER_STAGES)]
        for planned in self._planned:
            identity = planned.step.identity
            if planned.step.verb is Verb.DROP and identity in self._swapped:
                continue
            way = None if identity in self._as_they_are else self._way(planned)
            if way is None:
                done.append(planned)
                continue
            for number, stage in enumerate(way.stages):
                if number:
                    done[-1] = replace(done[-1], ends_transaction=True)
                done += (PlannedStatement(planned.step, each) for each in stage)
            for number, stage in enumerate(way.later):
                later[number] += (PlannedStatement(planned.step, each) for each in stage)
        for waiting in filter(None, later):
            if done:
                done[-1] = replace(done[-1], ends_transaction=True)
            done += waiting
        return done

    def _way(self, planned: PlannedStatement) -> _Way | None:
        """Another way for one statement, None where it does not need one or there is none."""
        identity, statement = planned.step.identity, planned.statement
        dropping = planned.step.verb is Verb.DROP
        item = (self._source if dropping else self._target).get(identity)
        table = item.parent if item is not None else None
        if item is None or table is None or not self._is_in_use(table):
            return None
        if identity.kind is Kind.INDEX:
            return self._index(statement, item, table)
        if dropping:
            return None
        if identity.kind is Kind.CONSTRAINT:
            return self._constraint(statement, item)
        if identity.kind is Kind.COLUMN:
            return self._column(statement, item)
        return None

    def _is_in_use(self, table: Identity) -> bool:
        """Whether it is there before and afterwards, and not made anew meanwhile."""
        there = table in self._source and table in self._target
        return there and Step(Verb.DROP, table) not in self._steps

    def _can_swap(self, identity: Identity) -> bool:
        """Whether the new one can be built beside the old one, which then gives it its name."""
        before, after = self._source.get(identity), self._target.get(identity)
        if before is None or after is None or identity in self._as_they_are:
            return False
        if not {Step(Verb.DROP, identity), Step(Verb.MAKE, identity)} <= self._steps:
            return False
        if before.parent is None or not self._is_in_use(before.parent):
            return False
        if identity.kind is Kind.INDEX:
            whole = not self._is_partitioned(before.parent)
        else:
            whole = identity.kind is Kind.CONSTRAINT and self._by_index(after)
        # The old one would go with a column of its own.
        return whole and not any(Step(Verb.DROP, each) in self._steps for each in before.depends_on)

    def _is_partitioned(self, table: Identity) -> bool:
        return table.kind is Kind.TABLE and facts_of(self._source[table]).partition_key is not None

    def _index(self, statement: Statement, item: CatalogObject, table: Identity) -> _Way | None:
        """CREATE and DROP INDEX CONCURRENTLY, which a partitioned table does not know."""
        if self._is_partitioned(table):
            return None
        if statement.sql.startswith("DROP INDEX "):
            return _Way([[_concurrently(statement, table)]])
        if not statement.sql.startswith(_CREATE_INDEX):
            return None
        if item.identity not in self._swapped:
            return _Way([[_concurrently(statement, table)]])
        schema, name = item.identity.path
        new, old = _cut(name, "__new"), _cut(name, "__old")
        index, aside = qualified((schema, name)), qualified((schema, old))
        create = replace(
            statement,
            sql=statement.sql.replace(f"INDEX {quoted(name)} ON ", f"INDEX {quoted(new)} ON ", 1),
        )
        return _Way(
            [
                [_concurrently(create, table)],
                [
                    Statement(f"ALTER INDEX {index} RENAME TO {quoted(old)}"),
                    Statement(f"ALTER INDEX {qualified((schema, new))} RENAME TO {quoted(name)}"),
                ],
                [_concurrently(Statement(f"DROP INDEX {aside}"), table)],
            ]
        )

    def _constraint(self, statement: Statement, item: CatalogObject) -> _Way | None:
        """Add NOT VALID, then VALIDATE; a unique constraint by way of its index."""
        if not statement.hazards & _BLOCKS or not (statement.action or "").startswith("ADD "):
            return None
        if facts_of(item).type in {"c", "f"}:
            not_valid = Statement(f"{statement.sql} NOT VALID")
            return _Way([[not_valid]], [[], [_validate(item.identity.path)]])
        if self._by_index(item):
            return self._unique_by_index(item)
        return None

    def _by_index(self, item: CatalogObject) -> bool:
        made: facts.Constraint = facts_of(item)
        return (
            made.type in {"p", "u"}
            and item.parent is not None
            and not self._is_partitioned(item.parent)
            and "WITHOUT OVERLAPS" not in made.definition
        )

    def _unique_by_index(self, item: CatalogObject) -> _Way:
        made: facts.Constraint = facts_of(item)
        table, name = qualified(item.identity.path[:-1]), item.identity.path[-1]
        swapped = item.identity in self._swapped
        index = quoted(_cut(name, "__new") if swapped else name)
        word = "PRIMARY KEY" if made.type == "p" else "UNIQUE"
        columns, deferrable, timing = (
            made.definition.removeprefix(word).strip().partition(" DEFERRABLE")
        )
        nulls = "NULLS NOT DISTINCT"
        if columns.startswith(nulls):
            columns = columns.removeprefix(nulls).strip()
            # CREATE INDEX has it behind the columns.
            columns = f"{columns} {nulls}"
        create = Statement(
            f"CREATE UNIQUE INDEX {index} ON {table} {columns}",
            frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
        )
        drop = f"DROP CONSTRAINT {quoted(name)}"
        add = f"ADD CONSTRAINT {quoted(name)} {word} USING INDEX {index}{deferrable}{timing}"
        return _Way(
            [
                [_concurrently(create, Identity(Kind.TABLE, item.identity.path[:-1]))],
                [*([alter_table(table, drop)] if swapped else []), alter_table(table, add)],
            ]
        )

    def _column(self, statement: Statement, item: CatalogObject) -> _Way | None:
        """NOT NULL without a scan that blocks; new columns are filled before they become it."""
        name = quoted(item.identity.path[-1])
        action = statement.action or ""
        if not statement.hazards & _BLOCKS:
            return None
        if action == f"ALTER COLUMN {name} SET NOT NULL":
            stages = self._not_null(item)
            if self._is_needed_at_once(item):
                return _Way(stages)
            return _Way(stages[:1], [[], *stages[1:]])
        if action.startswith("ADD COLUMN ") and self._can_be_filled_later(item):
            (add,), *rest = self._not_null(item)
            # Filling it in batches takes many transactions.
            comment = backfill(
                qualified(item.identity.path[:-1]),
                name,
                has_default=Identity(Kind.DEFAULT, item.identity.path) in self._target,
            )
            filled = replace(add, comment=comment, in_transaction=False)
            if self._is_needed_at_once(item):
                return _Way([self._nullable(item), [filled], *rest])
            return _Way([self._nullable(item)], [[filled], *rest])
        return None

    def _can_be_filled_later(self, item: CatalogObject) -> bool:
        """Whether it is NOT NULL, and its values are neither computed nor a sequence's."""
        made: facts.Column = facts_of(item)
        if made.not_null is None or not made.not_null.valid or not made.local:
            return False
        default = self._target.get(Identity(Kind.DEFAULT, item.identity.path))
        serial = default is not None and facts_of(default).expression.startswith("nextval(")
        return made.identity is None and made.generated is None and not serial

    def _nullable(self, item: CatalogObject) -> list[Statement]:
        """ADD COLUMN that touches no row; the default holds for new rows only."""
        made: facts.Column = facts_of(item)
        table, name = qualified(item.identity.path[:-1]), quoted(item.identity.path[-1])
        definition = column_definition(replace(item, facts=replace(made, not_null=None)), None)
        statements = [alter_table(table, f"ADD COLUMN {definition}")]
        default = self._target.get(Identity(Kind.DEFAULT, item.identity.path))
        if default is not None:
            expression = reparsable(facts_of(default).expression)
            statements.append(alter_table(table, f"ALTER COLUMN {name} SET DEFAULT {expression}"))
        return statements

    def _not_null(self, item: CatalogObject) -> list[list[Statement]]:
        """NOT NULL in stages: for new rows, for those there are, and what is left to be done."""
        made: facts.Column = facts_of(item)
        table, name = qualified(item.identity.path[:-1]), item.identity.path[-1]
        if self._source.server_version >= _NOT_NULL_NOT_VALID and made.not_null is not None:
            constraint = made.not_null.name or automatic_name(
                item.identity.path[-2], name, "not_null"
            )
            clause = not_null_clause(name, replace(made.not_null, name=constraint, valid=False))
            add = Statement(f"ALTER TABLE {table} ADD {clause}")
            return [[add], [_validate((*item.identity.path[:-1], constraint))]]
        # A valid CHECK spares SET NOT NULL its scan (manual, ALTER TABLE, SET NOT NULL).
        check = _cut(name, "_is_given")
        condition = f"CHECK ({quoted(name)} IS NOT NULL)"
        add = Statement(f"ALTER TABLE {table} ADD CONSTRAINT {quoted(check)} {condition} NOT VALID")
        return [
            [add],
            [_validate((*item.identity.path[:-1], check))],
            [
                alter_table(table, f"ALTER COLUMN {quoted(name)} SET NOT NULL"),
                Statement(f"ALTER TABLE {table} DROP CONSTRAINT {quoted(check)}"),
            ],
        ]

    def _is_needed_at_once(self, item: CatalogObject) -> bool:
        """Whether something else of the plan wants the column to be NOT NULL."""
        for step in self._steps:
            other = self._target.get(step.identity)
            if step.verb is Verb.DROP or other is None or other.parent != item.parent:
                continue
            if step.identity.kind in _IMPATIENT:
                return True
            if isinstance(other.facts, facts.Constraint) and other.facts.type == "p":
                return item.identity in other.depends_on
        return False


def _concurrently(statement: Statement, table: Identity) -> Statement:
    """CREATE or DROP INDEX that lets others read and write meanwhile."""
    head, index, rest = statement.sql.partition("INDEX ")
    return replace(
        statement,
        sql=f"{head}{index}CONCURRENTLY {rest}",
        hazards=statement.hazards - _BLOCKS,
        in_transaction=False,
        locks=(Lock(qualified(table.path), "SHARE UPDATE EXCLUSIVE"),),
    )


def _validate(path: tuple[str, ...]) -> Statement:
    return Statement(
        f"ALTER TABLE {qualified(path[:-1])} VALIDATE CONSTRAINT {quoted(path[-1])}",
        frozenset({Hazard.MAY_FAIL}),
    )


def _cut(name: str, ending: str) -> str:
    """The name with an ending, cut to what PostgreSQL takes."""
    return name.encode()[: _NAME_BYTES - len(ending)].decode(errors="ignore") + ending
