"""Python names for PostgreSQL's and sqlc's names."""

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Public attributes of pydantic.BaseModel: a field of that name would hide a method. A test compares
# this with the installed Pydantic.
MODEL_ATTRIBUTES: Final = frozenset(
    {
        "construct",
        "copy",
        "dict",
        "from_orm",
        "json",
        "model_computed_fields",
        "model_config",
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_extra",
        "model_fields",
        "model_fields_set",
        "model_json_schema",
        "model_parametrized_name",
        "model_post_init",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
        "model_validate_strings",
        "parse_file",
        "parse_obj",
        "parse_raw",
        "schema",
        "schema_json",
        "update_forward_refs",
        "validate",
    }
)

# What generated modules import. In those of models a class of that name would hide it, in others a
# type that the user has chosen would. A test compares this with what is generated.
IMPORTED_BY_MODELS: Final = frozenset(
    {
        *("Annotated", "Any", "Decimal", "Literal", "StrEnum", "TypeAlias", "UUID"),
        *("IPv4Address", "IPv4Interface", "IPv4Network"),
        *("IPv6Address", "IPv6Interface", "IPv6Network"),
        *("BaseModel", "ConfigDict", "Field"),
        *("ArrayOf", "MultirangeOf", "Numeric", "RangeOf"),
    }
)
# The same for the classes of an ORM, and what its modules define themselves.
IMPORTED_BY_ORM: Final = IMPORTED_BY_MODELS | {
    *("ARRAY", "BigInteger", "Boolean", "CHAR", "CIDR", "CITEXT", "Date", "DateTime", "Double"),
    *("ENUM", "INET", "INTERVAL", "Integer", "JSON", "JSONB", "LargeBinary", "MACADDR", "MACADDR8"),
    *("MONEY", "OID", "REAL", "SmallInteger", "String", "TSQUERY", "TSVECTOR", "Text", "Time"),
    *("Uuid", "Range", "Base", "ClassVar", "Column", "Composite", "DeclarativeBase"),
    *("FetchedValue", "ForeignKey", "ForeignKeyConstraint", "Mapped", "MappingProxyType"),
    *("Relationship", "SQLModel"),
    *("INT4RANGE", "INT8RANGE", "NUMRANGE", "DATERANGE", "TSRANGE", "TSTZRANGE"),
    *("INT4MULTIRANGE", "INT8MULTIRANGE", "NUMMULTIRANGE"),
    *("DATEMULTIRANGE", "TSMULTIRANGE", "TSTZMULTIRANGE"),
}
IMPORTED: Final = IMPORTED_BY_MODELS | {
    *("AsyncGenerator", "Generator", "Iterable", "Mapping", "NamedTuple", "Sequence"),
    *("AsyncConnection", "Connection", "Float4", "Int2", "Int4", "Int8", "Json", "Jsonb"),
    *("IntervalLoader", "Multirange", "Range", "TextLoader", "TupleRow", "TypeAdapter"),
    *("AsyncRows", "AsyncSource", "Batch", "Copy", "ExecResult", "Query", "Source", "Statement"),
    *("Embedded", "Rows", "Table"),
}


def snake_case(name: str) -> str:
    """`GetHTTPContact` -> `get_http_contact`; what can't stand in an identifier becomes `_`."""
    return _identifier("_".join(_words(_BOUNDARY.sub("_", name))).lower(), "query_")


def pascal_case(name: str, reserved: Collection[str] = ()) -> str:
    """`postal_address` -> `PostalAddress`; capitals inside a word stay."""
    written = "".join(word[:1].upper() + word[1:] for word in _words(name))
    return _free_of(_identifier(written, "Type"), reserved)


def constant_case(name: str) -> str:
    """`GetContact` -> `GET_CONTACT`."""
    return snake_case(name).upper()


def argument_name(name: str, reserved: Collection[str] = ()) -> str:
    """A name for an argument: the name itself, with `_` behind it where it can't be used."""
    return _free_of(_identifier("_".join(_words(name)), "argument_"), reserved)


def module_name(file: str, reserved: Collection[str]) -> str:
    """A name for the module of a query file, which is the same on every file system."""
    name = _identifier("_".join(_words(file.removesuffix(".sql"))), "queries_")
    return _free_of(name.lower(), reserved)


def field_name(column: str) -> str:
    """A name for a model's field. The column's own wherever Python and Pydantic let it be.

    Pydantic takes a leading underscore for a private attribute, so those are dropped.
    """
    return _free_of(_identifier(_cleaned(column).lstrip("_"), "field_"), MODEL_ATTRIBUTES)


def member_name(label: str) -> str:
    """A name for an enum's member: `in progress` -> `IN_PROGRESS`."""
    cleaned = "_".join(_words(label))
    if not cleaned:  # only symbols: their Unicode names say what they are
        cleaned = "_".join(_words(" ".join(unicodedata.name(mark, "") for mark in label)))
    return _identifier(cleaned.upper() or "EMPTY", "VALUE_")


def unique(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """The names in order, with `_2`, `_3`, ... behind one that came before or is taken."""
    seen = set(taken)
    result: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate in seen:
            candidate, number = f"{name}_{number}", number + 1
        seen.add(candidate)
        result.append(candidate)
    return result


def _words(name: str) -> list[str]:
    return [part for part in _cleaned(name).split("_") if part]


def _cleaned(name: str) -> str:
    """`name` in Python's normal form for identifiers, with `_` for whatever can't be in one.

    "Identifiers and keywords" in the Python reference: what isidentifier() takes behind a letter.
    """
    normal = unicodedata.normalize("NFKC", name)
    return "".join(mark if f"a{mark}".isidentifier() else "_" for mark in normal)


def _identifier(text: str, prefix: str) -> str:
    """`text`, which holds only word characters, made fit to be an identifier."""
    if not text.isidentifier():
        text = prefix + text
    return f"{text}_" if keyword.iskeyword(text) else text


def _free_of(name: str, reserved: Collection[str]) -> str:
    while name in reserved:
        name += "_"
    return name
