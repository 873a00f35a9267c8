"""How values that psycopg knows nothing of cross the wire: those of the schema's own types.

No type is registered anywhere, so no OID is looked up: of a type that it does not know, psycopg
gives what PostgreSQL has sent, a str in text format and bytes in binary. A parameter of any type
can be sent as a text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, TypeGuard

from psycopg import DataError, adapt, adapters
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import Format
from psycopg.types.array import ArrayLoader
from psycopg.types.hstore import BaseHstoreDumper, HstoreBinaryLoader, HstoreLoader
from psycopg.types.json import Jsonb
from psycopg.types.multirange import Multirange, MultirangeBinaryLoader, MultirangeLoader
from psycopg.types.range import Range, RangeBinaryLoader, RangeLoader
from pydantic import BaseModel

_TEXT_OID = 25
_INTERVAL_OID = 1186
_FIELD = re.compile(r'"((?:[^"\\]|\\.|"")*)"|([^,"\\]+)|(,)', re.DOTALL)
_NOT_A_LIST = (str, bytes, bytearray, memoryview, Multirange)
_QUOTED, _BACKSLASHED = re.compile(r'["\\]'), r"\\\g<0>"
_ESCAPE = re.compile(r'\\(.)|"(")', re.DOTALL)


class _HstoreDumper(BaseHstoreDumper):
    pass


class _TextArrayLoader(ArrayLoader):
    base_oid = _TEXT_OID


class IntervalLoader(adapt.Loader):
    """Loads an interval as it would be loaded on the connection, but refuses to load `infinity`.

    psycopg 3.3 takes the text of an infinite interval for one of no length.
    """

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        self._loader = Transformer(self.connection).get_loader(oid, Format.TEXT)

    def load(self, data: Buffer) -> Any:
        """Raises DataError for an infinite interval."""
        value = self._loader.load(data)
        if value == timedelta() and bytes(data).endswith(b"infinity"):
            raise DataError(f"Python has no interval of {bytes(data).decode()}")
        return value


class _Context:
    """For what stands inside a value: no connection, psycopg's own loaders."""

    def __init__(self) -> None:
        self.connection = None
        self.adapters = AdaptersMap(adapters)
        self.adapters.register_loader(_INTERVAL_OID, IntervalLoader)


_CONTEXT = _Context()


class Loader(NamedTuple):
    """Makes a value of what PostgreSQL has sent, in either format (of some types, only in text)."""

    text: Callable[[str], Any]
    binary: Callable[[bytes], Any] = bytes

    def load(self, value: Any) -> Any:
        """What came from psycopg, loaded; NULL and what an adapter of yours loaded stay so."""
        if isinstance(value, str):
            return self.text(value)
        return self.binary(value) if isinstance(value, bytes) else value


def _same(value: str) -> str:
    return value


def _nothing(value: str | bytes) -> None:
    """Of a function that returns nothing PostgreSQL sends an empty value."""


def _vector(value: str) -> list[float]:
    return [float(each) for each in value[1:-1].split(",")]


def _encoded(load: Callable[[bytes], Any]) -> Callable[[str], Any]:
    return lambda value: load(value.encode())


text = Loader(_same, bytes.decode)
void = Loader(_nothing, _nothing)
hstore = Loader(_encoded(HstoreLoader(0).load), HstoreBinaryLoader(0).load)
vector = Loader(_vector)


def scalar(oid: int) -> Loader:
    """A type that psycopg knows, by its OID."""
    loaders = Transformer(_CONTEXT)
    return Loader(
        _encoded(loaders.get_loader(oid, Format.TEXT).load),
        loaders.get_loader(oid, Format.BINARY).load,
    )


