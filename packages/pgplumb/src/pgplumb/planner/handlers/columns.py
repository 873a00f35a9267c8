"""Columns of tables and their defaults."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pgplumb.planner.aside import aside
from pgplumb.planner.casts import cast_of
from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.inherited_columns import (
    column_above,
    comes_from_above,
    goes_by_itself,
    moves_down,
    moves_up,
    places,
    stays_below,
)
from pgplumb.planner.handlers.not_nulls import (
    column_is_not_null,
    explicitly_named,
    not_null_change,
    not_null_clause,
    only_here_valid,
    own_not_nulls,
    renames_not_null,
    validation,
)
from pgplumb.planner.handlers.sequence_bounds import INTEGERS, into_bounds
from pgplumb.planner.handlers.text import (
    foreign_option_changes,
    foreign_options,
    option_changes,
    option_list,
    sequence_clauses,
    sequence_defaults,
)
from pgplumb.planner.handlers.type_changes import hazards_of
from pgplumb.planner.names import literal, qualified, quoted
from pgplumb.planner.statement import Hazard, Statement, alter_table
from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import automatic_name
from pgplumb.snapshot.model import CatalogObject, Identity, Kind

_STORAGE: Final = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_SERIAL: Final = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_COMPRESSION: Final = {"p": "pglz", "l": "lz4"}
# What PostgreSQL refuses to keep when a column's type changes (tablecmds.c,
# RememberAllDependentForRebuilding); constraints, indexes and statistics it rebuilds by itself.
IN_THE_WAY_OF_TYPE: Final = frozenset(
    {
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.RULE,
        Kind.POLICY,
        Kind.TRIGGER,
        Kind.COLUMN,
        Kind.FUNCTION,
        Kind.PROCEDURE,
        Kind.PUBLICATION_TABLE,
    }
)


def column_definition(
    column: CatalogObject,
    default: CatalogObject | None,
    *,
    foreign: bool = False,
    serial: bool = False,
) -> str:
    """A column as CREATE TABLE and ADD COLUMN write it.

    serial: its sequence, default and NOT NULL come with the type's name (manual, chapter 8.1.4).
    """
    made: facts.Column = facts_of(column)
    if serial:
        return f"{quoted(column.identity.path[-1])} {_SERIAL[made.type]}"
    words = [quoted(column.identity.path[-1]), made.type]
    if foreign and made.foreign_options:
        words.append(foreign_options(made.foreign_options).strip())
    if made.collation:
        words.append(f"COLLATE {made.collation}")
    words.append(column_constraints(column, default))
    return " ".join(word for word in words if word)


def column_constraints(column: CatalogObject, default: CatalogObject | None) -> str:
    """What follows a column's type in its definition."""
    made: facts.Column = facts_of(column)
    words: list[str] = []
    if made.not_null is not None and made.not_null.valid and not _implied(made):
        name = made.not_null.name
        named = f"CONSTRAINT {quoted(name)} " if name else ""
        inherit = " NO INHERIT" if made.not_null.no_inherit else ""
        words.append(f"{named}NOT NULL{inherit}")
    if made.generated is not None:
        kind = "STORED" if made.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({reparsable(made.generated)}) {kind}")
    elif made.identity is not None:
        words.append(identity_clause(column, made.identity))
    elif default is not None:
        words.append(f"DEFAULT {reparsable(facts_of(default).expression)}")
    return " ".join(words)


def _implied(made: facts.Column) -> bool:
    """Whether NOT NULL needs no words: an identity column has it by itself."""
    return made.identity is not None and made.not_null == facts.NotNull(
        name=None, valid=True, no_inherit=False
    )


def identity_clause(column: CatalogObject, identity: facts.IdentityColumn) -> str:
    """GENERATED ... AS IDENTITY with the sequence options that are not PostgreSQL's choice."""
    clauses = list(sequence_clauses(identity.options))
    if identity.sequence:
        name = qualified((column.identity.path[0], identity.sequence))
        clauses.insert(0, f"SEQUENCE NAME {name}")
    written = f" ({' '.join(clauses)})" if clauses else ""
    return f"GENERATED {'ALWAYS' if identity.always else 'BY DEFAULT'} AS IDENTITY{written}"


