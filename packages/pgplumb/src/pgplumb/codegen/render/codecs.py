"""_codecs.py: what stands between asyncpg's values and those of the models.

asyncpg decodes what PostgreSQL sends by the type, in binary where it can: its documentation,
"Type Conversion". A type that it does not know is exchanged as a text.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from pgplumb.codegen.model import (
    ArrayType,
    CompositeType,
    CustomType,
    Embed,
    EnumType,
    ModelClass,
    Package,
    Query,
    RangeType,
    Row,
    RowOfModel,
    RowOfQuery,
    Scalar,
    SingleValue,
    TextType,
    Type,
    base_of,
    custom_of,
)
from pgplumb.codegen.names import constant_case
from pgplumb.codegen.render.text import Imports, module_text
from pgplumb.codegen.render.types import adapter_constant, is_json

_SAME = "same"
_CODECS = {
    "float4": "float4",
    "bit": "bits",
    "varbit": "bits",
    "char": "byte",
    "date": "date",
    "time": "time",
    "timetz": "timetz",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "json": "json",
    "jsonb": "json",
    "xid": "integer",
    "xid8": "integer",
    "cid": "integer",
    "tid": "tid",
    "int2vector": "integers",
    "oidvector": "integers",
    "pg_snapshot": "snapshot",
    "txid_snapshot": "snapshot",
    "pg_lsn": "lsn",
    **{name: name for name in ("point", "box", "lseg", "line", "path", "polygon", "circle")},
}
_EXTENSION_CODECS = {"hstore": "hstore", "vector": "vector", "halfvec": "vector"}
# What can be a text of the user's choice: its text form follows from the value alone.
_AS_TEXT = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "integer"),
    "numeric": "decimal",
    "uuid": "uuid",
    "inet": "address",
    "cidr": "address",
}
_TEXTS = frozenset({"text", "varchar", "bpchar", "name", "money", "macaddr", "macaddr8", "xml"})
# Which built-in types asyncpg exchanges as texts; so it does all types of extensions.
_NEVER_EMPTY = re.compile(r"money|macaddr8?|reg\w+|aclitem|vector|halfvec|sparsevec|cube|seg")
_SENT_AS_TEXT = re.compile(r"money|macaddr8?|tsvector|tsquery|refcursor|aclitem|reg\w+")


def codec(type_: Type) -> str | None:
    """How _codecs.py writes the codec of a type; None where asyncpg's value is the model's."""
    base, custom = base_of(type_), custom_of(type_)
    if custom is not None and isinstance(base, Scalar) and base.name in ("date", "timestamp"):
        return None  # for those who have chosen to take its largest values for infinity
    match base:
        case Scalar(name=name, builtin=True):
            return _CODECS.get(name)
        case Scalar(name=name):
            return _EXTENSION_CODECS.get(name)
        case CompositeType(class_name):
            return codec_constant(class_name)
        case ArrayType(element, dimensions):
            inner, depth = codec(element), dimensions or 1
            if depth > 1:
                return f"array({inner or _SAME}, {depth})"
            return None if inner is None else f"array({inner})"
        case RangeType(subtype, is_multirange):
            inner = codec(subtype)
            if is_multirange:
                return f"multirange_of({inner or _SAME})"
            return None if inner is None else f"range_of({inner})"
        case TextType(inner):
            chosen = base_of(inner)
            if isinstance(chosen, Scalar) and chosen.builtin and chosen.name in _AS_TEXT:
                return _AS_TEXT[chosen.name]
            return codec(chosen)
        case _:
            return None


def codec_constant(class_name: str) -> str:
    """The name in _codecs.py of a composite's codec."""
    name = constant_case(class_name)
    taken = ("ARRAY_", "RANGE_OF_", "MULTIRANGE_OF_")
    is_taken = name.startswith(taken) or name in map(str.upper, _plain_codecs())
    # That of no array, range or built-in type: those never end with `_`.
    return f"{name}_" if is_taken else name


def codec_name(written: str) -> str:
    """The name in _codecs.py of a written codec: `array(json)` -> `ARRAY_JSON`."""
    return written if written.isupper() else constant_case(written).rstrip("_")


def render_codecs(package: Package) -> str | None:
    """The module's text; None when no query needs it."""
    types = [*package.types(), *package.parameter_types()]
    written = {each for each in map(codec, types) if each is not None}
    if not written:
        return None
    lines: list[str] = []
    rows = {each.class_name for each in map(_innermost, types) if isinstance(each, CompositeType)}
    for model in package.models:
        if model.is_composite or model.class_name in rows:
            name = codec_constant(model.class_name)
            fields = ", ".join(f"{each.name}={codec(each.type) or _SAME}" for each in model.fields)
            lines.append(f"{name} = composite({fields})")
            written.discard(name)
    plain = {each for each in written if each in _plain_codecs()}
    lines += [f"{codec_name(each)} = {each}" for each in sorted(written)]
    body = "\n".join(lines)
    imports = Imports()
    for function in ("array", "composite", "multirange_of", "range_of"):
        if re.search(rf"\b{function}\(", body):
            imports.name("._wire", function)
    for name in _plain_codecs():
        if name in plain or re.search(rf"[=(] ?{name}[,)\n]", f"{body}\n"):
            imports.name("._wire", name)
    return module_text(
        '"""What stands between the values of asyncpg and those of the models."""', imports, [body]
    )


