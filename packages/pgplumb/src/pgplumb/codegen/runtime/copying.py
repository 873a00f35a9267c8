"""How COPY writes arrays and JSON: as psycopg's dumpers do, in less time."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from struct import Struct
from types import NoneType
from typing import Any

from psycopg import DataError
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import Json, Jsonb, JsonbBinaryDumper, JsonBinaryDumper

_TEXT_OIDS = (25, 1043)
_JSON_WRAPPERS = (Json, Jsonb)
# The number of dimensions, whether there are NULLs, the elements' type; the dimension's length and
# lower bound (array_recv in PostgreSQL's arrayfuncs.c).
_head = Struct("!iiIii").pack


def register_dumpers(adapters: AdaptersMap, types: Iterable[int]) -> None:
    """Have a cursor that copies in binary format write values of these types faster.

    What somebody has registered in place of psycopg's own dumpers stays as it is.
    """
    for oid in {*types}:
        usual = adapters.get_dumper_by_oid(oid, Format.BINARY)
        quick = None
        if issubclass(usual, ListBinaryDumper) and usual.dump is ListBinaryDumper.dump:
            quick = _list_dumper(usual.oid, usual.element_oid)
        elif usual is JsonBinaryDumper and usual(Json).dumps is json.dumps:
            quick = _QuickJsonDumper
        elif usual is JsonbBinaryDumper and usual(Jsonb).dumps is json.dumps:
            quick = _QuickJsonbDumper
        if quick is not None:
            adapters.register_dumper(None, quick)


class _FlatListDumper(ListBinaryDumper):
    """Does not look into each value where all are of one class: that is one dimension, no NULL."""

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        is_utf8 = self.connection is None or self.connection.info.encoding == "utf-8"
        self._is_text = is_utf8 and self.element_oid in _TEXT_OIDS
        self._dump_element: Callable[[Any], Any] | None = None
        if self.sub_dumper is not None:
            self._dump_element = str.encode if self._is_text else self.sub_dumper.dump

    def dump(self, obj: list[Any]) -> Buffer | None:
        dump = self._dump_element
        if type(obj) is not list or not obj or dump is None:
            return super().dump(obj)
        if not self._is_text and not _are_alike(obj):
            return super().dump(obj)
        dumped = _head(1, 0, self.element_oid, len(obj), 1)
        try:
            for element in obj:
                part = dump(element)
                dumped += len(part).to_bytes(4) + part
        except (TypeError, ValueError, ArithmeticError, DataError):
            # NULL or a list in an array of text, or a value that can't be: psycopg's errors.
            return super().dump(obj)
        return dumped


@cache
def _list_dumper(oid: int, element_oid: int) -> type[Dumper]:
    return type("_FlatListDumper", (_FlatListDumper,), {"oid": oid, "element_oid": element_oid})


class _QuickJsonDumper(JsonBinaryDumper):
    def dump(self, obj: Any) -> Buffer | None:
        found = _encoded(obj)
        return super().dump(obj) if found is None else found


class _QuickJsonbDumper(JsonbBinaryDumper):
    def dump(self, obj: Any) -> Buffer | None:
        found = _encoded(obj)
        return super().dump(obj) if found is None else b"\x01" + found


def _encoded(value: Any) -> bytes | None:
    """What `json.dumps` gives, by an encoder that is kept; None where it has to be asked."""
    if _encode is None or isinstance(value, _JSON_WRAPPERS):
        return None
    try:
        return "".join(_encode(value, 0)).encode()
    except RecursionError:
        # json.dumps says whether a value contains itself.
        return None


def _json_encoder() -> Callable[[Any, int], Iterable[str]] | None:
    """What `json.dumps` makes for each value; None for a Python that has none written in C."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    usual = json.JSONEncoder()
    escaped = json.encoder.encode_basestring_ascii
    separators = (usual.key_separator, usual.item_separator)
    flags = (usual.sort_keys, usual.skipkeys, usual.allow_nan)
    found: Callable[[Any, int], Iterable[str]] | None = make and make(
        None, usual.default, escaped, usual.indent, *separators, *flags
    )
    return found


_encode = _json_encoder()


def _are_alike(values: Iterable[Any]) -> bool:
    kinds = {*map(type, values)}
    kind = kinds.pop()
    return not kinds and kind is not NoneType and not issubclass(kind, list)
