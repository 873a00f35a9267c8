"""The facts of each kind of object. Definitions are PostgreSQL's own text, names qualified."""

from dataclasses import dataclass, field
from typing import Final

from pgplumb.snapshot.model import Facts, Identity, Options


@dataclass(frozen=True, slots=True)
class Schema(Facts):
    """A schema."""


@dataclass(frozen=True, slots=True)
class Extension(Facts):
    """An extension; its version is the server's affair and not compared."""

    schema: str


@dataclass(frozen=True, slots=True)
class Enum(Facts):
    """An enum type."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a composite type; `collation` only where it is not its type's."""

    name: str
    type: str
    collation: str | None


@dataclass(frozen=True, slots=True)
class Composite(Facts):
    """A composite type that stands alone."""

    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Domain(Facts):
    """A domain; its CHECK constraints are objects of their own."""

    base: str
    collation: str | None
    default: str | None
    not_null: bool


@dataclass(frozen=True, slots=True)
class DomainConstraint(Facts):
    """A CHECK constraint of a domain."""

    definition: str


@dataclass(frozen=True, slots=True)
class Range(Facts):
    """A range type and its multirange."""

    subtype: str
    operator_class: str
    collation: str | None
    canonical: str | None
    difference: str | None
    multirange: str


@dataclass(frozen=True, slots=True)
class SequenceOptions:
    """What CREATE SEQUENCE and identity columns share."""

    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool


@dataclass(frozen=True, slots=True)
class Sequence(Facts):
    """A sequence that is not an identity column's."""

    options: SequenceOptions
    unlogged: bool


@dataclass(frozen=True, slots=True)
class SequenceOwner(Facts):
    """OWNED BY: the column that a sequence vanishes with."""

    column: Identity


@dataclass(frozen=True, slots=True)
class IdentitySequence(Facts):
    """The sequence of an identity column, which says all about it but privileges and comment."""


@dataclass(frozen=True, slots=True)
class Routine(Facts):
    """A function or procedure; `arguments` are names, modes and types without defaults.

    `header` is what CREATE OR REPLACE can't change; `strings` is true where the body is text,
    which PostgreSQL records no dependencies of.
    """

    definition: str
    arguments: str
    result: str | None
    defaults: int
    language: str
    kind: str
    body: str | None


@dataclass(frozen=True, slots=True)
class Table(Facts):
    """A table, partitioned or not; columns and constraints are objects of their own."""

    persistence: str
    partition_key: str | None
    access_method: str | None
    tablespace: str | None
    options: Options
    row_security: bool
    force_row_security: bool
    server: str | None = None
    server_options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class IdentityColumn:
    """GENERATED ... AS IDENTITY; `always` as opposed to BY DEFAULT."""

    always: bool
    sequence: str
    options: SequenceOptions


NAMED_NOT_NULLS: Final = 180000
"""Since this version of the server NOT NULL is a constraint with a name, not a column's flag."""


@dataclass(frozen=True, slots=True)
class NotNull:
    """A column's NOT NULL; `name` only where it is not the one PostgreSQL gives.

    inherited: a table above has it.
    """

    name: str | None
    valid: bool
    no_inherit: bool
    inherited: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Column(Facts):
    """A column; what is None is as the type or the server has it.

    local: it has a definition of its own; inherited: a table above has it. It can be both.
    """

    type: str
    collation: str | None
    not_null: NotNull | None
    identity: IdentityColumn | None
    generated: str | None
    stored: bool
    storage: str | None
    compression: str | None
    statistics: int | None
    options: Options
    foreign_options: Options
    local: bool
    inherited: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class ViewColumn(Facts):
    """A column of a view, or an attribute of a composite type: there for its comment."""

    type: str


@dataclass(frozen=True, slots=True)
class Default(Facts):
    """A column's default."""

    expression: str


WITH_INDEX: Final = frozenset("pux")
"""Primary keys, unique and exclusion constraints: their index has their name."""


@dataclass(frozen=True, slots=True)
class Constraint(Facts):
    """A constraint of a table, NOT NULL left out; `type` as in pg_constraint.contype.

    index_comment: that of its index, which has one besides the constraint's. index_attached_to: the
    partitioned index above its index, where no constraint above has that.
    """

    type: str
    definition: str
    options: Options
    tablespace: str | None
    local: bool
    validated: bool
    index_comment: str | None
    index_attached_to: Identity | None


@dataclass(frozen=True, slots=True)
class Index(Facts):
    """An index that no constraint owns; `attached_to` names the partitioned index above."""

    definition: str
    valid: bool
    attached_to: Identity | None
    statistics: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Statistics(Facts):
    """Extended statistics; `target` only where it is not the columns'.

    kinds: empty for all of them. columns: in alphabetical order; PostgreSQL's is the table's.
    """

    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    target: int | None


@dataclass(frozen=True, slots=True)
class Inheritance(Facts):
    """A table below another, as partition (`bound`) or by INHERITS."""

    parent: Identity
    number: int
    bound: str | None


@dataclass(frozen=True, slots=True)
class TableType(Facts):
    """OF: the composite type that a table has its columns from."""

    type: str


@dataclass(frozen=True, slots=True)
class ReplicaIdentity(Facts):
    """REPLICA IDENTITY other than the default."""

    form: str
    index: str | None


@dataclass(frozen=True, slots=True)
class Cluster(Facts):
    """CLUSTER ON."""

    index: str


@dataclass(frozen=True, slots=True)
class View(Facts):
    """A view: its query and the columns that CREATE OR REPLACE must keep."""

    definition: str
    columns: tuple[tuple[str, str, str], ...]
    options: Options


@dataclass(frozen=True, slots=True)
class MaterializedView(Facts):
    """A materialized view."""

    definition: str
    options: Options
    access_method: str | None
    tablespace: str | None
    populated: bool


@dataclass(frozen=True, slots=True)
class Rule(Facts):
    """A rewrite rule; `enabled` as in pg_rewrite.ev_enabled."""

    definition: str
    enabled: str


@dataclass(frozen=True, slots=True)
class Trigger(Facts):
    """A trigger; `enabled` as in pg_trigger.tgenabled."""

    definition: str
    enabled: str


@dataclass(frozen=True, slots=True)
class Policy(Facts):
    """A row-level security policy."""

    permissive: bool
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None
