"""Tables, and what is chosen for a table as a whole."""

from collections.abc import Iterable, Mapping, Sequence

from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.columns import (
    afterwards,
    column_constraints,
    column_definition,
    own_choices,
)
from pgplumb.planner.handlers.constraints import constraint_clause, references
from pgplumb.planner.handlers.inherited_columns import comes_from_above, is_attached_later
from pgplumb.planner.handlers.not_nulls import explicitly_named
from pgplumb.planner.handlers.text import (
    foreign_option_changes,
    foreign_options,
    option_changes,
    option_list,
)
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Kind


class TableHandler(Handler):
    """A table, partitioned or not, or a foreign table."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """Columns and their defaults, constraints that are valid from the start, inheritance."""
        kind = part.identity.kind
        if kind in {Kind.COLUMN, Kind.DEFAULT}:
            return True
        if kind is Kind.CONSTRAINT:
            made: facts.Constraint = facts_of(part)
            return made.validated and not made.options and not made.tablespace
        if kind is Kind.TABLE_TYPE:
            return True
        if kind is Kind.INHERITANCE:
            inheritance: facts.Inheritance = facts_of(part)
            return inheritance.bound is None or not is_attached_later(item.identity, context)
        return False

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TABLE with all that was merged into it, then what only ALTER TABLE can say."""
        made: facts.Table = facts_of(item)
        table = qualified(item.identity.path)
        columns = sorted(
            (
                explicitly_named(part, context)
                for part in parts
                if part.identity.kind is Kind.COLUMN
            ),
            key=lambda part: part.position,
        )
        above = [facts_of(part) for part in parts if part.identity.kind is Kind.INHERITANCE]
        partition = next((each for each in above if each.bound is not None), None)
        of_type = next(
            (facts_of(part).type for part in parts if part.identity.kind is Kind.TABLE_TYPE), None
        )
        defaults = {
            part.identity.path[-1]: part for part in parts if part.identity.kind is Kind.DEFAULT
        }
        lines = list(_lines(columns, defaults, parts, above, typed=of_type is not None))
        body = "(\n    " + ",\n    ".join(lines) + "\n)" if lines else "()"
        words = [f"CREATE {_persistence(made)}{item.identity.kind.upper()} {table}"]
        if partition is not None:
            words.append(f"PARTITION OF {qualified(partition.parent.path)}")
            words += [body] if lines else []
            words.append(partition.bound or "")
        elif of_type is not None:
            words.append(f"OF {of_type}")
            words += [body] if lines else []
        else:
            words.append(body)
            if above:
                ordered = sorted(above, key=lambda each: each.number)
                parents = ", ".join(qualified(each.parent.path) for each in ordered)
                words.append(f"INHERITS ({parents})")
        words += _storage(made)
        hazards = frozenset({Hazard.SCAN, Hazard.MAY_FAIL} if _takes_over(above, context) else ())
        statements = [Statement(" ".join(word for word in words if word), hazards)]
        for column in columns:
            if above and (partition is not None or comes_from_above(column, context)):
                default = defaults.get(column.identity.path[-1])
                statements += own_choices(column, default, context)
            else:
                statements += [alter_table(table, action) for action in afterwards(column)]
        if made.row_security:
            statements.append(alter_table(table, "ENABLE ROW LEVEL SECURITY"))
        if made.force_row_security:
            statements.append(alter_table(table, "FORCE ROW LEVEL SECURITY"))
        return statements

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TABLE: with its rows, which a foreign table has not."""
        hazards = {Hazard.BREAKS_CODE}
        if item.identity.kind is Kind.TABLE:
            hazards.add(Hazard.DATA_LOSS)
        return [Statement(f"DROP {reference(item.identity)}", frozenset(hazards))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER TABLE; a table is never made anew but for its partition key or its server."""
        old: facts.Table = facts_of(before)
        new: facts.Table = facts_of(after)
        if (old.partition_key, old.server) != (new.partition_key, new.server):
            return None
        table = qualified(after.identity.path)
        return Alteration([_alone_if_toast(table, *action) for action in _changes(old, new)])


def _alone_if_toast(table: str, action: str, *hazards: Hazard) -> Statement:
    """ALTER TABLE; one that sets `toast.` options needs the TOAST table of columns before it."""
    statement = alter_table(table, action, *hazards)
    if " toast." in action or "(toast." in action:
        return Statement(statement.sql, statement.hazards)
    return statement


def _takes_over(above: Iterable[facts.Inheritance], context: Context) -> bool:
    """Whether a new partition's rows may be in the default partition, which PostgreSQL refuses."""
    parents = [each.parent for each in above if each.bound is not None]
    dependents = (each for parent in parents for each in context.source_dependents.get(parent, ()))
    return any(
        isinstance(made := context.source[each].facts, facts.Inheritance)
        and made.bound == "DEFAULT"
        for each in dependents
    )


def _lines(
    columns: Sequence[CatalogObject],
    defaults: Mapping[str, CatalogObject],
    parts: Sequence[CatalogObject],
    above: Sequence[facts.Inheritance],
    *,
    typed: bool,
) -> Iterable[str]:
    foreign = any(column.parent.kind is Kind.FOREIGN_TABLE for column in columns if column.parent)
    owners = {facts_of(part).column for part in parts if part.identity.kind is Kind.SEQUENCE_OWNER}
    partition = any(each.bound is not None for each in above)
    for column in columns:
        default = defaults.get(column.identity.path[-1])
        if typed:
            rest = column_constraints(column, default)
            if rest:
                yield f"{quoted(column.identity.path[-1])} WITH OPTIONS {rest}"
        elif not above or (facts_of(column).local and not partition):
            serial = column.identity in owners
            yield column_definition(column, default, foreign=foreign, serial=serial)
    constraints = [part for part in parts if part.identity.kind is Kind.CONSTRAINT]
    order = "pucxf"
    for part in sorted(
        constraints, key=lambda each: (order.index(facts_of(each).type), each.position)
    ):
        # A table that is attached later has to bring the CHECK constraints of the one above.
        standalone = not above and facts_of(part).type == "c"
        if part.implied_by is None or standalone:
            yield constraint_clause(part)


