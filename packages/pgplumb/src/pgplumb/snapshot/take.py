"""Taking a snapshot of the database behind a connection."""

from typing import Any

from psycopg import Connection

from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.read.aggregates import read_aggregates
from pgplumb.snapshot.read.base_types import read_base_types
from pgplumb.snapshot.read.collations import read_collations
from pgplumb.snapshot.read.collector import Collector
from pgplumb.snapshot.read.conversions import read_conversions
from pgplumb.snapshot.read.default_privileges import read_default_privileges
from pgplumb.snapshot.read.event_triggers import read_event_triggers
from pgplumb.snapshot.read.extension_privileges import read_extension_privileges
from pgplumb.snapshot.read.foreign import read_foreign
from pgplumb.snapshot.read.languages import read_languages
from pgplumb.snapshot.read.operators import read_operators
from pgplumb.snapshot.read.relations import read_relations
from pgplumb.snapshot.read.replication import read_publications, read_subscriptions
from pgplumb.snapshot.read.routines import read_routines
from pgplumb.snapshot.read.statistics import read_statistics
from pgplumb.snapshot.read.table_parts import read_table_parts
from pgplumb.snapshot.read.text_search import read_text_search
from pgplumb.snapshot.read.types import read_array_types, read_types


def take_snapshot(connection: Connection[Any]) -> Snapshot:
    """Describe every object of the database, in one transaction that changes nothing.

    Within it the search_path is empty, so that PostgreSQL writes each name with its schema; the
    caller's own settings are as before when it ends.
    """
    with connection.transaction(force_rollback=True):
        connection.execute("set local search_path to ''")
        connection.execute("set local quote_all_identifiers to off")
        # Compiling these queries takes longer than running them.
        connection.execute("set local jit to off")
        collector = Collector(connection)
        read_types(collector)
        read_base_types(collector)
        read_collations(collector)
        read_relations(collector)
        read_array_types(collector)
        read_routines(collector)
        read_aggregates(collector)
        read_languages(collector)
        read_conversions(collector)
        read_operators(collector)
        read_text_search(collector)
        read_foreign(collector)
        read_table_parts(collector)
        read_statistics(collector)
        read_event_triggers(collector)
        read_publications(collector)
        read_subscriptions(collector)
        read_default_privileges(collector)
        read_extension_privileges(collector)
        return collector.snapshot()
