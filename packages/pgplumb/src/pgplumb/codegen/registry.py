"""Gives every type and relation of a database its place in the generated package.

Class names are unique over models.py and enums.py. What is in the schema `public` is named as it
is, anything else has its schema's name in front.

A table's model is of its rows, which keep to its NOT NULL. Any other value of its row type need
not: where there is one, it gets a model of its own, `ContactValue`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
from pgplumb.codegen.names import (
    IMPORTED_BY_MODELS,
    field_name,
    member_name,
    pascal_case,
    snake_case,
    unique,
)
from pgplumb.codegen.overrides import Overrides, chosen_type
from pgplumb.errors import PlumbError
from pgplumb.nullability import Column as Proof
from pgplumb.nullability import Shape
from pgplumb.postgres.catalog import Catalog, Column, PostgresType, Relation

_KIND_NAMES = {
    "r": "Table",
    "p": "Table",
    "v": "View",
    "m": "Materialized view",
    "f": "Foreign table",
    "c": "Composite type",
}
_PLAIN = Shape(1, stored=False)


class Registry:
    """The Python side of a Catalog: names and models, worked out once."""

    def __init__(
        self,
        catalog: Catalog,
        proofs: Mapping[int, Sequence[Proof]],
        overrides: Overrides,
        reserved: Collection[str] = IMPORTED_BY_MODELS,
    ) -> None:
        """In: a catalog; what is proven of the columns of its tables and views (without proof they
        may be NULL); the types that the user has chosen; what no class can be called.

        Raises PlumbError for a chosen type of something that does not exist.
        """
        self._catalog = catalog
        self._proofs = proofs
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
        self._class_names = _class_names(wanted, reserved)
        self._enum_types = [each for each in types if each.kind == "e"]
        self._domain_types = [each for each in types if each.kind == "d"]
        self._models: dict[int, ModelClass] = {}
        self._values: dict[int, ModelClass] = {}
        self._written: list[ModelClass] = []
        self._columns: dict[tuple[str, str], list[tuple[Relation, Column]]] = defaultdict(list)
        for relation in self._relations:
            for column in relation.columns:
                self._columns[relation.name, column.name].append((relation, column))
        for relation in (*composites, *self._relations):
            self.model_of(relation.oid)

    @property
    def models(self) -> tuple[ModelClass, ...]:
        """All models that there are up to now, each behind those that it refers to."""
        return tuple(self._written)

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
            resolved = self._resolve_base(each)
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
        proofs = self._proofs.get(relation, ())
        model = ModelClass(
            self._class_names[relation],
            _described(facts),
            _fields(
                facts,
                [self.column_type(facts, column) for column in facts.columns],
                [not proof.verdict.non_null for proof in proofs] or [True] * len(facts.columns),
            ),
            facts.comment,
            is_composite=facts.kind == "c",
        )
        self._models[relation] = model
        self._written.append(model)
        return model

    def _value_of(self, relation: int) -> ModelClass:
        """The model of any value of a relation's row type; that of its rows, if it is no other."""
        model, facts = self.model_of(relation), self._catalog.relations[relation]
        known = self._values.get(relation)
        if known is not None or model.is_composite:
            return known or model
        types = [
            self.resolve(each.type, Shape(each.dimensions or None, stored=False), plain=True)
            for each in facts.columns
        ]
        fields = _fields(facts, types, [True] * len(types))
        if fields == model.fields:
            return model
        taken = {each.class_name for each in self._values.values()} | {*self._class_names.values()}
        [name] = unique([f"{model.class_name.rstrip('_')}Value"], taken)
        kind = _described(facts)
        described = f"A value of {kind[0].lower()}{kind[1:]}'s row type: anything in it may be NULL"
        value = ModelClass(name, described, fields, None)
        self._values[relation] = value
        self._written.append(value)
        return value

    def column_numbers(self, relation: int) -> list[int]:
        """The attribute numbers of a relation's columns, in order."""
        return [column.number for column in self._catalog.relations[relation].columns]

    def column_type(self, relation: Relation, column: Column, shape: Shape | None = None) -> Type:
        """The type of a column, the chosen one if there is one for it.

        `shape` is what a query has found out of it, if it has.
        """
        # What is inside a composite is read and written with it, by its own types.
        own = relation.kind == "c"
        resolved = self.resolve(column.type, shape or self._shape(relation, column), plain=own)
        chosen = None if own else self._overrides.of_column(relation, column.name)
        return resolved if chosen is None else chosen_type(chosen, resolved)

    def _shape(self, relation: Relation, column: Column) -> Shape:
        proofs = self._proofs.get(relation.oid)
        if proofs is None:
            return Shape(column.dimensions or None, stored=False)
        return proofs[relation.columns.index(column)].shape

    def origin(self, table: int, number: int) -> tuple[Relation, Column] | None:
        """The column that a result column or a parameter comes from."""
        relation = self._catalog.relations.get(table)
        if relation is None:
            return None
        found = next((each for each in relation.columns if each.number == number), None)
        return None if found is None else (relation, found)

    def model_of_table(self, schema: str, table: str, column: str) -> ModelClass | None:
        """The model of the table that has the column; `schema` may be empty."""
        found = next(self._columns_named(schema, table, column), None)
        return None if found is None else self.model_of(found[0].oid)

    def chosen_for_parameter(
        self, schema: str, table: str, column: str, type_oid: int
    ) -> Type | None:
        """The chosen type of the column that a parameter of the same type is for."""
        for relation, each in self._columns_named(schema, table, column):
            if self._base_oid(each.type) == self._base_oid(type_oid):
                return self.column_type(relation, each)
        return None

    def _columns_named(
        self, schema: str, table: str, column: str
    ) -> Iterator[tuple[Relation, Column]]:
        """The columns so named, with their relations; any schema where that is empty."""
        for relation, each in self._columns.get((table, column), ()):
            if schema in ("", relation.schema):
                yield relation, each

    def _base_oid(self, oid: int) -> int:
        facts = self._catalog.types.get(oid)
        while facts is not None and facts.kind == "d":
            oid, facts = facts.base, self._catalog.types.get(facts.base)
        return oid

    def pseudo_type(self, oid: int) -> str | None:
        """The name of a pseudo-type (manual, chapter 8.21) such as record; None for a real type."""
        facts = self._catalog.types.get(oid)
        return facts.name if facts is not None and facts.kind == "p" else None

    def resolve(self, oid: int, shape: Shape = _PLAIN, *, plain: bool = False) -> Type:
        """The type with this OID; `shape` is what it does not say of the value.

        `plain` leaves types that the user has chosen aside.
        Raises PlumbError for an OID that is no type of the database.
        """
        facts = self._catalog.types.get(oid)
        if facts is None:
            raise PlumbError(f"PostgreSQL has no type with the OID {oid}.")
        if facts.element:
            # One that is always empty has no dimensions.
            dimensions = 1 if shape.dimensions == 0 else shape.dimensions
            return ArrayType(self.resolve(facts.element, shape, plain=plain), dimensions)
        chosen = None if plain else self._overrides.of_type(facts)
        if chosen is not None:
            return chosen_type(chosen, self.resolve(oid, shape, plain=True))
        if facts.kind == "e":
            return EnumType(self._class_names[oid])
        if facts.kind == "d" and oid in self._class_names:
            return DomainType(self._class_names[oid], self._resolve_base(facts, plain=plain))
        if facts.kind == "d":
            return self._resolve_base(facts, plain=plain)
        if facts.kind == "c" and self.has_model(facts.relation):
            return self._row_type(facts.relation, stored=shape.stored)
        if facts.kind in "rm":
            builtin = facts.schema == "pg_catalog"
            subtype = self.resolve(facts.subtype, plain=plain)
            # Pydantic does not look into a range.
            subtype = subtype.base if isinstance(subtype, CustomType) else subtype
            return RangeType(subtype, facts.kind == "m", builtin)
        return Scalar(facts.name, oid, facts.schema == "pg_catalog")

    def _resolve_base(self, domain: PostgresType, *, plain: bool = False) -> Type:
        shape = Shape(domain.base_dimensions or None, stored=False)
        return self.resolve(domain.base, shape, plain=plain)

    def _row_type(self, relation: int, *, stored: bool) -> CompositeType:
        rows = self.model_of(relation)
        values = rows if stored else self._value_of(relation)
        same = [each.type for each in rows.fields] == [each.type for each in values.fields]
        return CompositeType(
            values.class_name, rows.class_name if same and values is not rows else None
        )


