"""Arguments for generated functions, and whether what they return is what they say."""

import datetime
import enum
import inspect
import types
import typing
from collections.abc import Sequence
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel

_SAMPLES: dict[Any, object] = {
    Any: {"k": None},  # json
    int: 1,
    str: "a",
    bool: True,
    float: 0.5,
    bytes: b"a",
    Decimal: Decimal("1.5"),
    UUID: UUID(int=1),
    IPv4Address: IPv4Address("10.0.0.1"),
    datetime.datetime: datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    datetime.date: datetime.date(2020, 1, 1),
    datetime.time: datetime.time(12),
    datetime.timedelta: datetime.timedelta(days=1),
}


def takes_none(annotation: Any) -> bool:
    """Whether None is a value of the annotation."""
    if annotation is Any or annotation is None or annotation is types.NoneType:
        return True
    if typing.get_origin(annotation) is typing.Annotated:
        return takes_none(typing.get_args(annotation)[0])
    return _is_union(annotation) and any(map(takes_none, typing.get_args(annotation)))


def sample(annotation: Any) -> object:
    """A value of the annotation that isn't None."""
    if annotation in _SAMPLES:
        return _SAMPLES[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return sample(arguments[0])
    if _is_union(annotation):
        return sample(next(each for each in arguments if each is not types.NoneType))
    if origin in (list, Sequence):
        return [sample(arguments[0])]
    if origin is Range:
        return Range(sample(arguments[0]), None)
    if origin is Multirange:
        return Multirange([Range(sample(arguments[0]), None)])
    if inspect.isclass(annotation) and issubclass(annotation, enum.Enum):
        return next(iter(annotation))
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        fields = typing.get_type_hints(annotation)
        return annotation(**{name: sample(fields[name]) for name in annotation.model_fields})
    raise TypeError(f"no sample of {annotation}")


def wrong(value: object, annotation: Any, where: str = "row") -> str | None:
    """Where a None stands that the annotation has no place for, or a list that is too deep."""
    if value is None:
        return None if takes_none(annotation) else f"{where} is None"
    if isinstance(value, BaseModel):
        hints = typing.get_type_hints(type(value))
        for name in type(value).model_fields:
            found = wrong(getattr(value, name), hints[name], f"{where}.{name}")
            if found is not None:
                return found
    if isinstance(value, list):
        whole = typing.cast("list[object]", value)
        elements = list(_elements(annotation))
        if not elements:
            return None if annotation is Any else f"{where} is a list"
        # Of an array of unknown depth one of the depths has to be right.
        tried = [_first(wrong(each, one, f"{where}[]") for each in whole) for one in elements]
        return None if None in tried else tried[0]
    return None


def _first(found: typing.Iterable[str | None]) -> str | None:
    return next(filter(None, found), None)


def cells(
    value: object, annotation: Any, where: str = "row"
) -> typing.Iterator[tuple[str, bool, bool]]:
    """Each value of a row, models inside it taken apart: where, whether it is None, may be None."""
    if isinstance(value, BaseModel):
        hints = typing.get_type_hints(type(value))
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if isinstance(inner, BaseModel) and where == "row":
                yield from cells(inner, hints[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}", inner is None, takes_none(hints[name])
    elif where == "row":
        yield where, value is None, takes_none(annotation)


def _elements(annotation: Any) -> typing.Iterator[Any]:
    """What the elements of a list may be, for each kind of list that the annotation allows."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from _elements(arguments[0])
    elif _is_union(annotation):
        for each in arguments:
            yield from _elements(each)
    elif origin in (list, Sequence):
        yield arguments[0]


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)
