"""Keys of tables and what PostgreSQL fills columns with, read from the system catalogs."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that refer to another table's, by attribute numbers in the same order."""

    name: str
    columns: tuple[int, ...]
    table: int
    referred: tuple[int, ...]
    on_delete: str


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
    c.conrelid::int8, c.conname, c.contype::text, c.conkey, c.confrelid::int8, c.confkey,
    c.confdeltype::text
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
_ON_DELETE = {
    "a": "NO ACTION",
    "r": "RESTRICT",
    "c": "CASCADE",
    "n": "SET NULL",
    "d": "SET DEFAULT",
}


def read_keys(connection: Connection[Any]) -> dict[int, Keys]:
    """The keys of all tables that have any, or columns that PostgreSQL fills, by their OIDs."""
    found: dict[int, Keys] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        keys = cursor.execute(_KEYS).fetchall()
        filled = cursor.execute(_FILLED).fetchall()
    for table in {row[0] for row in (*keys, *filled)}:
        own = [row for row in keys if row[0] == table]
        columns = [row for row in filled if row[0] == table]
        found[table] = Keys(
            primary=next((tuple(row[3]) for row in own if row[2] == "p"), ()),
            unique=tuple(tuple(row[3]) for row in own if row[2] in "pu"),
            foreign=tuple(
                ForeignKey(row[1], tuple(row[3]), row[4], tuple(row[5]), _ON_DELETE[row[6]])
                for row in own
                if row[2] == "f"
            ),
            generated=frozenset(row[1] for row in columns if row[2]),
            identity=frozenset(row[1] for row in columns if row[3]),
            default=frozenset(row[1] for row in columns if not row[2] and not row[3]),
        )
    return found
