"""A database in use: read in one transaction that can't change anything."""

from typing import Final

from psycopg import IsolationLevel

from pgplumb.planner.prove import Take
from pgplumb.postgres.databases import connect
from pgplumb.snapshot.model import Identity, Kind, Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.urls import DatabaseUrl

# Where Atlas keeps which migrations have run.
_ATLAS_SCHEMA: Final = "atlas_schema_revisions"


def read_live(url: DatabaseUrl, take: Take = take_snapshot) -> Snapshot:
    """The snapshot of a database, taken by `take`, without Atlas's own schema.

    Raises ServerDownError, PlumbError when the login is refused.
    """
    with connect(url) as connection:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            snapshot = take(connection)
    kept = {
        identity: item for identity, item in snapshot.objects.items() if not _is_atlas(identity)
    }
    return Snapshot(kept, snapshot.server_version)


def _is_atlas(identity: Identity) -> bool:
    # An extension may be called anything.
    return identity.kind is not Kind.EXTENSION and identity.path[0] == _ATLAS_SCHEMA