def goes_on(
    column: Identity, options: facts.SequenceOptions, sequence: str | None = None
) -> Statement:
    """A statement that has a column's new sequence go on behind the values there are.

    sequence: its name in SQL, None for that of an identity column.
    """
    table, name = qualified(column.path[:-1]), quoted(column.path[-1])
    if sequence is None:
        named = f"pg_get_serial_sequence({literal(table)}, {literal(column.path[-1])})"
    else:
        named = literal(sequence)
    last, is_behind = ("max", ">=") if options.increment > 0 else ("min", "<=")
    return Statement(  # names are quoted and literals escaped
        f"SELECT setval({named}, {last}({name})) FROM {table}"  # noqa: S608
        f" HAVING {last}({name}) {is_behind} {options.start}"
    )


def is_serial(sequence: CatalogObject, context: Context) -> bool:
    """Whether a new sequence is just what `serial` makes for the column that owns it."""
    made: facts.Sequence = facts_of(sequence)
    owned = context.target.get(Identity(Kind.SEQUENCE_OWNER, sequence.identity.path))
    if owned is None or made.unlogged or made.options != sequence_defaults(made.options):
        return False
    column = explicitly_named(context.target[facts_of(owned).column], context)
    default = context.target.get(Identity(Kind.DEFAULT, column.identity.path))
    if not isinstance(column.facts, facts.Column) or default is None:
        return False
    not_null = column.facts.not_null
    schema, table, name = column.identity.path
    return (
        column.facts.type == made.options.type
        and column.facts.local
        and not_null == facts.NotNull(name=None, valid=True, no_inherit=False)
        and sequence.identity.path == (schema, automatic_name(table, name, "seq"))
        and facts_of(default).expression == nextval(qualified(sequence.identity.path))
    )


def nextval(sequence: str) -> str:
    """A default that takes its values from a sequence, which is named as in SQL."""
    return f"nextval({literal(sequence)}::regclass)"


def _is_constrained_domain(item: CatalogObject, context: Context) -> bool:
    """Whether the rows that are there may have no value of the type: it is a domain with demands.

    In: a column, or a domain that may be over another one.
    """
    made: facts.Column | facts.Domain = facts_of(item)
    for needed in item.depends_on:
        written = made.base if isinstance(made, facts.Domain) else made.type
        if needed.kind is not Kind.DOMAIN or written != qualified(needed.path):
            continue
        domain = context.target[needed]
        parts = context.target_children.get(needed, ())
        demands = any(part.identity.kind is Kind.DOMAIN_CONSTRAINT for part in parts)
        if demands or facts_of(domain).not_null or _is_constrained_domain(domain, context):
            return True
    return False


def afterwards(column: CatalogObject) -> Iterable[str]:
    """Actions of ALTER TABLE for what a column's definition can't say."""
    made: facts.Column = facts_of(column)
    name = quoted(column.identity.path[-1])
    if made.storage:
        yield f"ALTER COLUMN {name} SET STORAGE {_STORAGE[made.storage]}"
    if made.compression:
        yield f"ALTER COLUMN {name} SET COMPRESSION {_COMPRESSION[made.compression]}"
    if made.statistics is not None:
        yield f"ALTER COLUMN {name} SET STATISTICS {made.statistics}"
    if made.options:
        yield f"ALTER COLUMN {name} SET ({option_list(made.options)})"
    if made.not_null is not None and not made.not_null.valid:
        yield f"ADD {not_null_clause(column.identity.path[-1], made.not_null)}"


