"""Keys of tables and what PostgreSQL fills columns with, read from the system catalogs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that refer to another table's, by attribute numbers in the same order."""

    columns: tuple[int, ...]
    table: int
    referred: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of one table, by attribute numbers.

    primary: the primary key. unique: keys by which at most one row is found. generated: columns
    that PostgreSQL computes; identity: those that it counts; default: those that it else fills.
    """

    primary: tuple[int, ...] = ()
    unique: tuple[tuple[int, ...], ...] = ()
    foreign: tuple[ForeignKey, ...] = ()
    generated: frozenset[int] = frozenset()
    identity: frozenset[int] = frozenset()
    default: frozenset[int] = frozenset()


_KEYS = """
select
    c.conrelid::int8, c.contype::text, c.conkey, c.confrelid::int8, c.confkey
from pg_constraint as c
where c.contype in ('p', 'u', 'f') and c.conrelid <> 0
order by c.conrelid, c.conname
"""
_FILLED = """
select a.attrelid::int8, a.attnum, a.attgenerated::text, a.attidentity::text
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
where c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
    and (a.atthasdef or a.attidentity <> '')
"""


def read_keys(connection: Connection[Any]) -> dict[int, Keys]:
    """The keys of all tables that have any, or columns that PostgreSQL fills, by their OIDs."""
    found: dict[int, Keys] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        keys = _by_table(cursor.execute(_KEYS))
        filled = _by_table(cursor.execute(_FILLED))
    for table in keys.keys() | filled.keys():
        own, columns = keys.get(table, []), filled.get(table, [])
        found[table] = Keys(
            primary=next((tuple(row[2]) for row in own if row[1] == "p"), ()),
            unique=tuple(tuple(row[2]) for row in own if row[1] in "pu"),
            foreign=tuple(
                ForeignKey(tuple(row[2]), row[3], tuple(row[4])) for row in own if row[1] == "f"
            ),
            generated=frozenset(row[1] for row in columns if row[2]),
            identity=frozenset(row[1] for row in columns if row[3]),
            default=frozenset(row[1] for row in columns if not row[2] and not row[3]),
        )
    return found


def _by_table(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
