"""The facts of operators, their families and classes, and access methods."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts


@dataclass(frozen=True, slots=True)
class AccessMethod(Facts):
    """An access method; `type` as in pg_am.amtype."""

    type: str
    handler: str


@dataclass(frozen=True, slots=True)
class Operator(Facts):
    """An operator; its operand types are in its path.

    `commutator` and `negator` are written `schema.name`; PostgreSQL sets them on both sides.
    """

    function: str
    commutator: str | None
    negator: str | None
    restrict: str | None
    join: str | None
    merges: bool
    hashes: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An operator or support function of a family.

    `definition` is written as CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY ADD take it, `slot`
    as ALTER OPERATOR FAMILY DROP does.
    """

    slot: str
    definition: str


@dataclass(frozen=True, slots=True)
class OperatorFamily(Facts):
    """An operator family with the members that belong to none of its classes."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class OperatorClass(Facts):
    """An operator class with the members that belong to it."""

    type: str
    default: bool
    family: str
    storage: str | None
    members: tuple[Member, ...]
