"""`plumb baseline`."""

from dataclasses import dataclass

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import end_progress, out, progress, say
from pgplumb.errors import PlumbError
from pgplumb.gates import drift
from pgplumb.gates.model import Outcome
from pgplumb.gates.revisions import read_history
from pgplumb.gates.workspace import Workspace
from pgplumb.migrations.configuration import MigrationsDirectory, migrations_directory
from pgplumb.migrations.diff import Ends, migration_files, put_files
from pgplumb.migrations.directory import migrations_source
from pgplumb.migrations.target import Target, target
from pgplumb.migrations.write import NewFile, check_name
from pgplumb.planner.directives import Directives
from pgplumb.postgres.databases import connect
from pgplumb.settings import Settings, load_settings
from pgplumb.sources.build import build
from pgplumb.sources.model import LiveDatabase, Script, Server
from pgplumb.urls import DatabaseUrl


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    name: str = "baseline"
    env: str = "default"
    url: str | None = None
    dry_run: bool = False
    mark: bool = True


def run(options: Options) -> int:
    """Write the first migration of a database that is there, and tell it that it has run it.

    Out: 0. Raises PlumbError for what can't be done.
    """
    check_name(options.name)
    settings = load_settings()
    start_server(settings)
    directory = migrations_directory(settings.root)
    if migrations_source(directory).texts:
        raise PlumbError(
            f"{directory.folder} has migrations already.",
            hint="A baseline is the first one. `plumb diff` writes the next one; `atlas migrate set"
            " VERSION` tells a database up to which one it is.",
        )
    with target(settings, directory, url=options.url, env=options.env) as database:
        _need_unknown(database.url, directory)
        files = _files(settings, directory, database.url, options.name)
        if options.dry_run:
            for file in files:
                out(file.text.rstrip("\n"))
            return 0
        for path in put_files(settings, directory, files):
            shown = path.relative_to(settings.root) if path.is_relative_to(settings.root) else path
            out(str(shown))
        if not options.mark or directory.format != "atlas":
            say(f"{database.url.redacted} was not changed: tell it that it has this migration.")
            return 0
        _mark(settings, database, files[-1])
    return 0


def _need_unknown(url: DatabaseUrl, directory: MigrationsDirectory) -> None:
    """Raise PlumbError for a database that knows of migrations."""
    with connect(url) as connection:
        history = read_history(connection, directory.format)
    if history is not None and history.revisions:
        raise PlumbError(
            f"{url.redacted} says in {history.name} that migrations have run on it.",
            hint="Bring their files back; a baseline is for a database without migrations.",
        )


def _files(
    settings: Settings, directory: MigrationsDirectory, url: DatabaseUrl, name: str
) -> list[NewFile]:
    """The migration that makes the database of nothing, replayed and compared."""
    server = Server(settings.url, makes_roles=not settings.is_override)
    progress("reading the database, and building it again ...")
    try:
        with (
            build(Script("nothing", (), in_order=True), server) as nothing,
            build(LiveDatabase(url), server) as there,
        ):
            for note in there.notes:
                say(f"note: {note}")
            ends = Ends(nothing, there, Directives())
            proof = ends.way([], effects=False)
            if not proof.statements:
                raise PlumbError(f"{url.redacted} is empty.", hint="`plumb diff` will do.")
            return migration_files(settings, directory, ends, proof, [], name=name)
    finally:
        end_progress()


def _mark(settings: Settings, database: Target, file: NewFile) -> None:
    """Tell the database which migration it has, and see that this is so."""
    version = file.name.partition("_")[0]
    if database.atlas("set", version) != 0:
        raise PlumbError(
            "The migration is written, but the database was not told that it has it.",
            hint=f"Try again: atlas migrate set {version}",
        )
    with Workspace(settings, live=database.url) as workspace:
        result = drift.examine(workspace)
    if result.outcome is not Outcome.CLEAN:
        raise PlumbError(f"The database is not what the migration makes: {result.summary}")
    say(result.summary)
