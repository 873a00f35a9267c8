"""The tables of schema.sql, as people write them down for each of the layers."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
import sqlmodel
from pydantic import BaseModel, create_model
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Kind(StrEnum):
    """An enum."""

    small = "small"
    medium = "medium"
    large = "large"


class PlainItem(BaseModel):
    """A row without JSON."""

    id: int
    name: str
    title: str
    note: str | None
    kind: Kind
    code: UUID
    price: Decimal
    made_at: datetime
    made_on: date
    active: bool
    tags: list[str | None]


class Item(PlainItem):
    """A row."""

    data: Any


class Base(DeclarativeBase):
    """SQLAlchemy's."""


KIND: Final = sa.Enum(Kind, name="kind", create_type=False)


class _Columns:
    """The columns of item and incoming."""

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    note: Mapped[str | None]
    kind: Mapped[Kind] = mapped_column(KIND)
    code: Mapped[UUID]
    price: Mapped[Decimal]
    made_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    made_on: Mapped[date]
    active: Mapped[bool]
    tags: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    data: Mapped[Any] = mapped_column(JSONB)


class OrmItem(_Columns, Base):
    """A row, for SQLAlchemy."""

    __tablename__ = "item"


class OrmIncoming(_Columns, Base):
    """A row to load, for SQLAlchemy."""

    __tablename__ = "incoming"


class _Fields(sqlmodel.SQLModel):
    """The columns of item and incoming."""

    id: int = sqlmodel.Field(sa_type=sa.BigInteger, primary_key=True)
    name: str
    title: str
    note: str | None
    kind: Kind = sqlmodel.Field(sa_type=KIND)
    code: UUID
    price: Decimal
    made_at: datetime = sqlmodel.Field(sa_type=sa.DateTime(timezone=True))
    made_on: date
    active: bool
    tags: list[str] = sqlmodel.Field(sa_type=ARRAY(sa.Text))
    data: Any = sqlmodel.Field(sa_type=JSONB)


class ModelItem(_Fields, table=True):
    """A row, for SQLModel."""

    __tablename__ = "item"  # pyright: ignore[reportAssignmentType]


class ModelIncoming(_Fields, table=True):
    """A row to load, for SQLModel."""

    __tablename__ = "incoming"  # pyright: ignore[reportAssignmentType]


KINDS: Final[list[tuple[Any, Any]]] = [
    (int, sa.BigInteger),
    (str, sa.Text),
    (int, sa.Integer),
    (bool, sa.Boolean),
    (Decimal, sa.Numeric),
    (datetime, sa.DateTime(timezone=True)),
]
_WIDE: Final = {f"c{number:02}": KINDS[number % len(KINDS)] for number in range(1, 60)}
_types: Any = {name: (python, ...) for name, (python, _) in _WIDE.items()}
Wide: Final[Any] = create_model("Wide", id=(int, ...), **_types)
WideOrm: Final[Any] = type(
    "WideOrm",
    (Base,),
    {"__tablename__": "wide", "id": mapped_column(sa.BigInteger, primary_key=True)}
    | {name: mapped_column(kind, nullable=False) for name, (_, kind) in _WIDE.items()},
)
_fields: Any = {
    name: (python, sqlmodel.Field(sa_type=kind)) for name, (python, kind) in _WIDE.items()
}
WideModel: Final[Any] = create_model(
    "WideModel",
    __base__=sqlmodel.SQLModel,
    __cls_kwargs__={"table": True},
    __tablename__=(str, "wide"),
    id=(int, sqlmodel.Field(sa_type=sa.BigInteger, primary_key=True)),
    **_fields,
)
