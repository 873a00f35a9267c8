"""Schemas, extensions, types and sequences."""

from collections.abc import Sequence

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.columns import goes_on, nextval
from pgplumb.planner.handlers.sequence_bounds import into_bounds
from pgplumb.planner.handlers.text import sequence_clauses
from pgplumb.planner.names import literal, qualified, quoted
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot import facts
from pgplumb.snapshot.model import CatalogObject, Identity, Kind


class SchemaHandler(Handler):
    """A schema."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE SCHEMA."""
        return [Statement(f"CREATE SCHEMA {qualified(item.identity.path)}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP SCHEMA, which fails when something is left in it."""
        return [Statement(f"DROP SCHEMA {qualified(item.identity.path)}")]


class ExtensionHandler(Handler):
    """An extension."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE EXTENSION."""
        schema = quoted(facts_of(item).schema)
        name = qualified(item.identity.path)
        if facts_of(item).schema == "pg_catalog":
            return [Statement(f"CREATE EXTENSION {name}")]
        return [Statement(f"CREATE EXTENSION {name} SCHEMA {schema}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP EXTENSION, which fails when something still needs it."""
        sql = f"DROP EXTENSION {qualified(item.identity.path)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """SET SCHEMA."""
        name, schema = qualified(after.identity.path), quoted(facts_of(after).schema)
        return Alteration([Statement(f"ALTER EXTENSION {name} SET SCHEMA {schema}")])


class EnumHandler(Handler):
    """An enum type."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TYPE ... AS ENUM."""
        labels = ", ".join(literal(label) for label in facts_of(item).labels)
        return [Statement(f"CREATE TYPE {qualified(item.identity.path)} AS ENUM ({labels})")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TYPE."""
        return [Statement(f"DROP TYPE {qualified(item.identity.path)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ADD VALUE where labels were only added."""
        old: tuple[str, ...] = facts_of(before).labels
        new: tuple[str, ...] = facts_of(after).labels
        if tuple(label for label in new if label in old) != old:
            return None
        name = qualified(after.identity.path)
        statements: list[Statement] = []
        present = list(old)
        for position, label in enumerate(new):
            if label in present:
                continue
            place = f" BEFORE {literal(present[position])}" if position < len(present) else ""
            statements.append(
                Statement(f"ALTER TYPE {name} ADD VALUE {literal(label)}{place}", early=True)
            )
            present.insert(position, label)
        return Alteration(statements)


class CompositeHandler(Handler):
    """A composite type."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """Attributes come with their type."""
        return part.identity.kind is Kind.COLUMN

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TYPE ... AS (...)."""
        made: facts.Composite = facts_of(item)
        lines = ",\n    ".join(_attribute(each) for each in made.attributes)
        body = f"(\n    {lines}\n)" if lines else "()"
        return [Statement(f"CREATE TYPE {qualified(item.identity.path)} AS {body}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TYPE."""
        return [Statement(f"DROP TYPE {qualified(item.identity.path)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER TYPE ... ADD, DROP, ALTER ATTRIBUTE, where that gives the order of attributes."""
        old: facts.Composite = facts_of(before)
        new: facts.Composite = facts_of(after)
        names = [each.name for each in new.attributes]
        before_by_name = {each.name: each for each in old.attributes}
        kept = [each.name for each in old.attributes if each.name in names]
        if names[: len(kept)] != kept:
            return None
        changes = [
            f"DROP ATTRIBUTE {quoted(each.name)}"
            for each in old.attributes
            if each.name not in names
        ]
        for each in new.attributes:
            was = before_by_name.get(each.name)
            if was is None:
                changes.append(f"ADD ATTRIBUTE {_attribute(each)}")
            elif was != each:
                collation = f" COLLATE {each.collation}" if each.collation else ""
                changes.append(f"ALTER ATTRIBUTE {quoted(each.name)} TYPE {each.type}{collation}")
        users = {
            each.kind
            for each in context.source_dependents.get(after.identity, ())
            if context.source[each].implied_by != after.identity
        }
        if users - {Kind.TABLE_TYPE} and any(change.startswith("ALTER") for change in changes):
            return None
        hazards = (
            frozenset({Hazard.DATA_LOSS, Hazard.BREAKS_CODE})
            if Kind.COLUMN in users and any(change.startswith("DROP") for change in changes)
            else frozenset[Hazard]()
        )
        name = qualified(after.identity.path)
        statements = [Statement(f"ALTER TYPE {name} {', '.join(changes)}", hazards)]
        return Alteration(statements, {Kind.TABLE_TYPE})


def _attribute(each: facts.Attribute) -> str:
    collation = f" COLLATE {each.collation}" if each.collation else ""
    return f"{quoted(each.name)} {each.type}{collation}"


class DomainHandler(Handler):
    """A domain."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """Constraints that are valid from the start come with their domain."""
        return part.identity.kind is Kind.DOMAIN_CONSTRAINT and not facts_of(
            part
        ).definition.endswith(" NOT VALID")

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE DOMAIN with its constraints."""
        made: facts.Domain = facts_of(item)
        words = [f"CREATE DOMAIN {qualified(item.identity.path)} AS {made.base}"]
        lines: list[str] = []
        if made.collation:
            words.append(f"COLLATE {made.collation}")
        if made.default is not None:
            words.append(f"DEFAULT {reparsable(made.default)}")
        if made.not_null:
            words.append("NOT NULL")
        for part in sorted(parts, key=lambda each: each.identity):
            definition = reparsable(facts_of(part).definition)
            lines.append(f"\n    CONSTRAINT {quoted(part.identity.path[-1])} {definition}")
        return [Statement(" ".join(words) + "".join(lines))]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP DOMAIN."""
        return [Statement(f"DROP DOMAIN {qualified(item.identity.path)}")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER DOMAIN, but for another base type."""
        old: facts.Domain = facts_of(before)
        new: facts.Domain = facts_of(after)
        if (old.base, old.collation) != (new.base, new.collation):
            return None
        name = qualified(after.identity.path)
        changes: list[Statement] = []
        if old.default != new.default:
            change = f"SET DEFAULT {reparsable(new.default)}" if new.default else "DROP DEFAULT"
            changes.append(Statement(f"ALTER DOMAIN {name} {change}"))
        if old.not_null != new.not_null:
            word = "SET" if new.not_null else "DROP"
            changes.append(
                Statement(
                    f"ALTER DOMAIN {name} {word} NOT NULL",
                    frozenset({Hazard.MAY_FAIL, Hazard.SCAN} if new.not_null else ()),
                )
            )
        return Alteration(changes)


class DomainConstraintHandler(Handler):
    """A domain's CHECK constraint."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """ALTER DOMAIN ... ADD CONSTRAINT."""
        path = item.identity.path
        definition = reparsable(facts_of(item).definition)
        return [
            Statement(
                f"ALTER DOMAIN {qualified(path[:-1])}"
                f" ADD CONSTRAINT {quoted(path[-1])} {definition}",
                frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
            )
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """ALTER DOMAIN ... DROP CONSTRAINT."""
        path = item.identity.path
        return [
            Statement(f"ALTER DOMAIN {qualified(path[:-1])} DROP CONSTRAINT {quoted(path[-1])}")
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """VALIDATE, where that is all there is to change."""
        old, new = facts_of(before).definition, facts_of(after).definition
        if old == f"{new} NOT VALID":
            path = after.identity.path
            return Alteration(
                [
                    Statement(
                        f"ALTER DOMAIN {qualified(path[:-1])}"
                        f" VALIDATE CONSTRAINT {quoted(path[-1])}",
                        frozenset({Hazard.SCAN, Hazard.MAY_FAIL}),
                    )
                ]
            )
        return None


class RangeHandler(Handler):
    """A range type."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE TYPE ... AS RANGE."""
        made: facts.Range = facts_of(item)
        clauses = [f"subtype = {made.subtype}", f"subtype_opclass = {made.operator_class}"]
        if made.collation:
            clauses.append(f"collation = {made.collation}")
        if made.canonical:
            clauses.append(f"canonical = {made.canonical}")
        if made.difference:
            clauses.append(f"subtype_diff = {made.difference}")
        clauses.append(f"multirange_type_name = {made.multirange}")
        lines = ",\n    ".join(clauses)
        return [
            Statement(f"CREATE TYPE {qualified(item.identity.path)} AS RANGE (\n    {lines}\n)")
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP TYPE."""
        return [Statement(f"DROP TYPE {qualified(item.identity.path)}")]


class SequenceHandler(Handler):
    """A sequence."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE SEQUENCE with what is not PostgreSQL's own choice."""
        made: facts.Sequence = facts_of(item)
        unlogged = "UNLOGGED " if made.unlogged else ""
        words = [f"CREATE {unlogged}SEQUENCE {qualified(item.identity.path)}"]
        if made.options.type != "bigint":
            words.append(f"AS {made.options.type}")
        return [Statement(" ".join([*words, *sequence_clauses(made.options)]))]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP SEQUENCE: where it had come to is lost."""
        sql = f"DROP SEQUENCE {qualified(item.identity.path)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER SEQUENCE: it goes on from where it is, if it can."""
        old: facts.Sequence = facts_of(before)
        new: facts.Sequence = facts_of(after)
        name = qualified(after.identity.path)
        statements: list[Statement] = []
        words: list[str] = []
        if old.options.type != new.options.type:
            words.append(f"AS {new.options.type}")
        words += sequence_clauses(new.options, old.options)
        if words:
            statements += into_bounds(name, old.options, new.options)
            statements.append(Statement(f"ALTER SEQUENCE {name} {' '.join(words)}"))
        if old.unlogged != new.unlogged:
            word = "UNLOGGED" if new.unlogged else "LOGGED"
            statements.append(Statement(f"ALTER SEQUENCE {name} SET {word}"))
        return Alteration(statements)


class SequenceOwnerHandler(Handler):
    """The column that owns a sequence."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """OWNED BY."""
        column: Identity = facts_of(item).column
        name = qualified(item.identity.path)
        owned = Statement(f"ALTER SEQUENCE {name} OWNED BY {qualified(column.path)}")
        default = context.target.get(Identity(Kind.DEFAULT, column.path))
        is_new = item.parent is not None and item.parent not in context.source
        numbers = default is not None and facts_of(default).expression == nextval(name)
        if not is_new or not numbers or column not in context.source:
            return [owned]
        sequence = context.target[Identity(Kind.SEQUENCE, item.identity.path)]
        return [owned, goes_on(column, facts_of(sequence).options, name)]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """OWNED BY NONE: the sequence outlives the column."""
        return [Statement(f"ALTER SEQUENCE {qualified(item.identity.path)} OWNED BY NONE")]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """OWNED BY another column."""
        return Alteration(self.create(after, (), context))
