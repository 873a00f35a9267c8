"""The databases of one test run: copies of the template, one a test or one for many."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from psycopg import errors

from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.directory import migrations_source
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.postgres.temporary import is_temporary
from pgplumb.settings import load_settings
from pgplumb.sources.model import Server
from pgplumb.testing.template import open_template
from pgplumb.urls import DatabaseUrl, parse_url, redact

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from psycopg import Connection


class Dsn(str):
    """A URL that does not show its password where pytest shows the values of a failed test."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(redact(self))


class TestDatabases:
    """Makes databases on a server, all of them copies of one template, and drops them again."""

    __test__ = False  # no class of tests

    def __init__(self, server: Server, open_: Callable[[], DatabaseUrl]) -> None:
        self._server = server
        self._open = open_
        self._template = open_()
        self._own: dict[str, AbstractContextManager[DatabaseUrl]] = {}
        self._shared: tuple[Dsn, Connection[Any]] | None = None

    @classmethod
    def of_project(cls, start: Path, url: str | None) -> Self:
        """The databases of the project in or above a folder.

        url: the server; None for the project's development server, which is started if need be.
        DATABASE_URL does not count: what it names may hold data. Raises PlumbError,
        ServerDownError, and LocatedError for migrations that PostgreSQL refuses.
        """
        settings = load_settings(start)
        directory = migrations_directory(settings.root)
        migrations = replace(migrations_source(directory), in_order=True)
        # A folder with atlas.sum alone is a project that has just begun.
        if not migrations.texts and not (directory.folder / "atlas.sum").is_file():
            raise PlumbError(
                f"There are no migrations in {directory.folder} to make a test database of.",
                hint="Write the first with `plumb diff initial`.",
            )
        if url is None:
            from pgplumb.server import ensure_running  # noqa: PLC0415  not known on Windows

            settings = replace(settings, url=settings.project_url)
            ensure_running(settings)
            server = Server(settings.url, makes_roles=True)
        else:
            given = parse_url(url, source="The server URL for tests")
            server = Server(given, makes_roles=is_temporary(given))
        return cls(server, lambda: open_template(server, migrations))

    def make(self) -> Dsn:
        """A fresh database; gives its URL. Raises PlumbError when none can be made."""
        try:
            return self._copy()
        except errors.InvalidCatalogName:
            # Only the newest templates are kept, and other projects have made some meanwhile.
            self._template = self._open()
            return self._copy()

    def _copy(self) -> Dsn:
        made = scratch_database(self._server.url, template=self._template)
        # Without the settings of scratch databases: what is tested sees the URL.
        database = made.__enter__().database
        assert database is not None  # noqa: S101
        url = Dsn(self._server.url.with_database(database).for_libpq())
        self._own[url] = made
        return url

    def drop(self, url: str) -> None:
        """Drop a database that make() has made, whoever is connected to it."""
        self._own.pop(url).__exit__(None, None, None)

    def shared(self) -> Dsn:
        """The URL of a database for all who undo what they do. Raises PlumbError."""
        if self._shared is None:
            url = self.make()
            # As long as somebody is connected, no other command takes it for a leftover.
            self._shared = url, connect(parse_url(url))
        return self._shared[0]

    def forget_shared(self) -> None:
        """Drop the shared database: somebody has not undone what he did."""
        if self._shared is not None:
            url, guard = self._shared
            self._shared = None
            guard.close()
            self.drop(url)

    def close(self) -> None:
        """Drop all that is left."""
        self.forget_shared()
        for url in [*self._own]:
            self.drop(url)
