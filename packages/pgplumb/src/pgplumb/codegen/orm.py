"""From a catalog to the classes of an object-relational mapper: what is written, as plain data.

A table without a primary key can't be mapped: it has no class.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.codegen.model import EnumClass, ModelClass, Type
from pgplumb.codegen.names import field_name, unique
from pgplumb.codegen.registry import Registry
from pgplumb.postgres.catalog import Catalog, Relation
from pgplumb.postgres.keys import ForeignKey, Keys

# Attributes that declarative classes have themselves, and names that what follows in a class uses.
_RESERVED = frozenset(
    {
        *("metadata", "registry", "type_annotation_map"),
        *("bool", "bytes", "datetime", "enums", "float", "int", "labels", "list", "str"),
        *("mapped_column", "relationship"),
    }
)
_NO_KEYS = Keys()


@dataclass(frozen=True, slots=True)
class OrmColumn:
    """A mapped column. `filled`: PostgreSQL gives it a value when none is; `generated`: always.

    refers: the column that it refers to, `table.column`, when it does so by itself.
    """

    name: str
    column: str
    type: Type
    nullable: bool
    comment: str | None
    primary: bool
    filled: bool
    generated: bool
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class OrmKey:
    """A foreign key of several columns: their names, and those that they refer to."""

    columns: tuple[str, ...]
    refers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrmRelationship:
    """The other end of a foreign key: `many` rows, or one, which `nullable` says may be missing.

    foreign: the attributes that hold the key, of the class `owner`. remote: in the class that holds
    it, the attributes of the target that it refers to.
    """

    name: str
    target: str
    back: str
    many: bool
    nullable: bool
    owner: str
    foreign: tuple[str, ...]
    remote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrmTable:
    """A class to write for a table."""

    class_name: str
    table: str
    schema: str | None
    described_as: str
    columns: tuple[OrmColumn, ...]
    keys: tuple[OrmKey, ...]
    relationships: tuple[OrmRelationship, ...]


@dataclass(frozen=True, slots=True)
class OrmPackage:
    """All there is to write. `composites`: the models of composite types, for their fields."""

    enums: tuple[EnumClass, ...]
    composites: tuple[ModelClass, ...]
    tables: tuple[OrmTable, ...]


def build_orm(registry: Registry, catalog: Catalog, keys: Mapping[int, Keys]) -> OrmPackage:
    """Decide what is written for the tables of a catalog."""
    relations = {
        each.oid: each
        for each in catalog.user_relations()
        if each.kind in "rp" and keys.get(each.oid, _NO_KEYS).primary
    }
    names = {oid: _attributes(relation) for oid, relation in relations.items()}
    relationships = _relationships(registry, relations, names, keys)
    tables = tuple(
        _table(registry, relation, names[oid], keys[oid], relations, relationships[oid])
        for oid, relation in relations.items()
    )
    composites = tuple(
        each._replace(fields=tuple(f._replace(name=_attribute(f.name)) for f in each.fields))
        for each in registry.models
        if each.is_composite
    )
    return OrmPackage(registry.enums, composites, tables)


def _attributes(relation: Relation) -> dict[int, str]:
    """The attribute of each column, by its number."""
    names = unique(_attribute(field_name(each.name)) for each in relation.columns)
    return {each.number: name for each, name in zip(relation.columns, names, strict=True)}


def _attribute(name: str) -> str:
    return f"{name}_" if name in _RESERVED else name


def _table(  # noqa: PLR0917  what is known of one table
    registry: Registry,
    relation: Relation,
    names: Mapping[int, str],
    keys: Keys,
    relations: Mapping[int, Relation],
    relationships: list[OrmRelationship],
) -> OrmTable:
    model = registry.model_of(relation.oid)
    single: dict[int, str] = {}
    several: list[OrmKey] = []
    for key in keys.foreign:
        if key.table not in relations:
            continue
        referred = tuple(_path(relations[key.table], number) for number in key.referred)
        if len(key.columns) == 1:
            single.setdefault(key.columns[0], referred[0])
        else:
            several.append(OrmKey(tuple(_column(relation, each) for each in key.columns), referred))
    columns = tuple(
        OrmColumn(
            names[column.number],
            column.name,
            field.type,
            field.nullable,
            column.comment,
            primary=column.number in keys.primary,
            filled=column.number in keys.default | keys.identity,
            generated=column.number in keys.generated,
            refers=single.get(column.number),
        )
        for column, field in zip(relation.columns, model.fields, strict=True)
    )
    return OrmTable(
        model.class_name,
        relation.name,
        None if relation.schema == "public" else relation.schema,
        relation.comment or model.described_as,
        columns,
        tuple(several),
        tuple(relationships),
    )


def _relationships(
    registry: Registry,
    relations: Mapping[int, Relation],
    names: Mapping[int, Mapping[int, str]],
    keys: Mapping[int, Keys],
) -> dict[int, list[OrmRelationship]]:
    """Both ends of every foreign key between mapped tables, by the table that they are part of."""
    found: dict[int, list[OrmRelationship]] = {oid: [] for oid in relations}
    taken = {oid: {*own.values(), *_RESERVED} for oid, own in names.items()}

    def free(oid: int, name: str) -> str:
        [given] = unique([name], taken[oid])
        taken[oid].add(given)
        return given

    for oid, relation in relations.items():
        foreign = [each for each in keys[oid].foreign if each.table in relations]
        times = Counter(each.table for each in foreign)
        for key in foreign:
            target = relations[key.table]
            to = free(oid, _name_of(key, names[oid], target))
            several = key.columns not in keys[oid].unique
            base = field_name(relation.name)
            back = base if not several or base.endswith("s") else f"{base}s"
            back = free(key.table, back if times[key.table] == 1 else f"{back}_by_{to}")
            owner = registry.model_of(oid).class_name
            other = registry.model_of(key.table).class_name
            attributes = tuple(names[oid][each] for each in key.columns)
            optional = any(_is_nullable(registry, relation, each) for each in key.columns)
            found[oid].append(
                OrmRelationship(
                    name=to,
                    target=other,
                    back=back,
                    many=False,
                    nullable=optional,
                    owner=owner,
                    foreign=attributes,
                    remote=tuple(names[key.table][each] for each in key.referred),
                )
            )
            found[key.table].append(
                OrmRelationship(back, owner, to, several, not several, owner, attributes)
            )
    return found


def _name_of(key: ForeignKey, names: Mapping[int, str], target: Relation) -> str:
    """`organiser` for organiser_id, `mentor_person` for mentor; else as the other table."""
    if len(key.columns) != 1:
        return field_name(target.name)
    column = names[key.columns[0]]
    name = column.removesuffix("_id")
    return name if name and name != column else f"{column}_{field_name(target.name)}"


def _is_nullable(registry: Registry, relation: Relation, number: int) -> bool:
    fields = registry.model_of(relation.oid).fields
    position = [each.number for each in relation.columns].index(number)
    return fields[position].nullable


def _column(relation: Relation, number: int) -> str:
    return next(each.name for each in relation.columns if each.number == number)


def _path(relation: Relation, number: int) -> str:
    schema = "" if relation.schema == "public" else f"{relation.schema}."
    return f"{schema}{relation.name}.{_column(relation, number)}"
