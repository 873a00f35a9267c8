"""The tables of a database, as far as first queries need to know them."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from pgplumb.postgres.databases import connect
from pgplumb.urls import DatabaseUrl

_TABLES: Final = """
select
    n.nspname,
    c.relname,
    a.attname,
    a.attnotnull or (t.typtype = 'd' and t.typnotnull),
    a.atthasdef or a.attidentity <> '',
    a.attgenerated <> '' or a.attidentity = 'a',
    array_position(k.indkey::int2[], a.attnum)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type as t on t.oid = a.atttypid
left join pg_catalog.pg_index as k on k.indrelid = c.oid and k.indisprimary
where c.relkind in ('r', 'p')
    and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'atlas_schema_revisions')
    and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by n.nspname <> 'public', n.nspname, c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    has_default: PostgreSQL fills it when nothing is given. is_fixed: nothing else can be given.
    key: its place in the primary key.
    """

    name: str
    not_null: bool
    has_default: bool
    is_fixed: bool
    key: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; partitions are none of their own."""

    schema: str
    name: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[Column, ...]:
        """The columns of the primary key, in its order."""
        own = [each for each in self.columns if each.key is not None]
        return tuple(sorted(own, key=lambda each: each.key or 0))


def read_tables(url: DatabaseUrl) -> list[Table]:
    """The tables of a database, those of extensions left out. Raises PlumbError, psycopg.Error."""
    with connect(url) as connection:
        return _read(connection)


def _read(connection: Connection[Any]) -> list[Table]:
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, table, *facts in connection.execute(_TABLES):
        columns.setdefault((schema, table), []).append(Column(*facts))
    return [Table(schema, name, tuple(own)) for (schema, name), own in columns.items()]
