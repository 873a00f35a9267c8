"""Fields of Pydantic models for PostgreSQL's numbers, ranges and arrays of any depth.

In JSON a range is an object.
"""

from decimal import Decimal
from typing import Annotated, Any, TypeAlias, TypeVar

from asyncpg import Range
from pydantic import Field, InstanceOf, PlainSerializer, WithJsonSchema

T = TypeVar("T", bound=Any)

# An array of which PostgreSQL does not say how deep it is: 6 dimensions are the most.
ArrayOf: TypeAlias = (
    list[T | None]
    | list[list[T | None]]
    | list[list[list[T | None]]]
    | list[list[list[list[T | None]]]]
    | list[list[list[list[list[T | None]]]]]
    | list[list[list[list[list[list[T | None]]]]]]
)

# PostgreSQL's numeric can be NaN or infinite; Pydantic's Decimal can't unless told so.
Numeric = Annotated[Decimal, Field(allow_inf_nan=True)]


def _parts(value: Range[Any]) -> dict[str, Any]:
    bounds = f"{'[' if value.lower_inc else '('}{']' if value.upper_inc else ')'}"
    return {
        "lower": value.lower,
        "upper": value.upper,
        "bounds": None if value.isempty else bounds,
        "empty": value.isempty,
    }


_RANGE_SCHEMA = {
    "type": "object",
    "properties": {
        "lower": {},
        "upper": {},
        "bounds": {"enum": ["[)", "[]", "(]", "()", None]},
        "empty": {"type": "boolean"},
    },
}

RangeOf = Annotated[
    InstanceOf[Range[T]], PlainSerializer(_parts, when_used="json"), WithJsonSchema(_RANGE_SCHEMA)
]

MultirangeOf = list[RangeOf[T]]
