"""What crosses the wire in PostgreSQL's binary format; all else does as text.

libpq asks for all columns of a result in one format, so a query is read in binary only if each of
its columns can be.
"""

from collections.abc import Mapping, Sequence

from psycopg.postgres import types

from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    EnumType,
    ModelClass,
    Package,
    Parameter,
    Query,
    RangeType,
    Scalar,
    Type,
    base_of,
    column_types,
    custom_of,
)

# What psycopg writes in binary, given the type.
WRITTEN_IN_BINARY = frozenset(
    {
        *("bool", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "text", "varchar"),
        *("bytea", "date", "time", "timestamp", "timestamptz", "interval", "uuid", "jsonb"),
    }
)
# As elements, JSON is given as something else, and times may lack the zone that binary wants.
_NOT_AS_ELEMENTS = frozenset({"jsonb", "time", "timestamp", "timestamptz"})
# What psycopg makes the same of in both formats. A float4 is not: 0.1 in text, and in binary
# 0.10000000149011612. Nor is a record, whose fields have a type in binary only.
_READ = WRITTEN_IN_BINARY - {"float4"} | {
    "bpchar",
    "cidr",
    "inet",
    "json",
    "name",
    "timetz",
    "void",
}
_READ_OF_EXTENSIONS = frozenset({"citext", "hstore"})


def binary_copy_types(parameters: Sequence[Parameter]) -> tuple[int, ...] | None:
    """The columns' types, when psycopg can write all of them in binary: for a domain its base's."""
    oids = [each for each in (_written(parameter.type) for parameter in parameters) if each]
    return tuple(oids) if len(oids) == len(parameters) else None


def _written(type_: Type) -> int | None:
    match base_of(type_):
        case Scalar(name=name, builtin=True, oid=oid) if name in WRITTEN_IN_BINARY:
            return oid
        # In binary, too, a label is sent as its text.
        case EnumType():
            return types["text"].oid
        case ArrayType(element, dimensions=1) if not (custom_of(type_) or custom_of(element)):
            return _array_written(base_of(element))
        case _:
            return None


def _array_written(element: Type) -> int | None:
    match element:
        case Scalar(name=name, builtin=True) if name in WRITTEN_IN_BINARY - _NOT_AS_ELEMENTS:
            return types[name].array_oid
        case _:
            return None


def with_binary_results(package: Package) -> Package:
    """The package, its queries read in binary where that is possible."""
    models = {model.class_name: model for model in package.models}

    def decided(query: Query) -> Query:
        read = column_types(query.row)
        if not read or not all(_is_read(each, models) for each in read):
            return query
        return query._replace(binary=True, has_intervals=False)

    return package._replace(
        modules=tuple(
            module._replace(queries=tuple(map(decided, module.queries)))
            for module in package.modules
        ),
    )


def _is_read(type_: Type, models: Mapping[str, ModelClass]) -> bool:
    match base_of(type_):
        case Scalar(name=name, builtin=True):
            return name in _READ
        case Scalar(name=name):
            return name in _READ_OF_EXTENSIONS
        case EnumType():
            return True
        case CompositeType(class_name):
            return all(_is_read(field.type, models) for field in models[class_name].fields)
        case ArrayType(element):
            return _is_read(element, models)
        case RangeType(subtype):
            return isinstance(base_of(subtype), Scalar | EnumType) and _is_read(subtype, models)
        case _:
            return False
