"""The type of a column in SQLAlchemy, and what its values are annotated as."""

from dataclasses import dataclass

from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    CustomType,
    DomainType,
    EnumClass,
    EnumType,
    RangeType,
    Scalar,
    Type,
    base_of,
)
from pgplumb.codegen.render.text import Imports, string
from pgplumb.errors import PlumbError

_DIALECT = "sqlalchemy.dialects.postgresql"
# By PostgreSQL's name: module and class in SQLAlchemy, its arguments; module and name in Python.
_SCALARS: dict[str, tuple[str, str, str, str, str]] = {
    "bool": ("sqlalchemy", "Boolean", "", "", "bool"),
    "int2": ("sqlalchemy", "SmallInteger", "", "", "int"),
    "int4": ("sqlalchemy", "Integer", "", "", "int"),
    "int8": ("sqlalchemy", "BigInteger", "", "", "int"),
    "oid": (_DIALECT, "OID", "", "", "int"),
    "float4": (_DIALECT, "REAL", "", "", "float"),
    "float8": ("sqlalchemy", "Double", "", "", "float"),
    "numeric": ("sqlalchemy", "Numeric", "", "decimal", "Decimal"),
    "text": ("sqlalchemy", "Text", "", "", "str"),
    "varchar": ("sqlalchemy", "String", "", "", "str"),
    "bpchar": ("sqlalchemy", "CHAR", "", "", "str"),
    "bytea": ("sqlalchemy", "LargeBinary", "", "", "bytes"),
    "date": ("sqlalchemy", "Date", "", "datetime", "datetime.date"),
    "time": ("sqlalchemy", "Time", "", "datetime", "datetime.time"),
    "timetz": ("sqlalchemy", "Time", "timezone=True", "datetime", "datetime.time"),
    "timestamp": ("sqlalchemy", "DateTime", "", "datetime", "datetime.datetime"),
    "timestamptz": ("sqlalchemy", "DateTime", "timezone=True", "datetime", "datetime.datetime"),
    "interval": (_DIALECT, "INTERVAL", "", "datetime", "datetime.timedelta"),
    "uuid": ("sqlalchemy", "Uuid", "", "uuid", "UUID"),
    # None is NULL, as in the queries' models: else SQLAlchemy would write JSON's null for it.
    "json": (_DIALECT, "JSON", "none_as_null=True", "typing", "Any"),
    "jsonb": (_DIALECT, "JSONB", "none_as_null=True", "typing", "Any"),
    "macaddr": (_DIALECT, "MACADDR", "", "", "str"),
    "macaddr8": (_DIALECT, "MACADDR8", "", "", "str"),
    "money": (_DIALECT, "MONEY", "", "", "str"),
    "tsvector": (_DIALECT, "TSVECTOR", "", "", "str"),
    "tsquery": (_DIALECT, "TSQUERY", "", "", "str"),
    "citext": (_DIALECT, "CITEXT", "", "", "str"),
}
_ADDRESSES = {
    "inet": ("INET", ("IPv4Address", "IPv6Address", "IPv4Interface", "IPv6Interface")),
    "cidr": ("CIDR", ("IPv4Network", "IPv6Network")),
}
_RANGES = {
    "int4": "INT4",
    "int8": "INT8",
    "numeric": "NUM",
    "date": "DATE",
    "timestamp": "TS",
    "timestamptz": "TSTZ",
}


@dataclass(slots=True)
class OrmTypes:
    """Writes types for one module and notes what they need to be imported.

    enums: by their classes' names. composites: PostgreSQL's names, by their classes'. pydantic:
    ranges are annotated for it.
    """

    imports: Imports
    enums: dict[str, EnumClass]
    composites: dict[str, str]
    pydantic: bool = False

    def annotation(self, type_: Type, where: str, *, nullable: bool) -> str:
        """What the values of a column are annotated as. Raises PlumbError that names `where`."""
        text = self._annotation(type_, where)
        return f"{text} | None" if nullable and text != "Any" else text

    def _annotation(self, type_: Type, where: str) -> str:
        match type_:
            case CustomType(module, name):
                return self.imports.chosen(module, name)
            case DomainType(base=base):
                return self._annotation(base, where)
            case EnumType(class_name):
                self.imports.name(".", "enums")
                return f"enums.{class_name}"
            case CompositeType(class_name) if class_name in self.composites:
                return class_name
            case Scalar(name=name) if name in _ADDRESSES:
                return " | ".join(self.imports.name("ipaddress", n) for n in _ADDRESSES[name][1])
            case Scalar(name=name) if name in _SCALARS:
                _, _, _, module, written = _SCALARS[name]
                if module == "datetime":
                    self.imports.module(module)
                elif module:
                    self.imports.name(module, written)
                return written
            case ArrayType(element, dimensions):
                text = self.annotation(element, where, nullable=True)
                for _ in range(dimensions or 1):
                    text = f"list[{text}]"
                return text
            case RangeType(subtype, is_multirange):
                inner = self._annotation(subtype, where)
                source, name = ("._ranges", "RangeOf") if self.pydantic else (_DIALECT, "Range")
                written = f"{self.imports.name(source, name)}[{inner}]"
                return f"list[{written}]" if is_multirange else written
            case _:
                raise _unmapped(where)

    def column_type(self, type_: Type, where: str) -> str:
        """The expression for a column's type. Raises PlumbError that names `where`."""
        base = base_of(type_)
        match base:
            case EnumType(class_name):
                return self._enum(self.enums[class_name])
            case CompositeType(class_name) if class_name in self.composites:
                composite = self.imports.name("._types", "Composite")
                return f"{composite}({class_name}, {string(self.composites[class_name])})"
            case Scalar(name=name) if name in _ADDRESSES:
                return f"{self.imports.name(_DIALECT, _ADDRESSES[name][0])}()"
            case Scalar(name=name) if name in _SCALARS:
                module, written, arguments, _, _ = _SCALARS[name]
                return f"{self.imports.name(module, written)}({arguments})"
            case ArrayType(element, dimensions):
                array = self.imports.name(_DIALECT, "ARRAY")
                depth = f", dimensions={dimensions}" if dimensions else ""
                # Type checkers don't know what an ENUM holds.
                held = base_of(element)
                of = f"[enums.{held.class_name}]" if isinstance(held, EnumType) else ""
                return f"{array}{of}({self.column_type(element, where)}{depth})"
            case RangeType(subtype, is_multirange, True):
                inner = base_of(subtype)
                if isinstance(inner, Scalar) and inner.name in _RANGES:
                    kind = "MULTIRANGE" if is_multirange else "RANGE"
                    return f"{self.imports.name(_DIALECT, _RANGES[inner.name] + kind)}()"
            case _:
                pass
        raise _unmapped(where)

    def _enum(self, enum: EnumClass) -> str:
        self.imports.name(".", "enums")
        schema, _, name = enum.postgres_name.rpartition(".")
        arguments = [f"enums.{enum.class_name}", f"name={string(name)}"]
        if schema:
            arguments.append(f"schema={string(schema)}")
        labels = self.imports.name("._types", "labels")
        arguments += ["create_type=False", f"values_callable={labels}"]
        return f"{self.imports.name(_DIALECT, 'ENUM')}({', '.join(arguments)})"


def _unmapped(where: str) -> PlumbError:
    return PlumbError(
        f"SQLAlchemy has no type for {where}.",
        hint="Leave the option orm out for this schema, or give the column a type that it has.",
    )
