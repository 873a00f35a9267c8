"""Gives every type and relation of a database its place in the generated package.

Class names are unique over models.py and enums.py. What is in the schema `public` is named as it
is, anything else has its schema's name in front.
"""

from collections.abc import Collection

from pgplumb.codegen.limits import limits_of
from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    CustomType,
    DomainAlias,
    DomainType,
    EnumClass,
    EnumType,
    Field,
    Limits,
    ModelClass,
    RangeType,
    Scalar,
    Type,
    base_of,
    custom_of,
)
from pgplumb.codegen.names import field_name, member_name, pascal_case, unique
from pgplumb.codegen.overrides import Overrides, chosen_type
from pgplumb.errors import PlumbError
from pgplumb.postgres.catalog import Catalog, Column, PostgresType, Relation

# What models.py and enums.py import: a class of that name would hide it.
_IMPORTED_NAMES = frozenset(
    {
        *("Annotated", "Any", "BaseModel", "ConfigDict", "Decimal", "Field", "Literal", "Numeric"),
        *("IPv4Address", "IPv4Interface", "IPv4Network", "MultirangeOf", "RangeOf", "StrEnum"),
        *("IPv6Address", "IPv6Interface", "IPv6Network", "TypeAlias", "UUID"),
    }
)
_KIND_NAMES = {
    "r": "Table",
    "p": "Table",
    "v": "View",
    "m": "Materialized view",
    "f": "Foreign table",
    "c": "Composite type",
}


