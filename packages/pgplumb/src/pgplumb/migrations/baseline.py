"""The first migration of a project whose database is there already."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from pgplumb.errors import PlumbError
from pgplumb.gates import drift
from pgplumb.gates.model import Outcome
from pgplumb.gates.revisions import read_history
from pgplumb.gates.workspace import Builds, Workspace
from pgplumb.migrations.diff import Ends
from pgplumb.migrations.target import Target
from pgplumb.migrations.write import NewFile
from pgplumb.planner.directives import Directives
from pgplumb.postgres.databases import connect
from pgplumb.sources.build import build
from pgplumb.sources.model import LiveDatabase, Script, Server
from pgplumb.urls import DatabaseUrl


def need_unknown(url: DatabaseUrl, format: str) -> None:  # noqa: A002  as elsewhere
    """Raise PlumbError for a database that knows of migrations, in a tool's format."""
    with connect(url) as connection:
        history = read_history(connection, format)
    if history is not None and history.revisions:
        raise PlumbError(
            f"{url.redacted} says in {history.name} that migrations have run on it.",
            hint="Bring their files back; a baseline is for a database without migrations.",
        )


@contextmanager
def from_nothing(
    url: DatabaseUrl, server: Server, report: Callable[[str], None]
) -> Generator[Ends]:
    """Nothing, and the database, which is only read: both built again on the server.

    report: is told what people should know. Raises PlumbError for what can't be built there.
    """
    with (
        build(Script("nothing", (), in_order=True), server) as nothing,
        build(LiveDatabase(url), server) as there,
    ):
        for note in there.notes:
            report(f"note: {note}")
        yield Ends(nothing, there, Directives())


def mark(database: Target, server: Server, file: NewFile) -> str:
    """Tell the database which migration it has, and see that this is so; gives that in words.

    Raises PlumbError when `atlas` can't, and when the database is not what the migration makes.
    """
    version = file.name.partition("_")[0]
    if database.atlas("set", version) != 0:
        raise PlumbError(
            "The migration is written, but the database was not told that it has it.",
            hint=f"Try again: atlas migrate set {version}",
        )
    builds = Builds(server)
    with Workspace(database.settings, live=database.url, builds=builds) as workspace:
        result = drift.examine(workspace)
    if result.outcome is not Outcome.CLEAN:
        raise PlumbError(f"The database is not what the migration makes: {result.summary}")
    return result.summary
