"""The Python side of each type: its annotation, how it is loaded and how it is dumped.

What psycopg loads is from its documentation, "Adapting basic Python types"; a type that psycopg
does not know arrives as the text that PostgreSQL sends.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    CustomType,
    DomainType,
    Driver,
    EnumType,
    RangeType,
    Scalar,
    TextType,
    Type,
    base_of,
    custom_of,
)
from pgplumb.codegen.names import constant_case
from pgplumb.codegen.render.text import Imports, string
from pgplumb.codegen.texts import arrives_as_text

_BUILTIN_NAMES = {
    "bool": "bool",
    "bytea": "bytes",
    "int2": "int",
    "int4": "int",
    "int8": "int",
    "oid": "int",
    "float4": "float",
    "float8": "float",
}
_IMPORTED = {
    "numeric": [("decimal", "Decimal")],
    "uuid": [("uuid", "UUID")],
    "json": [("typing", "Any")],
    "jsonb": [("typing", "Any")],
    "inet": [
        ("ipaddress", "IPv4Address"),
        ("ipaddress", "IPv6Address"),
        ("ipaddress", "IPv4Interface"),
        ("ipaddress", "IPv6Interface"),
    ],
    "cidr": [("ipaddress", "IPv4Network"), ("ipaddress", "IPv6Network")],
}
_DATETIME = {
    "date": "date",
    "time": "time",
    "timetz": "time",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "interval": "timedelta",
}
# Without these psycopg picks the smallest type that holds the value, and PostgreSQL then finds no
# operator for, say, int8range @> int2.
_WRAPPERS = {"int2": "Int2", "int4": "Int4", "int8": "Int8", "float4": "Float4"}
# Whether a value has a time zone.
_ZONES = {
    "time": "without_zone",
    "timestamp": "without_zone",
    "timetz": "with_zone",
    "timestamptz": "with_zone",
}
_TEXT_OID = 25
# Types of extensions, and the loader that reads them.
_EXTENSION_TYPES = {"hstore": "hstore", "vector": "vector", "halfvec": "vector"}
_LOADER_NAMES = (
    "ARRAY_",
    "HSTORE",
    "MULTIRANGE_OF",
    "RANGE_OF",
    "SCALAR_",
    "TEXT",
    "VECTOR",
    "VOID",
)
_JSON_WRAPPERS = {"json": "Json", "jsonb": "Jsonb"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How results are read: in binary format perhaps, and columns of `texts` as text perhaps.

    trusted: what PostgreSQL vouches for is not validated.
    """

    binary: bool = False
    texts: frozenset[Type] = frozenset()
    trusted: bool = False


_PLAIN = Reading()