class ColumnHandler(Handler):
    """A column of a table or foreign table."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """A default comes with its column."""
        return part.identity.kind is Kind.DEFAULT

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """ADD COLUMN. One that is inherited comes with the column above."""
        item = explicitly_named(item, context)
        made: facts.Column = facts_of(item)
        table = qualified(item.identity.path[:-1])
        default = next((part for part in parts if part.identity.kind is Kind.DEFAULT), None)
        foreign = Identity(Kind.FOREIGN_TABLE, item.identity.path[:-1]) in context.target
        if comes_from_above(item, context):
            return [*_values_from_aside(item, context), *own_choices(item, default, context)]
        serial = any(part.identity.kind is Kind.SEQUENCE for part in parts)
        apart = made.not_null if self._is_for_children(item, context) else None
        defined = replace(item, facts=replace(made, not_null=None)) if apart else item
        definition = column_definition(defined, default, foreign=foreign, serial=serial)
        statement = alter_table(table, f"ADD COLUMN {definition}")
        if serial:
            statement = statement.with_hazards(Hazard.REWRITE, Hazard.BLOCKS_READS)
        elif column_is_not_null(made) and default is None:
            statement = statement.with_hazards(Hazard.MAY_FAIL, Hazard.BREAKS_CODE)
        if _is_constrained_domain(item, context):
            statement = statement.with_hazards(Hazard.MAY_FAIL)
        if made.identity is not None or made.stored:
            statement = statement.with_hazards(Hazard.REWRITE, Hazard.BLOCKS_READS)
        actions = list(afterwards(item))
        if apart is not None:
            actions.insert(0, f"ADD {not_null_clause(item.identity.path[-1], apart)}")
        return [statement, *(alter_table(table, action) for action in actions)]

    def _is_for_children(self, item: CatalogObject, context: Context) -> bool:
        """Whether ADD COLUMN would make the children's columns NOT NULL, despite of NO INHERIT."""
        not_null: facts.NotNull | None = facts_of(item).not_null
        if not_null is None or not not_null.valid or not not_null.no_inherit or item.parent is None:
            return False
        dependents = context.source_dependents.get(item.parent, ())
        return any(each.kind is Kind.INHERITANCE for each in dependents)

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP COLUMN, of those that are not inherited."""
        made: facts.Column = facts_of(item)
        table, name = qualified(item.identity.path[:-1]), quoted(item.identity.path[-1])
        if comes_from_above(item, context) and not goes_by_itself(item, context):
            return []
        if moves_up(item.identity, context):
            return [Statement(f"ALTER TABLE {table} RENAME COLUMN {name} TO {_aside(item)}")]
        hazards = {Hazard.BREAKS_CODE}
        if made.generated is None:
            hazards.add(Hazard.DATA_LOSS)
        if not stays_below(item.identity, context):
            return [alter_table(table, f"DROP COLUMN {name}", *hazards)]
        statements = [Statement(f"ALTER TABLE ONLY {table} DROP COLUMN {name}", frozenset(hazards))]
        if made.not_null is not None and not made.not_null.no_inherit:
            # PostgreSQL would leave it below as one that is inherited from nowhere.
            statements.insert(0, alter_table(table, f"ALTER COLUMN {name} DROP NOT NULL"))
        return statements

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER COLUMN, for what PostgreSQL can change without losing the values."""
        old: facts.Column = facts_of(before)
        new: facts.Column = facts_of(after)
        table = qualified(after.identity.path[:-1])
        generation = _generation(old, new)
        if generation is None or moves_up(after.identity, context):
            return None
        actions: list[Statement] = []
        blocked: frozenset[Kind] = frozenset()
        rebuilt: list[Identity] = []
        name = quoted(after.identity.path[-1])
        inherited = old.inherited and new.inherited and before.parent not in context.loose
        renewed = bool(before.depends_on & context.renewed)
        changes_type = renewed or (old.type, old.collation) != (new.type, new.collation)
        if changes_type and not inherited and _is_computed_otherwise(before, after, context):
            return None
        if inherited and generation == ["DROP EXPRESSION"]:
            generation = []  # done above, for all
        if changes_type and generation == ["DROP EXPRESSION"]:
            # PostgreSQL refuses USING as long as a column is generated, so this stands alone.
            actions.append(Statement(f"ALTER TABLE {table} ALTER COLUMN {name} DROP EXPRESSION"))
            generation = []
        identity = list(_identity_change(table, name, old, after))
        if _becomes_narrower(old.identity, new.identity):
            # PostgreSQL takes the type once the sequence's bounds are within it: not in one go.
            actions += (Statement(each.sql, each.hazards) for each in identity)
            identity = []
        if changes_type and not inherited:
            blocked = IN_THE_WAY_OF_TYPE
            rebuilt += _default_in_the_way(after.identity, context)
            actions += _type_change(table, before, after, context)
        for action in generation:
            statement = alter_table(table, f"ALTER COLUMN {name} {action}")
            # In one ALTER TABLE with the new type PostgreSQL loses the column's constraints.
            actions.append(Statement(statement.sql) if changes_type else statement)
        if renames_not_null(old, new):
            # PostgreSQL renames no inherited constraint: the partition is detached meanwhile.
            rebuilt += places(after, context)
        own = own_not_nulls(old.not_null, new.not_null, alone=not inherited)
        if moves_down(after.identity, context) and old.not_null and old.not_null.inherited:
            own = None, new.not_null  # it goes with the one above
        actions += not_null_change(table, *own, after, context)
        if inherited and old.not_null is not None and only_here_valid(old.not_null, after, context):
            actions.append(validation(table, new.not_null or old.not_null, after.identity.path))
        actions += identity
        actions += _small_changes(table, name, old, new)
        return Alteration(actions, blocked, rebuilt)