def _storage(made: facts.Table) -> Iterable[str]:
    """The clauses behind the columns."""
    if made.partition_key:
        yield f"PARTITION BY {made.partition_key}"
    if made.server is not None:
        yield f"SERVER {quoted(made.server)}{foreign_options(made.server_options)}"
    if made.access_method:
        yield f"USING {quoted(made.access_method)}"
    if made.options:
        yield f"WITH ({option_list(made.options)})"
    if made.tablespace:
        yield f"TABLESPACE {quoted(made.tablespace)}"


def _persistence(made: facts.Table) -> str:
    return "UNLOGGED " if made.persistence == "u" else ""


def _changes(old: facts.Table, new: facts.Table) -> Iterable[tuple[str, *tuple[Hazard, ...]]]:
    if old.persistence != new.persistence:
        word = "UNLOGGED" if new.persistence == "u" else "LOGGED"
        yield f"SET {word}", Hazard.REWRITE, Hazard.BLOCKS_READS
    if old.access_method != new.access_method:
        name = quoted(new.access_method) if new.access_method else "heap"
        yield f"SET ACCESS METHOD {name}", Hazard.REWRITE, Hazard.BLOCKS_READS
    if old.tablespace != new.tablespace:
        name = quoted(new.tablespace) if new.tablespace else "pg_default"
        yield f"SET TABLESPACE {name}", Hazard.REWRITE, Hazard.BLOCKS_READS
    for change in option_changes(old.options, new.options):
        yield (change,)
    if old.server_options != new.server_options:
        yield (foreign_option_changes(old.server_options, new.server_options),)
    if old.row_security != new.row_security:
        word = "ENABLE" if new.row_security else "DISABLE"
        yield f"{word} ROW LEVEL SECURITY", Hazard.BREAKS_CODE
    if old.force_row_security != new.force_row_security:
        yield (
            (
                "FORCE ROW LEVEL SECURITY"
                if new.force_row_security
                else "NO FORCE ROW LEVEL SECURITY"
            ),
            Hazard.BREAKS_CODE,
        )


class InheritanceHandler(Handler):
    """A table's place below another."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """ATTACH PARTITION or INHERIT."""
        made: facts.Inheritance = facts_of(item)
        child = qualified(item.identity.path[:2])
        parent = qualified(made.parent.path)
        if made.bound is not None:
            return [
                Statement(
                    f"ALTER TABLE {parent} ATTACH PARTITION {child} {made.bound}",
                    frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
                )
            ]
        return [Statement(f"ALTER TABLE {child} INHERIT {parent}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DETACH PARTITION or NO INHERIT: the rows stay in the table."""
        made: facts.Inheritance = facts_of(item)
        child = qualified(item.identity.path[:2])
        parent = qualified(made.parent.path)
        if made.bound is not None:
            sql = f"ALTER TABLE {parent} DETACH PARTITION {child}"
        else:
            sql = f"ALTER TABLE {child} NO INHERIT {parent}"
        hazards = {Hazard.BREAKS_CODE}
        if made.bound is not None and any(references(made.parent, context)):
            hazards |= {Hazard.SCAN, Hazard.MAY_FAIL}
        return [Statement(sql, frozenset(hazards))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """The order of several parents is not worth a change; another bound is."""
        if facts_of(before).bound == facts_of(after).bound:
            return Alteration()
        return None


class TableTypeHandler(Handler):
    """The composite type that a table has its columns from."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """OF, which checks that the columns are the type's."""
        return [Statement(f"ALTER TABLE {qualified(item.identity.path)} OF {facts_of(item).type}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """NOT OF: the columns stay. Not to be joined with what happens to them then."""
        return [Statement(f"ALTER TABLE {qualified(item.identity.path)} NOT OF")]


class ReplicaIdentityHandler(Handler):
    """REPLICA IDENTITY."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """Set it."""
        made: facts.ReplicaIdentity = facts_of(item)
        if made.form == "i" and made.index is not None:
            form = f"USING INDEX {quoted(made.index)}"
        else:
            form = "FULL" if made.form == "f" else "NOTHING"
        return [alter_table(qualified(item.identity.path), f"REPLICA IDENTITY {form}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Back to the default, the primary key."""
        return [alter_table(qualified(item.identity.path), "REPLICA IDENTITY DEFAULT")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Set it anew."""
        return Alteration(self.create(after, (), context))


class ClusterHandler(Handler):
    """CLUSTER ON."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """Mark the index; this does not cluster the table."""
        index = quoted(facts_of(item).index)
        relation = context.target[item.parent] if item.parent else item
        word = relation.identity.kind.upper()
        return [Statement(f"ALTER {word} {qualified(item.identity.path)} CLUSTER ON {index}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Unmark it."""
        word = item.parent.kind.upper() if item.parent else "TABLE"
        return [Statement(f"ALTER {word} {qualified(item.identity.path)} SET WITHOUT CLUSTER")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Mark another index."""
        return Alteration(self.create(after, (), context))
