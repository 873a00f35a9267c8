"""Constraints and indexes of tables."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.inherited_columns import is_attached_later
from pgplumb.planner.handlers.text import option_changes, option_list
from pgplumb.planner.names import qualified, quoted
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

_NOT_VALID = " NOT VALID"


def constraint_clause(item: CatalogObject) -> str:
    """A constraint as CREATE TABLE and ADD write it."""
    made: facts.Constraint = facts_of(item)
    definition = reparsable(made.definition)
    if made.options:
        # WITH stands behind the columns and before USING INDEX TABLESPACE and DEFERRABLE.
        deferrable = definition.find(" DEFERRABLE")
        end = deferrable if deferrable >= 0 else len(definition)
        if made.type != "x":
            definition = f"{definition[:end]} WITH ({option_list(made.options)}){definition[end:]}"
    if made.tablespace:
        definition += f" USING INDEX TABLESPACE {quoted(made.tablespace)}"
    return f"CONSTRAINT {quoted(item.identity.path[-1])} {definition}"


def is_foreign_key(item: CatalogObject) -> bool:
    """Whether it is a FOREIGN KEY constraint of a table."""
    return isinstance(item.facts, facts.Constraint) and item.facts.type == "f"


def is_check(item: CatalogObject) -> bool:
    """Whether it is a CHECK constraint: ATTACH PARTITION and INHERIT want the child to have it."""
    return isinstance(item.facts, facts.Constraint) and item.facts.type == "c"


def outlives_detachment(item: CatalogObject, context: Context) -> bool:
    """Whether it came from above, and becomes the table's own: the table leaves its place there.

    DETACH PARTITION leaves constraints and indexes, NO INHERIT constraints; triggers go.
    """
    kept = isinstance(item.facts, facts.Constraint | facts.Index)
    from_above = item.implied_by is not None and not is_for_a_partition(item)
    return kept and from_above and item.parent in context.loose


def is_for_a_partition(item: CatalogObject) -> bool:
    """Whether it is a foreign key's part for one partition that it refers to."""
    whole = item.implied_by
    return (
        isinstance(item.facts, facts.Constraint)
        and whole is not None
        and whole.kind is Kind.CONSTRAINT
        and whole.path[:-1] == item.identity.path[:-1]
    )


def references(table: Identity, context: Context) -> Iterator[Identity]:
    """The foreign keys that refer to a table, or to one above it."""
    for part in context.source_children.get(table, ()):
        for each in context.source_dependents.get(part.identity, ()):
            item = context.source[each]
            if is_foreign_key(item):
                while is_for_a_partition(item) and item.implied_by is not None:
                    item = context.source[item.implied_by]
                yield item.identity


