"""Migrations only ever grow at their end: what other databases have run stays as it was."""

from collections.abc import Iterable
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.gates.git import Base, changed_since, files_at, text_at
from pgplumb.gates.migration_files import MigrationFile, among, applied_text, migration_files
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.settings import Settings

_REWRITTEN: Final = (
    "Databases that have run the migrations of the main branch will never see this: they and a "
    "database that is made from scratch are then not the same."
)
_RESTORE: Final = (
    "Restore it (`git restore --source {commit} -- {file}`) and put the change into a new "
    "migration. If no database has run it, compare with the commit whose migrations have run: "
    "`plumb check migrations --base COMMIT`."
)
_LATER: Final = (
    "Give it a later version than any on the main branch: rename the file, then "
    "`atlas migrate hash --env default`."
)

EDITED: Final = Rule("migrations", "edited", _REWRITTEN, _RESTORE)
DELETED: Final = Rule("migrations", "deleted", _REWRITTEN, _RESTORE)
RENAMED: Final = Rule("migrations", "renamed", _REWRITTEN, _RESTORE)
INSERTED: Final = Rule(
    "migrations",
    "inserted",
    "Databases that have run the later one already refuse this migration, or run the two in "
    "another order than a database that is made from scratch.",
    _LATER,
)


def history_findings(
    settings: Settings, directory: MigrationsDirectory, base: Base
) -> list[Finding]:
    """What was done to migrations that the main branch has, and new ones that stand before them.

    Raises PlumbError when git fails.
    """
    changed = changed_since(settings, base.commit, directory.folder)
    present = migration_files(directory)
    before = among(files_at(settings, base.commit, directory.folder), directory.format)
    main = among(files_at(settings, base.main, directory.folder), directory.format)
    known = {file.name for file in (*before, *main)}
    new = [file for file in present if file.name not in known]
    judge = _Judge(settings, directory, base)
    found: list[Finding] = []
    renamed: set[str] = set()
    for file in before:
        letter = changed.get(file.name)
        if letter == "M" and judge.is_edited(file):
            found.append(judge.edited(file))
        elif letter == "D" and base.is_whole:
            heir = judge.heir(file, new)
            found.append(judge.deleted(file) if heir is None else judge.renamed(file, heir))
            renamed |= {heir.name} if heir is not None else set()
    return found + judge.inserted([file for file in new if file.name not in renamed], main)


class _Judge:
    """What there is to say about single files."""

    def __init__(self, settings: Settings, directory: MigrationsDirectory, base: Base) -> None:
        self._settings = settings
        self._directory = directory
        self._base = base

    def is_edited(self, file: MigrationFile) -> bool:
        """Whether it differs in what has run."""
        return self._old(file) != self._new(file)

    def heir(self, file: MigrationFile, new: Iterable[MigrationFile]) -> MigrationFile | None:
        """The new file that has the text of one that is gone, or else the rest of its name."""
        text, label = self._old(file), file.name.partition("_")[2]
        new = list(new)
        by_text = (each for each in new if self._new(each) == text)
        by_name = (each for each in new if label and each.name.partition("_")[2] == label)
        return next(by_text, None) or next(by_name, None)

    def edited(self, file: MigrationFile) -> Finding:
        return EDITED.finding(
            f"{file.name} is not what {self._base.name} has",
            place=self._place(file),
            fix=self._restore(file),
        )

    def deleted(self, file: MigrationFile) -> Finding:
        return DELETED.finding(
            f"{file.name} is gone; {self._base.name} has it",
            place=self._place(file),
            fix=self._restore(file),
        )

    def renamed(self, file: MigrationFile, heir: MigrationFile) -> Finding:
        return RENAMED.finding(
            f"{file.name} is called {heir.name} now",
            place=self._place(heir),
            expected=file.name,
            found=heir.name,
            fix=f"Rename it back, to {file.name}, and put changes into a new migration.",
        )

    def inserted(
        self, new: Iterable[MigrationFile], main: Iterable[MigrationFile]
    ) -> list[Finding]:
        last = max(main, key=lambda file: file.order, default=None)
        if last is None:
            return []
        return [
            INSERTED.finding(
                f"{file.name} stands before {last.name}, which {self._base.name} has",
                place=self._place(file),
            )
            for file in new
            if file.order < last.order and not self._is_same_version(file, last)
        ]

    def _is_same_version(self, file: MigrationFile, other: MigrationFile) -> bool:
        # Two files of one version are a finding of their own.
        return file.version == other.version and (self._directory.folder / other.name).is_file()

    def _old(self, file: MigrationFile) -> str:
        text = text_at(self._settings, self._base.commit, self._directory.folder / file.name)
        return applied_text(text, self._directory.format)

    def _new(self, file: MigrationFile) -> str:
        path = self._directory.folder / file.name
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PlumbError(f"{path}: can't be read as UTF-8 text: {error}") from error
        return applied_text(text, self._directory.format)

    def _place(self, file: MigrationFile) -> Place:
        return Place(relative(self._directory.folder / file.name, self._settings.root))

    def _restore(self, file: MigrationFile) -> str:
        return _RESTORE.format(commit=self._base.commit[:12], file=self._place(file).file)
