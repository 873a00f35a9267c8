"""What the gates of one run share: the settings, and databases built from the project's files."""

from concurrent.futures import Future
from contextlib import ExitStack
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Self

from pgplumb.gates.once import Once
from pgplumb.gates.project_queries import (
    Answers,
    ProjectQueries,
    Reads,
    ask_database,
)
from pgplumb.migrations.configuration import (
    MigrationsDirectory,
    migrations_directory,
    read_schema,
)
from pgplumb.migrations.directory import migrations_source
from pgplumb.settings import Settings
from pgplumb.sources import Built, Script, Server, build
from pgplumb.sources.model import SqlText
from pgplumb.urls import DatabaseUrl

_Key = tuple[bool, tuple[tuple[str, bool], ...]]


class Builds:
    """Scratch databases by what is in them: each is built once and dropped at the end.

    `earlier` builds are looked at first; they must last longer than these. Safe for threads.
    """

    def __init__(self, server: Server, earlier: "Builds | None" = None) -> None:
        self._server = server
        self._earlier = earlier
        self._lock = Lock()
        self._found: dict[_Key, Future[Built]] = {}
        self._stack = ExitStack()

    def get(self, source: Script) -> Built:
        """The source in a scratch database. Raises what sources.build does."""
        key = source.in_order, tuple((text.text, text.continues) for text in source.texts)
        if self._earlier is not None and key in self._earlier:
            return self._earlier.get(source)
        with self._lock:
            found = self._found.get(key)
            future = self._found.setdefault(key, Future())
        if found is None:
            self._build(source, future)
        return future.result()

    def __contains__(self, key: object) -> bool:
        return key in self._found

    def _build(self, source: Script, future: Future[Built]) -> None:
        stack = ExitStack()
        try:
            built = stack.enter_context(build(source, self._server))
        except BaseException as error:
            future.set_exception(error)
            raise
        with self._lock:
            self._stack.push(stack)
        future.set_result(built)

    def close(self) -> None:
        """Drop the databases."""
        self._stack.close()


class Workspace:
    """A run's settings and its builds; a context manager that drops them.

    live: the live database that gates may look at; it is only read. watched: the same, where it
    was named as such.
    base: what to compare the migrations with, a commit; by default the main branch.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        live: DatabaseUrl | None = None,
        watched: DatabaseUrl | None = None,
        base: str | None = None,
        builds: Builds | None = None,
        reads: Reads | None = None,
    ) -> None:
        self.settings = settings
        self.live = live or watched
        self.watched = watched
        self.base = base
        self._builds = builds or Builds(server_of(settings))
        self._reads = reads or Reads()
        self._answers = Once(self._ask)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._builds.close()

    @cached_property
    def directory(self) -> MigrationsDirectory:
        """The project's migrations. Raises PlumbError for a format that is not known."""
        return migrations_directory(self.settings.root)

    def migrations_script(self) -> Script:
        """The migrations, to be replayed."""
        return migrations_source(self.directory)

    def schema_script(self) -> Script:
        """The schema files. Raises PlumbError when none are named or one can't be read."""
        files = read_schema(self.settings.root)
        return Script("the schema files", tuple(SqlText(file.path, file.text) for file in files))

    def built(self, source: Script) -> Built:
        """A source in a scratch database that all gates share: nobody may change it.

        Raises LocatedError for SQL that PostgreSQL refuses, PlumbError for what can't be built.
        """
        return self._builds.get(source)

    def migrated(self) -> Built:
        """The migrations in a scratch database; the schema files where there are none yet.

        Raises as `built` does.
        """
        script = self.migrations_script()
        return self.built(script if script.texts else self.schema_script())

    def queries(self) -> ProjectQueries:
        """The project's queries, read once. Raises as read_queries does."""
        return self.queries_of(self.settings)

    def queries_of(self, settings: Settings) -> ProjectQueries:
        """The queries of a project, of a past state of this one say, as `queries`."""
        return self._reads.get(settings)

    def answers(self) -> Answers:
        """What PostgreSQL says of the queries on the migrated database, asked once.

        Raises as `queries` and `built` do.
        """
        return self._answers.get()

    def _ask(self) -> Answers:
        return ask_database(self.migrated().url, self.queries().queries)


def server_of(settings: Settings) -> Server:
    """The server that scratch databases of the project are made on."""
    return Server(settings.url, makes_roles=not settings.is_override)