class ConstraintHandler(Handler):
    """A CHECK, FOREIGN KEY, PRIMARY KEY, UNIQUE or EXCLUDE constraint."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """ADD CONSTRAINT; one that is inherited comes with the one above."""
        if item.implied_by is not None and not _is_wanted_above(item, context):
            return []
        made: facts.Constraint = facts_of(item)
        if item.implied_by is not None and not _is_valid_above(item, context):
            made = replace(made, definition=made.definition + _NOT_VALID, validated=False)
            item = replace(item, facts=made)
        table = qualified(item.identity.path[:-1])
        hazards = {Hazard.MAY_FAIL}
        if made.validated:
            hazards |= {
                Hazard.SCAN,
                Hazard.BLOCKS_WRITES if made.type == "f" else Hazard.BLOCKS_READS,
            }
        statement = alter_table(table, f"ADD {constraint_clause(item)}", *hazards)
        if not made.validated:  # not to be joined with its own validation
            return [Statement(statement.sql, statement.hazards)]
        return [statement]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP CONSTRAINT."""
        if item.implied_by is not None and not outlives_detachment(item, context):
            return []
        path = item.identity.path
        return [
            alter_table(
                qualified(path[:-1]), f"DROP CONSTRAINT {quoted(path[-1])}", Hazard.BREAKS_CODE
            )
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """VALIDATE, ALTER CONSTRAINT and SET, where that is all there is to change."""
        old: facts.Constraint = facts_of(before)
        new: facts.Constraint = facts_of(after)
        if before.implied_by is not None and after.implied_by is not None:
            return Alteration()
        table = qualified(after.identity.path[:-1])
        name = quoted(after.identity.path[-1])
        statements: list[Statement] = []
        if old.definition != new.definition:
            if (
                old.type == new.type
                and not old.validated
                and new.validated
                and (old.definition.removesuffix(_NOT_VALID) == new.definition)
            ):
                statements.append(
                    Statement(
                        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
                        frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
                    )
                )
            elif old.type == new.type == "f" and _rest(old.definition) == _rest(new.definition):
                timing = _timing(new.definition)
                statements.append(alter_table(table, f"ALTER CONSTRAINT {name} {timing}"))
            else:
                return None
        if old.type != new.type or old.tablespace != new.tablespace:
            return None
        if old.index_attached_to is not None and old.index_attached_to != new.index_attached_to:
            return None
        if old.local != new.local and after.parent not in context.loose:
            # Its own, and from above: PostgreSQL drops nothing that a table inherits.
            own_too = any(each in context.source for each in _above(after, context))
            return Alteration(statements) if is_check(after) and own_too else None
        index = qualified((after.identity.path[0], after.identity.path[-1]))
        statements += (
            Statement(f"ALTER INDEX {index} {change}")
            for change in option_changes(old.options, new.options)
        )
        if old.index_attached_to != new.index_attached_to and new.index_attached_to is not None:
            above = qualified(new.index_attached_to.path)
            statements.append(Statement(f"ALTER INDEX {above} ATTACH PARTITION {index}"))
        return Alteration(statements)


def _is_wanted_above(item: CatalogObject, context: Context) -> bool:
    """Whether it is a CHECK that a table has to bring with it to its place below another."""
    if not is_check(item) or item.parent is None:
        return False
    is_new = item.parent not in context.source
    return item.parent in context.loose or (is_new and is_attached_later(item.parent, context))


def _is_valid_above(item: CatalogObject, context: Context) -> bool:
    """Whether a table above has validated the constraint, or does not enforce it either."""
    return not any(
        facts_of(context.target[each]).definition.endswith(_NOT_VALID)
        for each in _above(item, context)
    )


def _above(item: CatalogObject, context: Context) -> Iterator[Identity]:
    """The CHECK constraints that one comes from."""
    parts = () if item.parent is None else context.target_children.get(item.parent, ())
    for part in parts:
        if isinstance(part.facts, facts.Inheritance):
            path = (*part.facts.parent.path, item.identity.path[-1])
            above = Identity(Kind.CONSTRAINT, path)
            if above in context.target:
                yield above


def _rest(definition: str) -> str:
    for words in (" INITIALLY DEFERRED", " DEFERRABLE"):
        definition = definition.replace(words, "")
    return definition


def _timing(definition: str) -> str:
    if " INITIALLY DEFERRED" in definition:
        return "DEFERRABLE INITIALLY DEFERRED"
    return "DEFERRABLE INITIALLY IMMEDIATE" if " DEFERRABLE" in definition else "NOT DEFERRABLE"


class IndexHandler(Handler):
    """An index that belongs to no constraint."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE INDEX; one below a partitioned index comes with it."""
        if item.implied_by is not None:
            return []
        made: facts.Index = facts_of(item)
        hazards = {Hazard.SCAN, Hazard.BLOCKS_WRITES}
        if made.definition.startswith("CREATE UNIQUE"):
            hazards.add(Hazard.MAY_FAIL)
        return [
            Statement(reparsable(made.definition), frozenset(hazards)),
            *_statistics(item.identity, made),
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP INDEX."""
        if item.implied_by is not None and not outlives_detachment(item, context):
            return []
        return [Statement(f"DROP INDEX {qualified(item.identity.path)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Statistics targets; attaching to a partitioned index; all else makes it anew."""
        old: facts.Index = facts_of(before)
        new: facts.Index = facts_of(after)
        if old.attached_to is not None and old.attached_to == new.attached_to:
            return Alteration(_statistics(after.identity, new, old))
        if old.definition != new.definition or (old.valid and not new.valid):
            return None
        if old.attached_to is not None and not outlives_detachment(before, context):
            return None
        statements = _statistics(after.identity, new, old)
        if new.attached_to is not None:
            above, index = qualified(new.attached_to.path), qualified(after.identity.path)
            statements.append(Statement(f"ALTER INDEX {above} ATTACH PARTITION {index}"))
        elif not old.valid:
            statements.append(Statement(f"REINDEX INDEX {qualified(after.identity.path)}"))
        return Alteration(statements)


def _statistics(
    identity: Identity, made: facts.Index, before: facts.Index | None = None
) -> list[Statement]:
    # -1 is the default again (manual, ALTER INDEX).
    targets = dict.fromkeys(dict(before.statistics), -1) if before is not None else {}
    return [
        Statement(
            f"ALTER INDEX {qualified(identity.path)} ALTER COLUMN {number} SET STATISTICS {target}"
        )
        for number, target in (targets | dict(made.statistics)).items()
    ]
