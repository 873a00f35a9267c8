"""The next migration: from what the migrations make of an empty database to the schema files."""

import shutil
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.migrations.directory import check_sum, migrations_source, renew_sum
from pgplumb.migrations.versions import new_versions
from pgplumb.migrations.write import FORMATS_WITH_WAY_BACK, NewFile, new_files, write_files
from pgplumb.planner.column_order import OrderDifference, order_differences
from pgplumb.planner.difference import described, differences
from pgplumb.planner.directives import Directives, read_directives
from pgplumb.planner.prove import Proof, Wishes, prove
from pgplumb.planner.renames import Rename, candidates, undone
from pgplumb.planner.statement import Hazard
from pgplumb.planner.steps import PlannedStatement, Verb
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.settings import Settings
from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, SqlText

Ask = Callable[[Rename], bool]
"""Asks a person whether something was renamed."""

_BY_HAND: Final = (
    "Nothing was written. Write this part by hand (`atlas migrate new NAME`), then run `plumb diff`"
    " for the rest."
)


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a migration, each in a scratch database."""

    before: Built
    after: Built
    directives: Directives

    def renames(self, ask: Ask | None = None) -> list[Rename]:
        """The renames to do: those that directives ask for, and those that a person agrees to."""
        renames = list(self.directives.renames)
        if ask is None:
            return renames
        asked = {rename.old for rename in renames}
        return renames + [
            each
            for each in candidates(self.before.snapshot, self.after.snapshot)
            if each.old not in asked and ask(each)
        ]

    def way(
        self, renames: Sequence[Rename], *, online: bool = False, effects: bool = True
    ) -> Proof:
        """The way from one end to the other. Raises PlumbError when it was not seen to work.

        effects: whether to find out what each statement locks, scans and rewrites.
        """
        wishes = Wishes(renames=renames, online=online, effects=effects)
        return _proven(self.before, self.after, wishes)

    def way_back(self, renames: Sequence[Rename]) -> Proof:
        """The way back, renames undone. Raises PlumbError when it was not seen to work."""
        return _proven(self.after, self.before, Wishes(renames=undone(renames), effects=True))

    def order_differences(self) -> list[OrderDifference]:
        """Tables whose columns will stand in another order than the schema files write them."""
        return order_differences(self.before.snapshot, self.after.snapshot)

    def unpermitted(self, proof: Proof) -> list[PlannedStatement]:
        """The statements that lose data without a directive that allows it."""
        return [
            planned
            for planned in proof.statements
            if Hazard.DATA_LOSS in planned.statement.hazards
            and not (
                planned.step.verb is Verb.DROP and self.directives.allow_drop(planned.step.identity)
            )
        ]


def _proven(source: Built, target: Built, wishes: Wishes) -> Proof:
    proof = prove(source.snapshot, target.snapshot, source.copy, wishes=wishes, take=source.take)
    if proof.refusal is not None:
        planned, error = proof.refusal.planned, proof.refusal.error
        raise PlumbError(
            f"PostgreSQL refuses the plan at {planned.step.identity}: "
            f"{error.diag.message_primary or error}\n  {planned.statement.sql}",
            hint=_BY_HAND,
        )
    if proof.left:
        raise PlumbError(
            "The plan does not lead to the schema; this would be left:\n" + described(proof.left),
            hint=_BY_HAND,
        )
    return proof


@contextmanager
def both_ends(
    settings: Settings, directory: MigrationsDirectory, files: Sequence[SchemaFile]
) -> Generator[Ends]:
    """Build the migrations and the schema's files in scratch databases.

    Raises LocatedError for SQL that PostgreSQL refuses, PlumbError for files that can't be read and
    migrations that were tampered with.
    """
    check_sum(settings, directory)
    server = _server(settings)
    directives = read_directives(files)
    schema = Script("the schema", tuple(SqlText(file.path, file.text) for file in files))
    with build(migrations_source(directory), server) as before, build(schema, server) as after:
        yield Ends(before, after, directives)


@contextmanager
def latest_ends(
    settings: Settings, directory: MigrationsDirectory, files: Sequence[SchemaFile]
) -> Generator[Ends]:
    """The migrations without the latest one, and with it; directives are the schema files'.

    Raises as both_ends does, and PlumbError when there is none.
    """
    check_sum(settings, directory)
    server = _server(settings)
    source = migrations_source(directory)
    if not source.texts:
        raise PlumbError(f"There is no migration in {directory.folder}.")
    directives = read_directives(files)
    earlier = replace(source, texts=source.texts[:-1])
    with build(earlier, server) as before, build(source, server) as after:
        yield Ends(before, after, directives)


def _server(settings: Settings) -> Server:
    return Server(settings.url, makes_roles=not settings.is_override)


def migration_files(
    settings: Settings,
    directory: MigrationsDirectory,
    ends: Ends,
    proof: Proof,
    renames: Sequence[Rename],
    *,
    name: str,
    lock_timeout: str | None = None,
) -> list[NewFile]:
    """The files of the next migration: replayed behind the others they have given the schema.

    Raises PlumbError when they do not.
    """
    transactions = proof.transactions()
    versions = list(islice(new_versions(directory), len(transactions)))
    has_way_back = directory.format in FORMATS_WITH_WAY_BACK
    reverse = ends.way_back(renames).transactions() if has_way_back else ()

    def files(*, join: bool) -> list[NewFile]:
        return new_files(
            transactions,
            reverse,
            format=directory.format,
            name=name,
            versions=versions,
            lock_timeout=lock_timeout,
            join=join,
        )

    try:
        _replay(settings, directory, files(join=True), ends)
    except PlumbError:
        # One by one they were seen to work.
        _replay(settings, directory, files(join=False), ends)
        return files(join=False)
    return files(join=True)


def _replay(
    settings: Settings, directory: MigrationsDirectory, files: Sequence[NewFile], ends: Ends
) -> None:
    """Raise PlumbError when the directory with the new files in it does not give the schema."""
    with tempfile.TemporaryDirectory(prefix="plumb-") as name:
        trial = MigrationsDirectory(Path(name) / "migrations", directory.format)
        if directory.folder.is_dir():
            shutil.copytree(directory.folder, trial.folder)
        write_files(trial.folder, files)
        renew_sum(settings, trial, directory)
        with build(migrations_source(trial), ends.after.server) as replayed:
            left = differences(replayed.snapshot, ends.after.snapshot)
    if left:
        raise PlumbError(
            "Replayed, the migrations do not give the schema; nothing was written.\n"
            + described(left)
        )


def put_files(
    settings: Settings, directory: MigrationsDirectory, files: Sequence[NewFile]
) -> list[Path]:
    """Write the files and renew atlas.sum. Raises PlumbError when that can't be done."""
    written = write_files(directory.folder, files)
    try:
        renew_sum(settings, directory, directory)
    except PlumbError:
        for path in written:
            path.unlink()
        raise
    return written
