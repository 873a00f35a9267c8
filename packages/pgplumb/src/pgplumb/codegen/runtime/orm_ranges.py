"""Ranges as fields of Pydantic models; in JSON a range is an object."""

from typing import Annotated, Any, TypeVar

from pydantic import InstanceOf, PlainSerializer, WithJsonSchema
from sqlalchemy.dialects.postgresql import Range

T = TypeVar("T", bound=Any)


def _parts(value: Range[Any]) -> dict[str, Any]:
    return {
        "lower": value.lower,
        "upper": value.upper,
        "bounds": None if value.empty else value.bounds,
        "empty": value.empty,
    }


_SCHEMA = {
    "type": "object",
    "properties": {
        "lower": {},
        "upper": {},
        "bounds": {"enum": ["[)", "[]", "(]", "()", None]},
        "empty": {"type": "boolean"},
    },
}

RangeOf = Annotated[
    InstanceOf[Range[T]], PlainSerializer(_parts, when_used="json"), WithJsonSchema(_SCHEMA)
]