@dataclass(slots=True)
class TypeWriter:
    """Writes annotations for one module and notes what they need to be imported.

    `hidden` are names that something in the module hides (a field called `list`): another way to
    the same thing is taken. `root` is the package's own place seen from the module: `.` or `..`.
    `frozen`: models can't be changed. `driver`: whose ranges they are.
    """

    imports: Imports
    hidden: Collection[str] = ()
    root: str = "."
    in_models: bool = False
    frozen: bool = False
    reading: Reading = _PLAIN
    driver: Driver = Driver.PSYCOPG

    def annotation(self, type_: Type, *, nullable: bool = False) -> str:
        """The annotation of a model's field."""
        text = self._annotation(type_, validated=True)
        return f"{text} | None" if nullable and text not in ("Any", "None") else text

    def argument(self, type_: Type, *, nullable: bool, elements_nullable: bool = True) -> str:
        """The annotation of an argument: any sequence will do for an array."""
        base = base_of(type_)
        if isinstance(base, ArrayType):
            self.imports.name("collections.abc", "Sequence")
            text = self._argument(base.element)
            text += " | None" if elements_nullable and text not in ("Any", "None") else ""
            for _ in range(base.dimensions or 1):
                text = f"Sequence[{text}]"
        else:
            text = self._argument(type_)
        return f"{text} | None" if nullable and text not in ("Any", "None") else text

    def _argument(self, type_: Type) -> str:
        text = self._annotation(type_, validated=False)
        match base_of(type_):
            case CompositeType(row_class=str(row_class)):
                return f"{self.model(row_class)} | {text}"
            case _:
                return text

    def value(self, type_: Type, *, nullable: bool) -> str:
        """The annotation of a value that a query gives by itself."""
        text = self._annotation(type_, validated=needs_validation(type_) or bool(loader(type_)))
        return f"{text} | None" if nullable and text not in ("Any", "None") else text

    def builtin(self, name: str) -> str:
        """A built-in's name, also where the module hides it."""
        if name in self.hidden:
            self.imports.module("builtins", "_builtins")
            return f"_builtins.{name}"
        return name

    def _annotation(self, type_: Type, *, validated: bool) -> str:
        """`validated`: Pydantic is to check it, and may have to be told how."""
        match type_:
            case Scalar(name="numeric", builtin=True) if validated:
                return self.imports.name(f"{self.root}_fields", "Numeric")
            case Scalar():
                return self._scalar(type_, validated=validated)
            case CustomType(module, name):
                return self.imports.chosen(module, name)
            case EnumType(class_name):
                self.imports.name(self.root, "enums")
                return f"enums.{class_name}"
            case CompositeType(class_name):
                return self.model(class_name)
            case DomainType(alias):
                return self.model(alias)
            case ArrayType(element, dimensions):
                text = self._annotation(element, validated=validated)
                if dimensions is None:
                    return f"{self.imports.name(f'{self.root}_fields', 'ArrayOf')}[{text}]"
                text += " | None" if text not in ("Any", "None") else ""
                for _ in range(dimensions):
                    text = f"{self.builtin('list')}[{text}]"
                return text
            case RangeType():
                return self._range(type_, annotated=validated)
            case TextType():
                return self.builtin("str")

    def model(self, class_name: str) -> str:
        """A class of models.py."""
        if self.in_models:
            return class_name
        self.imports.name(self.root, "models")
        return f"models.{class_name}"

    def _extension(self, name: str, *, validated: bool) -> str:
        """The types of extensions that have a form in Python; any other is its text."""
        text, element = self.builtin("str"), self.builtin("float")
        kind = _EXTENSION_TYPES.get(name)
        if kind == "hstore" and validated:
            return f"{self.builtin('dict')}[{text}, {text} | None]"
        if kind == "hstore":
            return f"{self.imports.name('collections.abc', 'Mapping')}[{text}, {text} | None]"
        if kind == "vector" and validated:
            return f"{self.builtin('list')}[{element}]"
        if kind == "vector":
            return f"{self.imports.name('collections.abc', 'Sequence')}[{element}]"
        return text

    def _scalar(self, type_: Scalar, *, validated: bool) -> str:
        if not type_.builtin:
            return self._extension(type_.name, validated=validated)
        if type_.name in _DATETIME:
            alias = "_datetime" if "datetime" in self.hidden else None
            self.imports.module("datetime", alias)
            return f"{alias or 'datetime'}.{_DATETIME[type_.name]}"
        if type_.name in _IMPORTED:
            return " | ".join(self.imports.name(*each) for each in _IMPORTED[type_.name])
        if type_.name == "record":
            self.imports.name("typing", "Any")
            return f"{self.builtin('tuple')}[Any, ...]"
        if type_.name == "void":
            return "None"
        return self.builtin(_BUILTIN_NAMES.get(type_.name, "str"))

    def _range(self, type_: RangeType, *, annotated: bool) -> str:
        subtype = self._annotation(type_.subtype, validated=False)
        name = "Multirange" if type_.is_multirange else "Range"
        if annotated:
            return f"{self.imports.name(f'{self.root}_fields', f'{name}Of')}[{subtype}]"
        if self.driver is Driver.ASYNCPG:
            written = f"{self.imports.name('asyncpg', 'Range')}[{subtype}]"
            return f"{self.builtin('list')}[{written}]" if type_.is_multirange else written
        return f"{self.imports.name(f'psycopg.types.{name.lower()}', name)}[{subtype}]"


