"""The facts of publications and subscriptions."""

from dataclasses import dataclass

from pgplumb.snapshot.model import Facts, Options


@dataclass(frozen=True, slots=True)
class Publication(Facts):
    """A publication; what it publishes single tables and schemas of are objects of their own."""

    all_tables: bool
    operations: tuple[str, ...]
    via_partition_root: bool
    generated_columns: str


@dataclass(frozen=True, slots=True)
class PublicationTable(Facts):
    """A table in a publication; `columns` is None where all of them are published."""

    columns: tuple[str, ...] | None
    filter: str | None


@dataclass(frozen=True, slots=True)
class PublicationSchema(Facts):
    """A schema whose tables a publication publishes."""


@dataclass(frozen=True, slots=True)
class Subscription(Facts):
    """A subscription. Whether it is enabled is the server's affair and not compared.

    connection: without its secrets; None where the role that reads may not see it.
    options: what WITH takes, as far as it is not PostgreSQL's own choice.
    """

    connection: str | None
    publications: tuple[str, ...]
    slot: str | None
    options: Options
