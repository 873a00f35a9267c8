"""The low-lock way: what a table in use would wait for is taken apart into steps that it bears.

The ways are those of the PostgreSQL manual: CREATE INDEX CONCURRENTLY and its notes; ALTER TABLE,
"Notes", on NOT VALID and VALIDATE CONSTRAINT; ADD CONSTRAINT ... USING INDEX. Tables that the
plan itself creates are empty and left as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pgplumb.planner.handler import facts_of
from pgplumb.planner.names import quoted
from pgplumb.planner.plan import PlannedStatement, Verb
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.automatic import automatic_name
from pgplumb.snapshot.model import CatalogObject, Kind, Snapshot

# From this version on a NOT NULL constraint can be added NOT VALID by itself.
_NOT_NULL_NOT_VALID: Final = 180000


def online(
    planned: Iterable[PlannedStatement], source: Snapshot, target: Snapshot
) -> list[PlannedStatement]:
    """The statements with those that would block a table in use made to block it less.

    Statements that PostgreSQL refuses inside a transaction block are marked so, and what has to
    be committed before the next step, too.
    """
    return [each for one in planned for each in _gentler(one, source, target)]


def _gentler(
    planned: PlannedStatement, source: Snapshot, target: Snapshot
) -> Iterator[PlannedStatement]:
    identity, statement = planned.step.identity, planned.statement
    dropping = planned.step.verb is Verb.DROP
    item = (source if dropping else target).get(identity)
    table = item.parent if item is not None else None
    if item is None or table is None or table not in source or table not in target:
        yield planned
        return
    steps: Sequence[Statement] | None = None
    if identity.kind is Kind.INDEX:
        steps = _index(statement, source[table])
    elif identity.kind is Kind.CONSTRAINT and not dropping:
        steps = _constraint(statement, item, source[table])
    elif identity.kind is Kind.COLUMN and not dropping:
        steps = _column(statement, item, source)
    if steps is None:
        yield planned
        return
    for number, step in enumerate(steps, start=1):
        ends = step.in_transaction and number < len(steps)
        yield PlannedStatement(planned.step, step, ends_transaction=ends)


def _index(statement: Statement, table: CatalogObject) -> list[Statement] | None:
    """CREATE and DROP INDEX CONCURRENTLY, which a partitioned table does not know."""
    if table.identity.kind is Kind.TABLE and facts_of(table).partition_key is not None:
        return None
    sql = statement.sql
    for words in ("CREATE UNIQUE INDEX ", "CREATE INDEX ", "DROP INDEX "):
        if sql.startswith(words):
            return [
                replace(
                    statement,
                    sql=f"{words}CONCURRENTLY {sql.removeprefix(words)}",
                    hazards=statement.hazards - {Hazard.BLOCKS_WRITES},
                    in_transaction=False,
                )
            ]
    return None


def _constraint(
    statement: Statement, item: CatalogObject, table: CatalogObject
) -> list[Statement] | None:
    """Add NOT VALID, then VALIDATE; a unique constraint by way of its index."""
    made = facts_of(item)
    if statement.action is None or not statement.action.startswith("ADD CONSTRAINT "):
        return None
    partitioned = facts_of(table).partition_key is not None
    name = quoted(item.identity.path[-1])
    if made.type == "c" or (made.type == "f" and not partitioned):
        if made.definition.endswith(" NO INHERIT") or "NOT ENFORCED" in made.definition:
            return None
        return [
            Statement(f"{statement.sql} NOT VALID", frozenset({Hazard.BREAKS_CODE})),
            _validate(statement, name),
        ]
    if made.type in {"p", "u"} and not partitioned and _plain_unique(made.definition):
        return _unique_by_index(statement, item)
    return None


def _plain_unique(definition: str) -> bool:
    return "WITHOUT OVERLAPS" not in definition


def _unique_by_index(statement: Statement, item: CatalogObject) -> list[Statement]:
    made = facts_of(item)
    name = quoted(item.identity.path[-1])
    table = (statement.table or "").removeprefix("TABLE ")
    word = "PRIMARY KEY" if made.type == "p" else "UNIQUE"
    rest = made.definition.removeprefix(word).strip()
    nulls = ""
    if rest.startswith("NULLS NOT DISTINCT"):
        nulls = " NULLS NOT DISTINCT"
        rest = rest.removeprefix("NULLS NOT DISTINCT").strip()
    columns, deferrable, timing = rest.partition(" DEFERRABLE")
    columns, include, included = columns.partition(" INCLUDE ")
    index = f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} {columns}"
    if include:
        index += f" INCLUDE {included}"
    return [
        Statement(
            f"{index}{nulls}",
            frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
            in_transaction=False,
        ),
        Statement(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name}"
            f"{deferrable}{timing}"
        ),
    ]


def _column(statement: Statement, item: CatalogObject, source: Snapshot) -> list[Statement] | None:
    name = quoted(item.identity.path[-1])
    if statement.action != f"ALTER COLUMN {name} SET NOT NULL":
        return None
    if item.identity not in source:
        return None
    if source.server_version >= _NOT_NULL_NOT_VALID:
        constraint = quoted(
            automatic_name(item.identity.path[-2], item.identity.path[-1], "not_null")
        )
        return [
            Statement(
                f"ALTER {statement.table} ADD CONSTRAINT {constraint} NOT NULL {name} NOT VALID",
                frozenset({Hazard.BREAKS_CODE}),
            ),
            _validate(statement, constraint),
        ]
    # A valid CHECK spares SET NOT NULL its scan (manual, ALTER TABLE, SET NOT NULL).
    check = quoted(f"{item.identity.path[-1][:40]}_is_not_null")
    return [
        Statement(
            f"ALTER {statement.table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID",
            frozenset({Hazard.BREAKS_CODE}),
        ),
        _validate(statement, check),
        Statement(statement.sql),
        Statement(f"ALTER {statement.table} DROP CONSTRAINT {check}"),
    ]


def _validate(statement: Statement, constraint: str) -> Statement:
    return Statement(
        f"ALTER {statement.table} VALIDATE CONSTRAINT {constraint}",
        frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
    )
