"""What makes of a cursor's rows what a query gives."""

import json
from typing import Any, TypeVar

from psycopg.adapt import AdaptersMap
from psycopg.pq import Format
from psycopg.types.json import JsonbLoader, JsonLoader
from psycopg.types.string import TextLoader

from .query import Batch, Query
from .rows import Read, is_rows, reading

T = TypeVar("T")

_JSON_LOADERS: dict[int, type[JsonLoader | JsonbLoader]] = {114: JsonLoader, 3802: JsonbLoader}


def reader(adapters: AdaptersMap, query: Query[T] | Batch[Any, T]) -> Read[T]:
    """What makes of a cursor's rows what the query gives; the second argument is how many were
    before.

    It has the cursor load JSON as text where that is faster and nobody has chosen another way.
    The ValidationError of a row has a note that names the row.
    """
    maker: object = query.row
    if not is_rows(maker):
        return reading(query.name, query.row, None)
    # In binary, JSON is preceded by a byte that is not part of it.
    as_text = maker.json_as_text and not query.binary
    if as_text and all(_is_usual(adapters, oid) for oid in _JSON_LOADERS):
        for oid in _JSON_LOADERS:
            adapters.register_loader(oid, TextLoader)
        return reading(query.name, maker.from_json_text, maker.from_json_texts)
    return reading(query.name, maker, maker.from_rows)


def _is_usual(adapters: AdaptersMap, oid: int) -> bool:
    """Whether JSON is loaded as psycopg does it by itself."""
    usual = _JSON_LOADERS[oid]
    return adapters.get_loader(oid, Format.TEXT) is usual and usual(oid).loads is json.loads