def _fields(
    relation: Relation, types: Sequence[Type], nullable: Sequence[bool]
) -> tuple[Field, ...]:
    names = unique(field_name(column.name) for column in relation.columns)
    return tuple(
        Field(name, column.name, type_, is_nullable, column.comment)
        for name, column, type_, is_nullable in zip(
            names, relation.columns, types, nullable, strict=True
        )
    )


def _described(relation: Relation) -> str:
    return f"{_KIND_NAMES[relation.kind]} {_qualified(relation.schema, relation.name)}"


def _limits(domain: PostgresType, base: Type, *, in_list: bool) -> Limits | None:
    """What Pydantic can check of a domain over `base`, itself one of a list of values perhaps."""
    scalar = base_of(base)
    if not isinstance(scalar, Scalar) or custom_of(base) is not None:
        return None
    limits = limits_of(domain.checks, scalar)
    # Pydantic puts no bounds on a list of values.
    return None if limits is None or (in_list and not limits.values) else limits


def _class_names(
    wanted: Iterable[Relation | PostgresType], reserved: Collection[str]
) -> dict[int, str]:
    """A name for each, by its OID.

    Of those that would be called the same, the one in `public`, or else the one that is written as
    a class's name suggests, is; the others get `_2`, `_3`. `AB` and `Ab` are the same.
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    for each in sorted(wanted, key=_precedence):
        name = _class_name(each, reserved)
        candidate, number = name, 2
        while snake_case(candidate) in taken:
            candidate, number = f"{name}_{number}", number + 1
        taken.add(snake_case(candidate))
        names[each.oid] = candidate
    return names


def _precedence(each: Relation | PostgresType) -> tuple[bool, bool, str, str]:
    is_plain = each.name == snake_case(_class_name(each))
    return each.schema != "public", not is_plain, each.schema, each.name


def _class_name(
    each: Relation | PostgresType, reserved: Collection[str] = IMPORTED_BY_MODELS
) -> str:
    name = each.name if each.schema == "public" else f"{each.schema}_{each.name}"
    return pascal_case(name, reserved)


def _qualified(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"