def _values_from_aside(column: CatalogObject, context: Context) -> Iterable[Statement]:
    """For a column that was the table's own, and now comes from above: its values are kept."""
    if not moves_up(column.identity, context):
        return
    before = context.source[column.identity]
    table, name = qualified(column.identity.path[:-1]), quoted(column.identity.path[-1])
    made: facts.Column = facts_of(column)
    value, hazards = _aside(before), {Hazard.REWRITE, Hazard.BLOCKS_READS}
    renewed = bool(before.depends_on & context.renewed)
    if renewed or facts_of(before).type != made.type:
        text = "::text" if renewed or column.identity in context.through_text else ""
        value += f"{text}::{made.type}"
        hazards.add(Hazard.MAY_FAIL)
    has_values = column.parent is not None and column.parent.kind is Kind.TABLE
    if has_values and made.generated is None:
        update = f"UPDATE {table} SET {name} = {value}"  # noqa: S608 - names are quoted
        yield Statement(update, frozenset(hazards))
    yield Statement(f"ALTER TABLE {table} DROP COLUMN {_aside(before)}")


def _aside(column: CatalogObject) -> str:
    return quoted(aside(column).identity.path[-1])


def own_choices(
    column: CatalogObject, default: CatalogObject | None, context: Context
) -> Iterable[Statement]:
    """What a table chose otherwise for a column that came from above."""
    table, name = qualified(column.identity.path[:-1]), quoted(column.identity.path[-1])
    above, default_above = column_above(column, context)
    if above is None:
        return
    expression = facts_of(default).expression if default is not None else None
    if expression != default_above and above.generated is None:
        change = "DROP DEFAULT" if expression is None else f"SET DEFAULT {reparsable(expression)}"
        yield alter_table(table, f"ALTER COLUMN {name} {change}")
    made: facts.Column = facts_of(column)
    own = own_not_nulls(above.not_null, made.not_null, alone=False)
    yield from not_null_change(table, *own, column, context)
    yield from _small_changes(table, name, above, made)


def _generation(old: facts.Column, new: facts.Column) -> list[str] | None:
    """Actions that change how the column is generated, None where it has to be made anew."""
    if (old.generated, old.stored) == (new.generated, new.stored):
        return []
    if old.generated is not None and new.generated is None and old.stored:
        return ["DROP EXPRESSION"]
    if old.generated is None or new.generated is None or old.stored != new.stored:
        return None
    return [f"SET EXPRESSION AS ({reparsable(new.generated)})"]


def _is_computed_otherwise(before: CatalogObject, after: CatalogObject, context: Context) -> bool:
    """Whether a generated column's values would have to be cast: PostgreSQL refuses USING."""
    old: facts.Column = facts_of(before)
    new: facts.Column = facts_of(after)
    is_generated = old.generated is not None and new.generated is not None
    return is_generated and cast_of(before, after, context).using is not None


def _default_in_the_way(column: Identity, context: Context) -> list[Identity]:
    """The default, where PostgreSQL could not cast it, or would leave the cast in it."""
    default = Identity(Kind.DEFAULT, column.path)
    if default not in context.source or default not in context.target:
        return []
    one, other = context.source[default].facts, context.target[default].facts
    written = facts_of(context.source[default]).expression
    return [default] if one != other or "::" in written else []


def _type_change(
    table: str, before: CatalogObject, after: CatalogObject, context: Context
) -> Iterable[Statement]:
    old: facts.Column = facts_of(before)
    new: facts.Column = facts_of(after)
    collation = f" COLLATE {new.collation}" if new.collation else ""
    action = f"ALTER COLUMN {quoted(after.identity.path[-1])} TYPE {new.type}{collation}"
    if after.parent is not None and after.parent.kind is Kind.FOREIGN_TABLE:
        # There are no values here to be cast; PostgreSQL refuses USING.
        yield alter_table(table, action, Hazard.BREAKS_CODE, foreign=True)
        return
    cast = cast_of(before, after, context)
    using = f" USING {cast.using}" if cast.using else ""
    renewed = {Hazard.MAY_FAIL} if before.depends_on & context.renewed else set[Hazard]()
    yield from cast.before
    yield alter_table(table, f"{action}{using}", *(hazards_of(old.type, new.type) | renewed))
    yield from cast.behind


