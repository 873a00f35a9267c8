"""Taking a snapshot of the database behind a connection."""

from typing import Any

from psycopg import Connection

from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.read.collector import Collector
from pgplumb.snapshot.read.relations import read_relations
from pgplumb.snapshot.read.routines import read_routines
from pgplumb.snapshot.read.table_parts import read_table_parts
from pgplumb.snapshot.read.types import read_array_types, read_types


def take_snapshot(connection: Connection[Any]) -> Snapshot:
    """Describe every object of the database, in one transaction that changes nothing.

    Within it the search_path is empty, so that PostgreSQL writes each name with its schema; the
    caller's own settings are as before when it ends.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path to ''")
        connection.execute("set local quote_all_identifiers to off")
        collector = Collector(connection)
        read_types(collector)
        read_relations(collector)
        read_array_types(collector)
        read_routines(collector)
        read_table_parts(collector)
        return collector.snapshot()