def needs_validation(type_: Type) -> bool:
    """Whether Pydantic has to make a class of the schema's of what has been loaded."""
    if custom_of(type_) is not None:
        return True
    match base_of(type_):
        case EnumType() | CompositeType():
            return True
        case ArrayType(element):
            return needs_validation(element)
        case _:
            return False


def loader(type_: Type, reading: Reading = _PLAIN) -> str | None:
    """How _loaders.py writes the loader of a type; None when psycopg loads it by itself."""
    base = base_of(type_)
    if reading.texts and not isinstance(base, TextType) and arrives_as_text(base, reading.texts):
        return inner_loader(base)
    match base:
        case Scalar(name="void", builtin=True):
            return "void"
        case Scalar(name=name, builtin=False) if name in _EXTENSION_TYPES:
            return _EXTENSION_TYPES[name]
        case EnumType() | Scalar(builtin=False):
            # In binary, psycopg gives the bytes of the text.
            return "text" if reading.binary else None
        case ArrayType(element):
            own = loader(element)
            if own is None and isinstance(element, Scalar | RangeType) and element.builtin:
                return None
            return f"array({own or inner_loader(element)})"
        case CompositeType(class_name):
            return loader_constant(class_name)
        case RangeType(subtype, is_multirange, builtin):
            inner = base_of(subtype)
            if isinstance(inner, TextType) or (isinstance(inner, Scalar) and not builtin):
                return _range_loader(inner, is_multirange=is_multirange)
            return None
        case _:
            return None


def inner_loader(type_: Type) -> str:
    """The loader of a type inside an array or a composite, where all is text."""
    base = base_of(type_)
    written = loader(base)
    if written is not None:
        return written
    match base:
        case Scalar(oid=oid, builtin=True, name=name) if name not in ("text", "varchar", "bpchar"):
            return f"scalar({oid})"
        case ArrayType(element):
            return f"array({inner_loader(element)})"
        case RangeType(subtype, is_multirange):
            return _range_loader(base_of(subtype), is_multirange=is_multirange)
        case _:
            return "text"


def _range_loader(subtype: Type, *, is_multirange: bool) -> str:
    oid = subtype.oid if isinstance(subtype, Scalar) and subtype.builtin else _TEXT_OID
    return f"{'multirange_of' if is_multirange else 'range_of'}({oid})"


def loader_constant(class_name: str) -> str:
    """The name in _loaders.py of a composite's loader."""
    name = constant_case(class_name)
    # That of no array, range or type of an extension: those never end with `_`.
    return f"{name}_" if name.startswith(_LOADER_NAMES) else name


def loader_name(written: str) -> str:
    """The name in _loaders.py of a written loader: `array(text)` -> `ARRAY_TEXT`."""
    return written if written.isupper() else constant_case(written)


def adapter_constant(custom: CustomType) -> str:
    """The name in _adapters.py of a chosen type's adapter."""
    return constant_case(f"{custom.module}_{custom.name}")


def dumped(type_: Type, value: str, *, nullable: bool, imports: Imports, root: str) -> str:
    """The expression that turns an argument into what psycopg sends, with PostgreSQL's type."""
    zoned = _zoned(type_, value, imports, root, scalars=False)
    written = _dumped(type_, zoned, imports, root)
    if not nullable or written in (value, f"literal({zoned})"):
        return written
    return f"None if {value} is None else {written}"


