"""Which migrations a live database says it has run: the tables of atlas and of other tools."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from psycopg import Connection, sql

from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.snapshot.read.foreign import CURRENT_USER

_ATLAS_TABLE: Final = "atlas_schema_revisions"
# What the official binary adds to tell databases apart: no migration.
_ATLAS_CLOUD: Final = ".atlas_cloud_identifier"
# A revision's type is a set of these bits (sql/migrate in Atlas's source).
_ATLAS_BASELINE: Final = 1
_ATLAS_RESOLVED: Final = 4
_TABLES: Final = {
    "goose": "goose_db_version",
    "dbmate": "schema_migrations",
    "golang-migrate": "schema_migrations",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """One row: a migration that has run, or begun to.

    up_to: it stands for all files up to this version. done, total: statements, where that is known.
    hash: what atlas.sum said of the file when it ran.
    """

    version: str
    up_to: bool = False
    is_partial: bool = False
    done: int | None = None
    total: int | None = None
    error: str = ""
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a database and the table they are in.

    owner: the role that the table belongs to, who has run the migrations.
    """

    table: tuple[str, str]
    owner: str
    tool: str
    revisions: tuple[Revision, ...]

    @property
    def name(self) -> str:
        """The table's name with its schema."""
        return ".".join(self.table)


def read_history(connection: Connection[Any], tool: str) -> History | None:
    """The revisions, None where the database has no table of them.

    tool: the one whose format the migrations are in; atlas runs those of all the others, too.
    """
    wanted = [_ATLAS_TABLE, _TABLES[tool]] if tool in _TABLES else [_ATLAS_TABLE]
    for table in wanted:
        for schema, owner in _places_of(connection, table):
            rows = _rows(connection, schema, table)
            of = "atlas" if table == _ATLAS_TABLE else tool
            return History((schema, table), owner, of, tuple(_READERS[of](rows)))
    return None


def without_history(snapshot: Snapshot, table: tuple[str, str]) -> Snapshot:
    """The snapshot without the table of revisions and what belongs to it."""
    schema, name = table
    own = {
        item.identity
        for item in snapshot
        if item.identity.path[:2] == table
        # goose and others number their rows: the sequence is named by the table.
        or (
            item.identity.kind is Kind.SEQUENCE
            and item.identity.path[0] == schema
            and item.identity.path[1].startswith(f"{name}_")
        )
    }
    if schema == _ATLAS_TABLE:
        own |= {item.identity for item in snapshot if _is_in_schema(item.identity, schema)}
    kept = {
        identity: item
        for identity, item in snapshot.objects.items()
        if identity not in own and not {item.parent, item.implied_by} & own
    }
    return Snapshot(kept, snapshot.server_version)


def as_read_by(snapshot: Snapshot, role: str, reader: str) -> Snapshot:
    """The snapshot that `reader` has taken, as if `role` had.

    What belongs to the reading role is without its name, so that it compares with another server's.
    """
    if role == reader:
        return snapshot
    places = {Kind.DEFAULT_PRIVILEGES: (0, ""), Kind.USER_MAPPING: (1, CURRENT_USER)}

    def renamed(identity: Identity) -> Identity:
        if identity.kind not in places:
            return identity
        number, nameless = places[identity.kind]
        names = {nameless: reader, role: nameless}
        path = list(identity.path)
        path[number] = names.get(path[number], path[number])
        return Identity(identity.kind, tuple(path))

    objects = {
        renamed(identity): replace(item, identity=renamed(identity))
        for identity, item in snapshot.objects.items()
    }
    return Snapshot(objects, snapshot.server_version)


def _is_in_schema(identity: Identity, schema: str) -> bool:
    return identity.kind is not Kind.EXTENSION and identity.path[0] == schema


def _places_of(connection: Connection[Any], table: str) -> list[tuple[str, str]]:
    """The schemas that hold such a table, and its owners."""
    rows: list[tuple[str, str]] = connection.execute(
        "select n.nspname, pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class as c"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " where c.relname = %s and c.relkind in ('r', 'p') order by 1",
        [table],
    ).fetchall()
    # Atlas's own schema before any other: the URL decides where it keeps its table.
    return sorted(rows, key=lambda row: row[0] != _ATLAS_TABLE)


def _rows(connection: Connection[Any], schema: str, table: str) -> list[dict[str, Any]]:
    query = sql.SQL("select to_jsonb(t) from {} as t").format(sql.Identifier(schema, table))
    return [row for (row,) in connection.execute(query).fetchall()]


def _atlas(rows: Sequence[dict[str, Any]]) -> list[Revision]:
    return [
        Revision(
            row["version"],
            up_to=bool(row["type"] & _ATLAS_BASELINE),
            is_partial=row["applied"] < row["total"] and not row["type"] & _ATLAS_RESOLVED,
            done=row["applied"],
            total=row["total"],
            error=row["error"] or "",
            hash=row["hash"] or None,
        )
        for row in sorted(rows, key=lambda row: row["version"])
        if row["version"] != _ATLAS_CLOUD
    ]


def _goose(rows: Sequence[dict[str, Any]]) -> list[Revision]:
    """The last row of a version says whether it is there; 0 is where goose begins."""
    latest = {
        row["version_id"]: row["is_applied"] for row in sorted(rows, key=lambda row: row["id"])
    }
    return [
        Revision(str(version)) for version, there in sorted(latest.items()) if there and version
    ]


def _dbmate(rows: Sequence[dict[str, Any]]) -> list[Revision]:
    return [Revision(version) for version in sorted(row["version"] for row in rows)]


def _golang_migrate(rows: Sequence[dict[str, Any]]) -> list[Revision]:
    """One row: how far it has come, and whether the last one failed."""
    return [Revision(str(row["version"]), up_to=True, is_partial=row["dirty"]) for row in rows]


_READERS: Final[dict[str, Callable[[Sequence[dict[str, Any]]], list[Revision]]]] = {
    "atlas": _atlas,
    "goose": _goose,
    "dbmate": _dbmate,
    "golang-migrate": _golang_migrate,
}
