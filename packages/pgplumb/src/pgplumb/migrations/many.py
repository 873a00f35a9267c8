"""Migrations on many databases, one for each tenant say: several at a time, each by itself.

What a database has run stands in the database, and nowhere else: a second run passes over those
that have everything, and goes on with the rest.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import Final

import psycopg

from pgplumb.errors import PlumbError
from pgplumb.gates.applied import applied_migrations
from pgplumb.gates.migration_files import migration_files
from pgplumb.gates.model import Outcome
from pgplumb.gates.revisions import read_history
from pgplumb.gates.workspace import Builds, server_of
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.migrations.looks import in_the_way, look
from pgplumb.migrations.target import target
from pgplumb.postgres.databases import connect
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl, parse_url

_SHOWN: Final = 3


class State(StrEnum):
    """How it went with one database."""

    APPLIED = "applied"
    CURRENT = "up to date"
    PENDING = "pending"
    DRIFTED = "drifted"
    FAILED = "failed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Migrated:
    """How it went with one database: how many migrations it was given or
    needs, and what is wrong."""

    url: DatabaseUrl
    state: State
    migrations: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """The database without its login."""
        return f"{self.url.server}/{self.url.database or ''}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How migrations are to be applied.

    jobs: to how many databases at the same time. max_failures: after how many that went wrong no
    other one is begun; None for never.
    """

    amount: int | None = None
    env: str = "default"
    dry_run: bool = False
    allow_drift: bool = False
    jobs: int = 4
    max_failures: int | None = None


def read_urls(lines: Iterable[str], source: str) -> list[DatabaseUrl]:
    """The URLs of a text, one a line; empty lines and those that begin with # are left out.

    Raises PlumbError with the number of a line that is no URL, and when there is none at all.
    """
    found = [
        parse_url(line, source=f"{source}:{number}")
        for number, line in enumerate(map(str.strip, lines), start=1)
        if line and not line.startswith("#")
    ]
    return _each_once(found, source)


def query_urls(server: DatabaseUrl, query: str) -> list[DatabaseUrl]:
    """The databases that a query gives in its first column: URLs, or names on the same server.

    The query is run in a transaction that can't write. Raises PlumbError.
    """
    with connect(server) as connection:
        connection.read_only = True
        try:
            with connection.transaction():
                rows = connection.execute(query.encode()).fetchall()
        except psycopg.Error as error:
            message = error.diag.message_primary or str(error)
            raise PlumbError(f"PostgreSQL refuses the query for databases: {message}") from error
    given = [str(row[0]) for row in rows if row and row[0] is not None]
    found = [
        parse_url(each, source=f"Row {number} of the query")
        if "://" in each
        else server.with_database(each)
        for number, each in enumerate(given, start=1)
    ]
    return _each_once(found, "The query")


def _each_once(urls: Sequence[DatabaseUrl], source: str) -> list[DatabaseUrl]:
    if not urls:
        raise PlumbError(f"{source} names no database.")
    found: dict[tuple[str, int, str | None], DatabaseUrl] = {}
    for url in urls:
        found.setdefault((url.host, url.port, url.database), url)
    return list(found.values())


def apply_to_many(
    settings: Settings,
    directory: MigrationsDirectory,
    urls: Sequence[DatabaseUrl],
    wishes: Wishes,
    tell: Callable[[Migrated], None],
) -> list[Migrated]:
    """Apply to each; gives how it went, in the order of the URLs.

    tell: is told of each as soon as it is done. When it is interrupted no other one is begun, and
    those that are running come to their end: KeyboardInterrupt is raised then.
    """
    done: dict[DatabaseUrl, Migrated] = {}
    builds = Builds(server_of(settings))
    stop = Event()
    try:
        with ThreadPoolExecutor(max_workers=wishes.jobs) as threads:
            futures = [
                threads.submit(_apply, settings, directory, url, wishes, builds, stop=stop)
                for url in urls
            ]
            try:
                for outcome in (future.result() for future in as_completed(futures)):
                    done[outcome.url] = outcome
                    tell(outcome)
                    if _too_many(done.values(), wishes):
                        stop.set()
            except BaseException:
                stop.set()
                threads.shutdown(cancel_futures=True)
                raise
    finally:
        builds.close()
    return [done[url] for url in urls]


def _too_many(outcomes: Iterable[Migrated], wishes: Wishes) -> bool:
    wrong = sum(each.state in {State.FAILED, State.DRIFTED} for each in outcomes)
    return wishes.max_failures is not None and wrong >= wishes.max_failures


def _apply(
    settings: Settings,
    directory: MigrationsDirectory,
    url: DatabaseUrl,
    wishes: Wishes,
    builds: Builds,
    *,
    stop: Event,
) -> Migrated:
    """One database, whatever goes wrong with it."""
    if stop.is_set():
        return Migrated(url, State.NOT_BEGUN)
    try:
        return _try(settings, directory, url, wishes, builds)
    except PlumbError as error:
        return Migrated(url, State.FAILED, problem=without_password(str(error), url))
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error)
        return Migrated(url, State.FAILED, problem=without_password(message, url))


def _try(
    settings: Settings,
    directory: MigrationsDirectory,
    url: DatabaseUrl,
    wishes: Wishes,
    builds: Builds,
) -> Migrated:
    pending = _pending(directory, url)
    if not pending:
        return Migrated(url, State.CURRENT)
    if wishes.dry_run:
        return Migrated(url, State.PENDING, pending)
    found = [] if wishes.allow_drift else in_the_way(look(settings, url, builds))
    if found:
        messages = [each.message for each in found[:_SHOWN]]
        more = len(found) - _SHOWN
        messages += [f"and {more} more: plumb check drift --url ..."] if more > 0 else []
        return Migrated(url, State.DRIFTED, problem="\n".join(messages))
    words = [] if wishes.amount is None else [str(wishes.amount)]
    with target(settings, directory, url=str(url), env=wishes.env) as database:
        finished = database.run("apply", *words)
    applied = pending - _pending(directory, url)
    if finished.code != 0:
        problem = without_password(finished.errors.strip() or finished.text, url)
        return Migrated(url, State.FAILED, applied, problem or "atlas gives no reason")
    after = look(settings, url, builds)
    if after.outcome is not Outcome.CLEAN and not wishes.allow_drift:
        return Migrated(url, State.DRIFTED, applied, problem=after.summary)
    return Migrated(url, State.APPLIED, applied)


def _pending(directory: MigrationsDirectory, url: DatabaseUrl) -> int:
    """How many migrations the database lacks; one that was not finished counts."""
    with connect(url) as connection:
        history = read_history(connection, directory.format)
    if history is None:
        return len(migration_files(directory))
    applied = applied_migrations(history, directory)
    # Atlas has to be asked about what it would refuse, too.
    odd = len(applied.unknown) + len(applied.left_out)
    return len(applied.pending) + len(applied.partial) + odd


def without_password(text: str, url: DatabaseUrl) -> str:
    """The text without the URL's password."""
    return text.replace(url.password, "***") if url.password else text