def array(element: Loader) -> Loader:
    """An array, of any depth."""
    texts = _TextArrayLoader(0)

    def each(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return None if value is None else element.text(value)
        return [each(inner) for inner in value]

    def from_text(value: str) -> Any:
        return each(texts.load(value.encode()))

    def from_binary(value: bytes) -> list[Any]:
        # Depth, flags and the elements' type; each dimension's length and lower bound.
        depth = _integer(value, 0)
        lengths = [_integer(value, 12 + 8 * number) for number in range(depth)]
        values = [
            None if own is None else element.binary(own) for own in _parts(value, 12 + 8 * depth)
        ]
        for length in reversed(lengths[1:]):
            values = [values[start : start + length] for start in range(0, len(values), length)]
        return values

    return Loader(from_text, from_binary)


def composite(**fields: Loader) -> Loader:
    """A composite type, its fields in order; gives a dict for the model to validate."""

    def from_text(value: str) -> dict[str, Any]:
        texts = _composite_fields(value)
        return {
            name: None if own is None else field.text(own)
            for (name, field), own in zip(fields.items(), texts, strict=True)
        }

    def from_binary(value: bytes) -> dict[str, Any]:
        # The number of fields; before each its type.
        parts = _parts(value, 4, skip=4)
        return {
            name: None if own is None else field.binary(own)
            for (name, field), own in zip(fields.items(), parts, strict=True)
        }

    return Loader(from_text, from_binary)


def range_of(subtype: int) -> Loader:
    """A range that the schema defines, by the OID of its subtype."""
    from_text = type("_Range", (RangeLoader,), {"subtype_oid": subtype})(0, _CONTEXT)
    from_binary = type("_Range", (RangeBinaryLoader,), {"subtype_oid": subtype})(0, _CONTEXT)
    return Loader(_encoded(from_text.load), from_binary.load)


def multirange_of(subtype: int) -> Loader:
    """A multirange that the schema defines, by the OID of its subtype."""
    from_text = type("_Multirange", (MultirangeLoader,), {"subtype_oid": subtype})(0, _CONTEXT)
    from_binary = type("_Multirange", (MultirangeBinaryLoader,), {"subtype_oid": subtype})(
        0, _CONTEXT
    )
    return Loader(_encoded(from_text.load), from_binary.load)


def decoded(value: Any) -> Any:
    """A text, in whichever format it came."""
    return value.decode() if isinstance(value, bytes) else value


def literal(value: Any) -> str | None:
    """The text form of a value; PostgreSQL gives it the type that the query wants there."""
    if value is None:
        return None
    plain = _plain(value)
    dumped = Transformer().get_dumper(plain, PyFormat.TEXT).dump(plain)
    return "" if dumped is None else bytes(dumped).decode()


def with_zone(value: Any, name: str) -> Any:
    """The value of an argument. Raises DataError for a datetime or time without a time zone."""
    if value is not None and value.tzinfo is None:
        raise DataError(f"{name}: {value!r} has no time zone, and its type has one")
    return value


def without_zone(value: Any, name: str) -> Any:
    """The value of an argument. Raises DataError where a datetime or time has a time zone."""
    if isinstance(value, datetime | time):
        if value.tzinfo is not None:
            raise DataError(f"{name}: {value!r} has a time zone, and its type has none")
    elif _is_range(value):
        without_zone(value.lower, name)
        without_zone(value.upper, name)
    elif _is_sequence(value):
        for each in value:
            without_zone(each, name)
    return value


def hstore_literal(value: Mapping[str, str | None]) -> str:
    """The text form of an hstore."""
    return bytes(_HstoreDumper(dict).dump(dict(value)) or b"").decode()


def vector_literal(value: Sequence[float]) -> str:
    """The text form of a vector."""
    return f"[{','.join(map(repr, map(float, value)))}]"


def box_array_literal(value: Sequence[object]) -> str:
    """The text form of an array of boxes, whose elements `;` separates, as those of no other."""
    return f"{{{';'.join(map(_box, value))}}}"


def _box(value: object) -> str:
    if _is_list(value):
        return box_array_literal(value)
    return "NULL" if value is None else f'"{_QUOTED.sub(_BACKSLASHED, str(value))}"'


def _plain(value: object) -> object:
    """Models as tuples, which psycopg writes as composites; any sequence as a list."""
    if isinstance(value, BaseModel):
        return tuple(_plain(getattr(value, name)) for name in type(value).model_fields)
    if _is_list(value):
        return [_plain(each) for each in value]
    return Jsonb(value) if _is_mapping(value) else value


def _is_range(value: object) -> TypeGuard[Range[object]]:
    return isinstance(value, Range)


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return _is_sequence(value) and not isinstance(value, _NOT_A_LIST)


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


def _integer(value: bytes, position: int) -> int:
    return int.from_bytes(value[position : position + 4], signed=True)


def _parts(value: bytes, position: int, *, skip: int = 0) -> Iterator[bytes | None]:
    """The parts of a binary form, each behind its length, which is -1 for NULL; `skip` bytes stand
    before each.
    """
    while position < len(value):
        position += skip + 4
        length = _integer(value, position - 4)
        if length < 0:
            yield None
        else:
            yield value[position : position + length]
            position += length
