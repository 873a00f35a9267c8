"""From a source to a scratch database that holds it, and its snapshot."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from pgplumb.planner.copies import complete_copy
from pgplumb.planner.prove import Take
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.snapshot.model import Snapshot
from pgplumb.snapshot.take import take_snapshot
from pgplumb.sources.apply import apply_each, apply_whole
from pgplumb.sources.live import read_live
from pgplumb.sources.model import LiveDatabase, Script, Server, Source
from pgplumb.sources.replicate import replicate
from pgplumb.urls import DatabaseUrl


@dataclass(frozen=True, slots=True)
class Built:
    """A source in a scratch database.

    notes: what of the source is left out, and what had to be done for it, for people.
    owners: whether the snapshot says who owns what.
    """

    source: Source
    server: Server
    url: DatabaseUrl
    snapshot: Snapshot
    notes: tuple[str, ...]
    owners: bool

    @property
    def take(self) -> Take:
        """What takes snapshots that have what this one has."""
        return taker(owners=self.owners)

    @contextmanager
    def copy(self) -> Generator[Connection[Any]]:
        """A connection to a fresh copy of the scratch database, dropped at the end."""
        with scratch_database(self.server.url, template=self.url) as url, connect(url) as copy:
            complete_copy(copy, self.snapshot)
            yield copy


@contextmanager
def build(source: Source, server: Server, *, owners: bool = False) -> Generator[Built]:
    """Build the source in a scratch database on the server, for as long as it is needed.

    owners: whether the snapshot says who owns what. A live database is only read.
    Raises LocatedError for SQL that PostgreSQL refuses, PlumbError for what can't be built there.
    """
    take = taker(owners=owners)
    with ExitStack() as stack:
        if isinstance(source, Script):
            url, notes = _apply(source, server, stack)
            with connect(url) as connection:
                snapshot = take(connection)
        else:
            live = read_live(source.url, take)
            url, snapshot, notes = _rebuild(source, live, server, stack, take)
        yield Built(source, server, url, snapshot, notes, owners)


def taker(*, owners: bool) -> Take:
    """What takes snapshots, with or without who owns what."""
    return take_snapshot if owners else _take_without_owners


def _take_without_owners(connection: Connection[Any]) -> Snapshot:
    return take_snapshot(connection).without_owners()


def _apply(script: Script, server: Server, stack: ExitStack) -> tuple[DatabaseUrl, tuple[str, ...]]:
    with ExitStack() as attempt:
        url = attempt.enter_context(scratch_database(server.url))
        with connect(url) as connection:
            accepted = apply_whole(connection, script)
        if accepted:
            stack.push(attempt.pop_all())
            return url, script.notes
    url = stack.enter_context(scratch_database(server.url))
    with connect(url) as connection:
        notes = apply_each(connection, script, server)
    return url, (*script.notes, *notes)


def _rebuild(
    source: LiveDatabase, live: Snapshot, server: Server, stack: ExitStack, take: Take
) -> tuple[DatabaseUrl, Snapshot, tuple[str, ...]]:
    url = stack.enter_context(scratch_database(server.url))

    @contextmanager
    def another() -> Generator[Connection[Any]]:
        with scratch_database(server.url) as other, connect(other) as connection:
            yield connection

    with connect(url) as connection:
        snapshot, notes = replicate(
            source, live, server, connection=connection, another=another, take=take
        )
    return url, snapshot, notes
