"""`plumb baseline`."""

from dataclasses import dataclass

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import end_progress, out, progress, say
from pgplumb.errors import PlumbError
from pgplumb.gates.workspace import server_of
from pgplumb.migrations.baseline import from_nothing, mark, need_unknown
from pgplumb.migrations.configuration import MigrationsDirectory, migrations_directory
from pgplumb.migrations.diff import migration_files, put_files
from pgplumb.migrations.directory import migrations_source
from pgplumb.migrations.target import target
from pgplumb.migrations.write import NewFile, check_name
from pgplumb.settings import Settings, load_settings
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
        need_unknown(database.url, directory.format)
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
        say(mark(database, server_of(settings), files[-1]))
    return 0


def _files(
    settings: Settings, directory: MigrationsDirectory, url: DatabaseUrl, name: str
) -> list[NewFile]:
    """The migration that makes the database of nothing, replayed and compared."""
    progress("reading the database, and building it again ...")
    try:
        with from_nothing(url, server_of(settings), say) as ends:
            proof = ends.way([], effects=False)
            if not proof.statements:
                raise PlumbError(f"{url.redacted} is empty.", hint="`plumb diff` will do.")
            return migration_files(settings, directory, ends, proof, [], name=name)
    finally:
        end_progress()
