"""Types that SQLAlchemy has to be told of, on asyncpg's connections."""

from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.types import UserDefinedType

T = TypeVar("T")


def labels(enum: type[Enum]) -> list[str]:
    """The labels of an enum type, as PostgreSQL has them."""
    return [str(each.value) for each in enum]


class Composite(UserDefinedType[T]):
    """A composite type, called `name` in PostgreSQL; `class_` is its dataclass."""

    cache_ok = True

    def __init__(self, class_: type[T], name: str) -> None:
        self.class_ = class_
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """What the type is called in SQL."""
        return self.name

    def bind_processor(self, dialect: Dialect) -> Any:
        """What makes of an instance what asyncpg takes."""
        del dialect
        names = [each.name for each in fields(self.class_)]  # type: ignore[arg-type]

        def process(value: T | None) -> tuple[Any, ...] | None:
            return None if value is None else tuple(getattr(value, name) for name in names)

        return process

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,
    ) -> Any:
        """What makes an instance of what asyncpg gives."""
        del dialect, coltype

        def process(value: Sequence[Any] | None) -> T | None:
            return None if value is None else self.class_(*value)

        return process