def codec_dumped(type_: Type, value: str, *, nullable: bool, imports: Imports, root: str) -> str:
    """The expression that turns an argument into what asyncpg takes."""
    custom, base = custom_of(type_), base_of(type_)
    if custom is None and isinstance(base, ArrayType) and custom_of(base.element) is not None:
        each = codec_dumped(base.element, "each", nullable=True, imports=imports, root=root)
        written = f"[{each} for each in {value}]"
    elif custom is not None:
        imports.name(root, "_adapters")
        mode = ', mode="json"' if is_json(base) else ""
        plain = f"_adapters.{adapter_constant(custom)}.dump_python({value}{mode})"
        written = _converted(type_, plain, "write", imports, root)
    elif is_json(base):
        # None is also a JSON value.
        written = _converted(type_, value, "write", imports, root)
    else:
        return _converted(type_, value, "dump", imports, root)
    return f"None if {value} is None else {written}" if nullable else written


def _converted(type_: Type, value: str, method: str, imports: Imports, root: str) -> str:
    name = codec(type_)
    if name is None:
        return value
    return f"{imports.name(root, '_codecs')}.{codec_name(name)}.{method}({value})"


def _plain_codecs() -> Collection[str]:
    return {_SAME, *_CODECS.values(), *_EXTENSION_CODECS.values(), *_AS_TEXT.values()}


def _innermost(type_: Type) -> Type:
    base = base_of(type_)
    return _innermost(base.element) if isinstance(base, ArrayType) else base


def can_copy(types: Collection[Type]) -> bool:
    """Whether asyncpg can write all of these in binary, as its COPY does."""
    return not any(map(_is_sent_as_text, types))


def refusal(query: Query, models: Mapping[str, ModelClass]) -> str | None:
    """Why a query can't run on asyncpg; None if it can."""
    columns = list(_columns(query.row))
    for name, type_ in (*columns, *((each.name, each.type) for each in query.parameters)):
        reason = _reason(name, type_, models)
        if reason is not None:
            return reason
    for each in query.parameters:
        written = base_of(each.type)
        if isinstance(written, Scalar) and codec(written) == "integers":
            return f"{each.name}: asyncpg can't write an {written.name}."
    for name, type_ in columns:
        # The list that asyncpg 0.32 gives then lacks an element, and Python crashes.
        if _may_hold_empty_texts(type_):
            return f"{name}: asyncpg can't read an empty text in an array of such a type."
    return None


def _columns(row: Row | None) -> Iterator[tuple[str, Type]]:
    match row:
        case SingleValue(field):
            yield field.column, field.type
        case RowOfModel(model):
            yield from ((each.column, each.type) for each in model.fields)
        case RowOfQuery(items=items):
            for item in items:
                fields = item.model.fields if isinstance(item, Embed) else [item]
                yield from ((each.column, each.type) for each in fields)
        case None:
            pass


def _reason(name: str, type_: Type, models: Mapping[str, ModelClass]) -> str | None:
    base = base_of(type_)
    match base:
        case CompositeType(class_name):
            for field in models[class_name].fields:
                if _is_sent_as_text(field.type):
                    return (
                        f"{name}: asyncpg can't read or write {class_name}, for it exchanges the"
                        f" type of {field.column} as a text, and composite types in binary."
                    )
                reason = _reason(name, field.type, models)
                if reason is not None:
                    return reason
        case ArrayType(element):
            return _reason(name, element, models)
        case RangeType(subtype) if _is_sent_as_text(subtype):
            return f"{name}: asyncpg can't read or write ranges of what it exchanges as a text."
        case Scalar(name="record", builtin=True):
            return f"{name}: asyncpg misreads some types inside a record, such as money."
        case TextType(inner) if not _can_be_text(base_of(inner)):
            return f"{name}: str is chosen for a type of which asyncpg gives no text."
        case _:
            pass
    return None


def _can_be_text(type_: Type) -> bool:
    match type_:
        case EnumType():
            return True
        case Scalar(name=name, builtin=True):
            return name in _AS_TEXT or name in _TEXTS or _is_text_in_models(name)
        case Scalar(name=name):
            return name not in _EXTENSION_CODECS
        case _:
            return False


def _is_text_in_models(name: str) -> bool:
    converted = _CODECS.get(name)
    if converted in ("float4", "date", "time", "timetz", "timestamp", "timestamptz", "json"):
        return False
    return converted is not None or _SENT_AS_TEXT.fullmatch(name) is not None or name == "jsonpath"


def _may_hold_empty_texts(type_: Type) -> bool:
    base = base_of(type_)
    if not isinstance(base, ArrayType) or not _is_sent_as_text(base):
        return False
    element = base_of(base.element)
    while isinstance(element, TextType | ArrayType):
        element = base_of(element.base if isinstance(element, TextType) else element.element)
    return not isinstance(element, Scalar) or _NEVER_EMPTY.fullmatch(element.name) is None


def _is_sent_as_text(type_: Type) -> bool:
    base = base_of(type_)
    while isinstance(base, TextType | CustomType):
        base = base_of(base.base)
    match base:
        case Scalar(name=name, builtin=True):
            return _SENT_AS_TEXT.fullmatch(name) is not None
        case Scalar():
            return True
        case ArrayType(element):
            return _is_sent_as_text(element)
        case _:
            return False