class Registry:
    """The Python side of a Catalog: names and models, worked out once."""

    def __init__(
        self,
        catalog: Catalog,
        nullable_columns: dict[int, tuple[bool, ...]],
        overrides: Overrides,
    ) -> None:
        """In: a catalog; for relations whose columns' nullability is known better than from
        pg_attribute (views), one bool a column; the types that the user has chosen.

        Raises PlumbError for a chosen type of something that does not exist.
        """
        self._catalog = catalog
        self._nullable = nullable_columns
        self._overrides = overrides
        overrides.check(catalog)
        self._relations = catalog.user_relations()
        composites = sorted(
            (
                relation
                for relation in catalog.relations.values()
                if relation.kind == "c" and not relation.is_extension_member
            ),
            key=lambda relation: (relation.schema, relation.name),
        )
        types = sorted(
            (
                each
                for each in catalog.types.values()
                if each.kind in "ed" and each.schema not in ("pg_catalog", "information_schema")
            ),
            key=lambda each: (each.schema, each.name),
        )
        wanted: list[Relation | PostgresType] = [*self._relations, *composites, *types]
        reserved = _IMPORTED_NAMES | overrides.names()
        names = unique(_class_name(each.schema, each.name, reserved) for each in wanted)
        self._class_names = {each.oid: name for each, name in zip(wanted, names, strict=True)}
        self._enum_types = [each for each in types if each.kind == "e"]
        self._domain_types = [each for each in types if each.kind == "d"]
        self._models: dict[int, ModelClass] = {}
        for relation in (*composites, *self._relations):
            self.model_of(relation.oid)

    @property
    def models(self) -> tuple[ModelClass, ...]:
        """All models, each behind those that it refers to."""
        return tuple(self._models.values())

    @property
    def enums(self) -> tuple[EnumClass, ...]:
        """All enums, by schema and name."""
        return tuple(
            EnumClass(
                self._class_names[each.oid],
                _qualified(each.schema, each.name),
                tuple(zip(unique(map(member_name, each.labels)), each.labels, strict=True)),
                each.comment,
            )
            for each in self._enum_types
        )

    @property
    def domains(self) -> tuple[DomainAlias, ...]:
        """All domains, each behind the one it is based on."""
        aliases: dict[int, DomainAlias] = {}
        # The domains that a list of values is given for, or for one below them.
        listed: set[int] = set()

        def add(each: PostgresType) -> None:
            if each.oid in aliases:
                return
            base = self._catalog.types[each.base]
            if base.kind == "d":
                add(base)
            resolved = self.resolve(each.base, each.base_dimensions)
            limits = _limits(each, resolved, in_list=each.base in listed)
            if each.base in listed or (limits is not None and limits.values):
                listed.add(each.oid)
            aliases[each.oid] = DomainAlias(
                self._class_names[each.oid],
                _qualified(each.schema, each.name),
                resolved,
                each.constraints,
                limits,
                each.comment,
            )

        for each in self._domain_types:
            if self._overrides.of_type(each) is None:
                add(each)
        return tuple(aliases.values())

    def has_model(self, relation: int) -> bool:
        """Whether the relation with this OID is one that a model is written for."""
        return relation in self._class_names

    def model_of(self, relation: int) -> ModelClass:
        """The model of a table, view or composite type by its pg_class OID."""
        known = self._models.get(relation)
        if known is not None:
            return known
        facts = self._catalog.relations[relation]
        nullable = self._nullable.get(
            relation, tuple(not column.not_null for column in facts.columns)
        )
        names = unique(field_name(column.name) for column in facts.columns)
        fields = tuple(
            Field(
                name,
                column.name,
                self.column_type(facts, column),
                is_nullable,
                column.comment,
            )
            for name, column, is_nullable in zip(names, facts.columns, nullable, strict=True)
        )
        model = ModelClass(
            self._class_names[relation],
            f"{_KIND_NAMES[facts.kind]} {_qualified(facts.schema, facts.name)}",
            fields,
            facts.comment,
            is_composite=facts.kind == "c",
        )
        self._models[relation] = model
        return model

    def column_numbers(self, relation: int) -> list[int]:
        """The attribute numbers of a relation's columns, in order."""
        return [column.number for column in self._catalog.relations[relation].columns]

    def column_type(self, relation: Relation, column: Column) -> Type:
        """The type of a column, the chosen one if there is one for it."""
        # What is inside a composite is read and written with it, by its own types.
        own = relation.kind == "c"
        resolved = self.resolve(column.type, column.dimensions, plain=own)
        chosen = None if own else self._overrides.of_column(relation, column.name)
        return resolved if chosen is None else chosen_type(chosen, resolved)

    def origin(self, table: int, number: int) -> tuple[Relation, Column] | None:
        """The column that a result column or a parameter comes from."""
        relation = self._catalog.relations.get(table)
        if relation is None:
            return None
        found = next((each for each in relation.columns if each.number == number), None)
        return None if found is None else (relation, found)

    def chosen_for_parameter(
        self, schema: str, table: str, column: str, type_oid: int
    ) -> Type | None:
        """The chosen type of the column that a parameter of the same type is for."""
        for relation in self._relations:
            if relation.name == table and schema in ("", relation.schema):
                for each in relation.columns:
                    same = self._base_oid(each.type) == self._base_oid(type_oid)
                    if each.name == column and same:
                        return self.column_type(relation, each)
        return None

    def _base_oid(self, oid: int) -> int:
        facts = self._catalog.types.get(oid)
        while facts is not None and facts.kind == "d":
            oid, facts = facts.base, self._catalog.types.get(facts.base)
        return oid

    def pseudo_type(self, oid: int) -> str | None:
        """The name of a pseudo-type (manual, chapter 8.21) such as record; None for a real type."""
        facts = self._catalog.types.get(oid)
        return facts.name if facts is not None and facts.kind == "p" else None

    def resolve(self, oid: int, dimensions: int = 0, *, plain: bool = False) -> Type:
        """The type with this OID; `dimensions` is what a column of an array type was declared with.

        `plain` leaves types that the user has chosen aside.
        Raises PlumbError for an OID that is no type of the database.
        """
        facts = self._catalog.types.get(oid)
        if facts is None:
            raise PlumbError(f"PostgreSQL has no type with the OID {oid}.")
        if facts.element:
            return ArrayType(self.resolve(facts.element, plain=plain), max(dimensions, 1))
        chosen = None if plain else self._overrides.of_type(facts)
        if chosen is not None:
            return chosen_type(chosen, self.resolve(oid, plain=True))
        if facts.kind == "e":
            return EnumType(self._class_names[oid])
        if facts.kind == "d" and oid in self._class_names:
            return DomainType(self._class_names[oid], self._resolve_base(facts, plain=plain))
        if facts.kind == "d":
            return self._resolve_base(facts, plain=plain)
        if facts.kind == "c" and self.has_model(facts.relation):
            return CompositeType(self.model_of(facts.relation).class_name)
        if facts.kind in "rm":
            builtin = facts.schema == "pg_catalog"
            subtype = self.resolve(facts.subtype, plain=plain)
            # Pydantic does not look into a range.
            subtype = subtype.base if isinstance(subtype, CustomType) else subtype
            return RangeType(subtype, facts.kind == "m", builtin)
        return Scalar(facts.name, oid, facts.schema == "pg_catalog")

    def _resolve_base(self, domain: PostgresType, *, plain: bool) -> Type:
        return self.resolve(domain.base, domain.base_dimensions, plain=plain)


def _limits(domain: PostgresType, base: Type, *, in_list: bool) -> Limits | None:
    """What Pydantic can check of a domain over `base`, itself one of a list of values perhaps."""
    scalar = base_of(base)
    if not isinstance(scalar, Scalar) or custom_of(base) is not None:
        return None
    limits = limits_of(domain.checks, scalar)
    # Pydantic puts no bounds on a list of values.
    return None if limits is None or (in_list and not limits.values) else limits


def _class_name(schema: str, name: str, reserved: Collection[str]) -> str:
    return pascal_case(name if schema == "public" else f"{schema}_{name}", reserved)


def _qualified(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"
