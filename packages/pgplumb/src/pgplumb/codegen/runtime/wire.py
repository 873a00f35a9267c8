"""How values that psycopg knows nothing of cross the wire: the schema's own types, in text form.

No type is registered anywhere, so no OID is looked up: PostgreSQL sends the text form of a type
that psycopg does not know, and takes a text for a parameter of any type.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard

from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import Format
from psycopg.types.array import ArrayLoader
from psycopg.types.hstore import BaseHstoreDumper, HstoreLoader
from psycopg.types.json import Jsonb
from psycopg.types.multirange import Multirange, MultirangeLoader
from psycopg.types.range import RangeLoader
from pydantic import BaseModel

Load: TypeAlias = Callable[[str], Any]

_TEXT_OID = 25
_FIELD = re.compile(r'"((?:[^"\\]|\\.|"")*)"|([^,"\\]+)|(,)', re.DOTALL)
_NOT_A_LIST = (str, bytes, bytearray, memoryview, Multirange)
_ESCAPE = re.compile(r'\\(.)|"(")', re.DOTALL)


class _HstoreDumper(BaseHstoreDumper):
    pass


class _TextArrayLoader(ArrayLoader):
    base_oid = _TEXT_OID


def text(value: str) -> str:
    """A value that stays the text it is."""
    return value


def scalar(oid: int) -> Load:
    """A type that psycopg knows, by its OID."""
    load = Transformer().get_loader(oid, Format.TEXT).load
    return lambda value: load(value.encode())


def void(value: str) -> None:
    """The result of a function that returns nothing: PostgreSQL sends an empty text."""


def hstore(value: str) -> dict[str, str | None]:
    """The extension hstore's type."""
    return HstoreLoader(0).load(value.encode())


def vector(value: str) -> list[float]:
    """The type of the extension vector, and its halfvec."""
    return [float(each) for each in value[1:-1].split(",")]


def array(element: Load) -> Load:
    """An array, of any depth, of elements that `element` loads."""
    loader = _TextArrayLoader(0)

    def each(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return None if value is None else element(value)
        return [each(inner) for inner in value]

    return lambda value: each(loader.load(value.encode()))


def composite(**fields: Load) -> Load:
    """A composite type, its fields in order; gives a dict for the model to validate."""

    def load(value: str) -> dict[str, Any]:
        texts = _composite_fields(value)
        return {
            name: None if own is None else field(own)
            for (name, field), own in zip(fields.items(), texts, strict=True)
        }

    return load


def range_of(subtype: int) -> Load:
    """A range that the schema defines, by the OID of its subtype."""
    loader = type("_Range", (RangeLoader,), {"subtype_oid": subtype})(0)
    return lambda value: loader.load(value.encode())


def multirange_of(subtype: int) -> Load:
    """A multirange that the schema defines, by the OID of its subtype."""
    loader = type("_Multirange", (MultirangeLoader,), {"subtype_oid": subtype})(0)
    return lambda value: loader.load(value.encode())


def loaded(load: Load, value: Any) -> Any:
    """What came from psycopg, loaded; NULL and what an adapter of yours loaded stay as they are."""
    return load(value) if isinstance(value, str) else value


def literal(value: Any) -> str | None:
    """The text form of a value; PostgreSQL gives it the type that the query wants there."""
    if value is None:
        return None
    plain = _plain(value)
    dumped = Transformer().get_dumper(plain, PyFormat.TEXT).dump(plain)
    return "" if dumped is None else bytes(dumped).decode()


def hstore_literal(value: Mapping[str, str | None]) -> str:
    """The text form of an hstore."""
    return bytes(_HstoreDumper(dict).dump(dict(value)) or b"").decode()


def vector_literal(value: Sequence[float]) -> str:
    """The text form of a vector."""
    return f"[{','.join(map(repr, map(float, value)))}]"


def _plain(value: object) -> object:
    """Models as tuples, which psycopg writes as composites; any sequence as a list."""
    if isinstance(value, BaseModel):
        return tuple(_plain(getattr(value, name)) for name in type(value).model_fields)
    if _is_list(value):
        return [_plain(each) for each in value]
    return Jsonb(value) if _is_mapping(value) else value


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, _NOT_A_LIST)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _composite_fields(value: str) -> list[str | None]:
    """The fields of a composite's text form (PostgreSQL manual, chapter 8.16.6); None for NULL."""
    fields: list[str | None] = [None]
    for quoted, bare, comma in _FIELD.findall(value[1:-1]):
        if comma:
            fields.append(None)
        else:
            fields[-1] = (fields[-1] or "") + (bare or _ESCAPE.sub(r"\1\2", quoted))
    return fields