def _dumped(type_: Type, value: str, imports: Imports, root: str) -> str:
    custom, base = custom_of(type_), base_of(type_)
    if custom is not None:
        imports.name(root, "_adapters")
        mode = ', mode="json"' if is_json(base) else ""
        plain = f"_adapters.{adapter_constant(custom)}.dump_python({value}{mode})"
        return _dumped(base, plain, imports, root)
    match base:
        case ArrayType(element) if _is_box(element):
            return f"{imports.name(f'{root}_wire', 'box_array_literal')}({value})"
        case ArrayType(element):
            if _is_converted(element):
                each = dumped(element, "each", nullable=True, imports=imports, root=root)
                listed = f"[{each} for each in {value}]"
                return listed if is_json(element) else _literal(listed, imports, root)
            return _literal(value, imports, root)
        case CompositeType() | RangeType():
            return _literal(value, imports, root)
        case Scalar(name=name, builtin=False) if name in _EXTENSION_TYPES:
            function = f"{_EXTENSION_TYPES[name]}_literal"
            return f"{imports.name(f'{root}_wire', function)}({value})"
        case Scalar(name=name, builtin=True) if name in _WRAPPERS:
            return f"{imports.name('psycopg.types.numeric', _WRAPPERS[name])}({value})"
        case Scalar(name=name, builtin=True) if name in _JSON_WRAPPERS:
            return f"{imports.name('psycopg.types.json', _JSON_WRAPPERS[name])}({value})"
        case _:
            return value


def _literal(value: str, imports: Imports, root: str) -> str:
    return f"{imports.name(f'{root}_wire', 'literal')}({value})"


def _is_converted(element: Type) -> bool:
    """Whether the elements of an array have to be turned into something else one by one."""
    base = base_of(element)
    is_extension = isinstance(base, Scalar) and not base.builtin and base.name in _EXTENSION_TYPES
    return is_extension or is_json(element) or custom_of(element) is not None


def _is_box(element: Type) -> bool:
    base = base_of(element)
    while isinstance(base, TextType):
        base = base_of(base.base)
    return isinstance(base, Scalar) and base.builtin and base.name == "box"


def is_json(type_: Type) -> bool:
    """Whether it is json or jsonb, or a domain over one."""
    base = base_of(type_)
    return isinstance(base, Scalar) and base.builtin and base.name in _JSON_WRAPPERS


def copied(
    type_: Type, value: str, *, nullable: bool, imports: Imports, root: str, binary: bool
) -> str:
    """The expression that turns a value of a row into what COPY writes.

    COPY knows its columns' types, so a number needs no type of its own, and psycopg writes lists
    and ranges as fast as it can. In `binary` format values are written as their column's type, so
    JSON needs no type either, but for the None that is not NULL.
    """
    base = base_of(type_)
    if binary and is_json(base) and custom_of(type_) is None:
        if nullable:
            return value
        null = dumped(type_, "None", nullable=False, imports=imports, root=root)
        return f"{null} if {value} is None else {value}"
    if custom_of(type_) is not None:
        return dumped(type_, value, nullable=nullable, imports=imports, root=root)
    zoned = _zoned(type_, value, imports, root, scalars=True)
    if isinstance(base, ArrayType) and base.dimensions == 1:
        element = base_of(base.element)
        is_plain = not (_is_converted(base.element) or _is_box(base.element))
        if isinstance(element, Scalar | EnumType | RangeType) and is_plain:
            listed = f"list({zoned})"
            return f"None if {value} is None else {listed}" if nullable else listed
    elif isinstance(base, RangeType) or (
        isinstance(base, Scalar) and base.builtin and base.name in (*_WRAPPERS, *_ZONES)
    ):
        return zoned
    return dumped(type_, value, nullable=nullable, imports=imports, root=root)


def _zoned(type_: Type, value: str, imports: Imports, root: str, *, scalars: bool) -> str:
    """The value, held to have a time zone or none, as its type does.

    A value by itself PostgreSQL converts, given the type that psycopg has found for it. In a text,
    and thus in an array or a range, it drops a zone without a word. `scalars`: COPY converts none.
    """
    inner = base_of(type_)
    is_scalar = isinstance(inner, Scalar)
    while isinstance(inner, ArrayType | RangeType):
        inner = base_of(inner.element if isinstance(inner, ArrayType) else inner.subtype)
    if not (isinstance(inner, Scalar) and inner.builtin) or (is_scalar and not scalars):
        return value
    check = _ZONES.get(inner.name)
    if check is None or (check == "with_zone" and not is_scalar):
        return value
    name = value.rpartition(".")[2]
    return f"{imports.name(f'{root}_wire', check)}({value}, {string(name)})"
