"""The next migration: from what the migrations make of an empty database to the schema files."""

import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pgplumb.errors import PlumbError
from pgplumb.gates.tools import run_tool
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.migrations.write import NewFile, write_files
from pgplumb.planner.column_order import OrderDifference, order_differences
from pgplumb.planner.difference import described, differences
from pgplumb.planner.plan import PlannedStatement, Verb
from pgplumb.planner.prove import Proof, Wishes, prove
from pgplumb.planner.renames import Candidate, Directives, Rename, candidates, read_directives
from pgplumb.planner.statement import Hazard
from pgplumb.postgres.schema_files import SchemaFile, read_schema_files
from pgplumb.settings import Settings
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.sources.parse import parse_source


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of the next migration, each in a scratch database."""

    before: Built
    after: Built
    directives: Directives

    def candidates(self) -> list[Candidate]:
        """What a person could be asked about: gone here, new there, and alike."""
        return candidates(self.before.snapshot, self.after.snapshot)

    def prove(self, wishes: Wishes) -> Proof:
        """The way from the migrations to the schema, as it was seen to work."""
        return _prove(self.before, self.after, wishes)

    def prove_reverse(self) -> Proof:
        """The way back, renames undone."""
        undone = [
            Rename(
                rename.kinds,
                (*rename.path[:-1], rename.new_name),
                rename.path[-1],
                rename.location,
            )
            for rename in self.directives.renames
        ]
        return _prove(self.after, self.before, Wishes(renames=undone))

    def order_differences(self) -> list[OrderDifference]:
        """Tables whose columns will stand in another order than the schema files write them."""
        return order_differences(self.before.snapshot, self.after.snapshot)


def _prove(source: Built, target: Built, wishes: Wishes) -> Proof:
    return prove(source.snapshot, target.snapshot, source.copy, wishes=wishes, take=source.take)


@contextmanager
def latest_ends(settings: Settings, directory: MigrationsDirectory) -> Generator[Ends]:
    """The migrations without the latest one, and with it.

    Raises as both_ends does, and PlumbError when there is none.
    """
    check_sum(settings, directory)
    server = Server(settings.url, makes_roles=not settings.is_override)
    source = migrations_source(directory)
    if not source.texts:
        raise PlumbError(f"There is no migration in {directory.folder}.")
    earlier = replace(source, texts=source.texts[:-1])
    with build(earlier, server) as before, build(source, server) as after:
        yield Ends(before, after, Directives((), frozenset()))


@contextmanager
def both_ends(
    settings: Settings, directory: MigrationsDirectory, patterns: Sequence[str]
) -> Generator[Ends]:
    """Build the migrations and the schema files in scratch databases.

    patterns: the schema's files and folders, relative to the project. Raises LocatedError for SQL
    that PostgreSQL refuses, PlumbError for files that can't be read and migrations that were
    tampered with.
    """
    check_sum(settings, directory)
    server = Server(settings.url, makes_roles=not settings.is_override)
    files = read_schema_files(settings.root, patterns)
    directives = read_directives(files)
    with (
        build(migrations_source(directory), server) as before,
        build(_schema_source(files), server) as after,
    ):
        yield Ends(before, after, directives)


def migrations_source(directory: MigrationsDirectory) -> Script:
    """The migrations to be replayed; none where there are none yet."""
    if not any(directory.folder.glob("**/*.sql")):
        return Script(str(directory.folder), (), in_order=True)
    source = parse_source(str(directory.folder))
    assert isinstance(source, Script)  # noqa: S101  a folder is no URL
    return source


def _schema_source(files: Sequence[SchemaFile]) -> Script:
    return Script("the schema", tuple(SqlText(file.path, file.text) for file in files))


def check_sum(settings: Settings, directory: MigrationsDirectory) -> None:
    """Raise PlumbError when the files are not those that atlas.sum was made of."""
    if not (directory.folder / "atlas.sum").is_file():
        return
    finished = run_tool("atlas", ["migrate", "validate", *_flags(directory)], settings)
    if finished.code != 0:
        raise PlumbError(
            f"The migrations in {directory.folder} are not those that atlas.sum was made of.",
            hint=finished.text,
        )


def unpermitted(proof: Proof, directives: Directives) -> list[PlannedStatement]:
    """The statements that lose data without a directive that allows it."""
    return [
        planned
        for planned in proof.statements
        if Hazard.DATA_LOSS in planned.statement.hazards
        and not (planned.step.verb is Verb.DROP and planned.step.identity in directives.drops)
    ]


def write_migration(
    settings: Settings,
    directory: MigrationsDirectory,
    files: Sequence[NewFile],
    ends: Ends,
) -> list[Path]:
    """Replay the directory with the new files in it, then put them there and renew atlas.sum.

    Raises PlumbError, and writes nothing, when the replay gives another schema.
    """
    with tempfile.TemporaryDirectory(prefix="plumb-") as name:
        trial = MigrationsDirectory(Path(name) / "migrations", directory.format)
        if directory.folder.is_dir():
            shutil.copytree(directory.folder, trial.folder)
        write_files(trial.folder, files)
        _hash(settings, trial, directory)
        with build(migrations_source(trial), ends.after.server) as replayed:
            left = differences(replayed.snapshot, ends.after.snapshot)
        if left:
            raise PlumbError(
                "Replayed, the migrations do not give the schema; nothing was written.\n"
                + described(left)
            )
    written = write_files(directory.folder, files)
    try:
        _hash(settings, directory, directory)
    except PlumbError:
        for path in written:
            path.unlink()
        raise
    return written


def _hash(settings: Settings, where: MigrationsDirectory, like: MigrationsDirectory) -> None:
    """Renew atlas.sum, which another tool's folder has only if it had one before."""
    if like.format != "atlas" and not (like.folder / "atlas.sum").is_file():
        return
    finished = run_tool("atlas", ["migrate", "hash", *_flags(where)], settings)
    if finished.code != 0:
        raise PlumbError("`atlas migrate hash` failed; nothing was written.", hint=finished.text)


def _flags(directory: MigrationsDirectory) -> list[str]:
    return ["--dir", f"file://{directory.folder}", "--dir-format", directory.format]


Ask = Callable[[Candidate], bool]


def answered(ends: Ends, ask: Ask | None) -> list[Rename]:
    """The renames to do: those that directives ask for, and those that a person agrees to."""
    renames = list(ends.directives.renames)
    for candidate in ends.candidates() if ask is not None else ():
        known = any(
            candidate.old.kind in rename.kinds and candidate.old.path == rename.path
            for rename in renames
        )
        if not known and ask is not None and ask(candidate):
            renames.append(
                Rename((candidate.old.kind,), candidate.old.path, candidate.new_name, "")
            )
    return renames