def _identity_change(
    table: str, name: str, old: facts.Column, after: CatalogObject
) -> Iterable[Statement]:
    new: facts.IdentityColumn | None = facts_of(after).identity
    if new is None or old.identity == new:
        return
    if old.identity is None:
        yield alter_table(table, f"ALTER COLUMN {name} ADD {identity_clause(after, new)}")
        yield goes_on(after.identity, new.options)
        return
    words: list[str] = []
    if old.identity.always != new.always:
        words.append(f"SET GENERATED {'ALWAYS' if new.always else 'BY DEFAULT'}")
    words += [f"SET {clause}" for clause in sequence_clauses(new.options, old.identity.options)]
    path = after.identity.path
    automatic = automatic_name(path[-2], path[-1], "seq")
    one, other = old.identity.sequence or automatic, new.sequence or automatic
    if words:
        sequence = qualified((path[0], one))
        yield from into_bounds(sequence, old.identity.options, new.options)
        yield alter_table(table, f"ALTER COLUMN {name} {' '.join(words)}")
    if one != other:
        yield Statement(f"ALTER SEQUENCE {qualified((path[0], one))} RENAME TO {quoted(other)}")


def _becomes_narrower(old: facts.IdentityColumn | None, new: facts.IdentityColumn | None) -> bool:
    if old is None or new is None:
        return False
    return INTEGERS.index(new.options.type) < INTEGERS.index(old.options.type)


def _small_changes(
    table: str, name: str, old: facts.Column, new: facts.Column
) -> Iterable[Statement]:
    if old.storage != new.storage:
        word = _STORAGE[new.storage] if new.storage else "DEFAULT"
        yield alter_table(table, f"ALTER COLUMN {name} SET STORAGE {word}")
    if old.compression != new.compression:
        word = _COMPRESSION[new.compression] if new.compression else "default"
        yield alter_table(table, f"ALTER COLUMN {name} SET COMPRESSION {word}")
    if old.statistics != new.statistics:
        target = -1 if new.statistics is None else new.statistics
        yield alter_table(table, f"ALTER COLUMN {name} SET STATISTICS {target}")
    for change in option_changes(old.options, new.options):
        yield alter_table(table, f"ALTER COLUMN {name} {change}")
    if old.foreign_options != new.foreign_options:
        changes = foreign_option_changes(old.foreign_options, new.foreign_options)
        yield alter_table(table, f"ALTER COLUMN {name} {changes}", foreign=True)


class IdentitySequenceHandler(Handler):
    """The sequence of an identity column."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """It comes with the column's identity."""
        return []

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP IDENTITY, where the column stays without one; else it goes or stays with it."""
        column = context.target.get(item.parent) if item.parent else None
        if column is None or facts_of(column).identity is not None:
            return []
        path = column.identity.path
        action = f"ALTER COLUMN {quoted(path[-1])} DROP IDENTITY"
        return [alter_table(qualified(path[:-1]), action)]


class DefaultHandler(Handler):
    """A column's default."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """SET DEFAULT."""
        path = item.identity.path
        expression = reparsable(facts_of(item).expression)
        return [
            alter_table(
                qualified(path[:-1]), f"ALTER COLUMN {quoted(path[-1])} SET DEFAULT {expression}"
            )
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP DEFAULT."""
        path = item.identity.path
        action = f"ALTER COLUMN {quoted(path[-1])} DROP DEFAULT"
        return [alter_table(qualified(path[:-1]), action, Hazard.BREAKS_CODE)]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """SET DEFAULT again."""
        return Alteration(self.create(after, (), context))


class ViewColumnHandler(Handler):
    """A column of a view or an attribute of a composite type: comes and goes with it."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """Nothing to do."""
        return []

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """Nothing to do."""
        return []

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Nothing to do: what it belongs to changes it."""
        return Alteration()
