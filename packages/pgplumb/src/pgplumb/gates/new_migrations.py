"""Which migrations the linters look at: those that other databases can't have run yet."""

from dataclasses import dataclass

from pgplumb.gates.findings import Place, relative
from pgplumb.gates.git import NoBase, files_at, find_base
from pgplumb.gates.migration_files import applied_text, migration_files
from pgplumb.gates.workspace import Workspace
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, split_statements, tokenize
from pgplumb.sql_files import read_sql


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration to be linted.

    path: relative to the project. text: what is run of it, line for line as in the file.
    """

    name: str
    path: str
    text: str

    def place_of(self, name: str) -> Place | None:
        """Where a name is first written in it; None when it is not."""
        for token in tokenize(self.text):
            written = token.text.strip("\"'")
            if token.kind is not Kind.COMMENT and written.lower() == name.lower():
                line, column = location_of(self.text, token.start + 1).split(":")
                return Place(self.path, int(line), int(column))
        return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The migrations to lint.

    latest: how many of the directory's last files hold them all; Atlas has to execute those.
    note: why they are these, where that is not plain.
    """

    migrations: tuple[Migration, ...]
    latest: int
    words: str
    note: str | None = None


def new_migrations(workspace: Workspace) -> Scope:
    """Those that the main branch lacks, committed or not; without git, the latest one.

    On the main branch itself: those of its last commit, and what is not committed. Raises
    PlumbError for a file that can't be read.
    """
    directory = workspace.directory
    files = migration_files(directory)
    if not files:
        return Scope((), 0, "there are no migrations yet")
    base = find_base(workspace.settings, workspace.directory.folder, workspace.base)
    if isinstance(base, NoBase):
        note = f"only the latest migration is looked at: {base.reason}"
        names = {files[-1].name}
    else:
        note = None
        names = {file.name for file in files}
        names -= files_at(workspace.settings, base.commit, directory.folder)
        names -= files_at(workspace.settings, base.main, directory.folder)
    numbers = [number for number, file in enumerate(files) if file.name in names]
    if not numbers:
        return Scope((), 0, "there is no new migration", note)
    chosen = tuple(_read(workspace, files[number].name) for number in numbers)
    words = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} new migrations"
    return Scope(chosen, len(files) - numbers[0], words, note)


def runs_in_transaction(text: str, tool: str) -> bool:
    """Whether a tool runs the migration inside a transaction of its own."""
    match tool:
        case "goose":
            return "-- +goose NO TRANSACTION" not in text
        case "dbmate":
            return "transaction:false" not in text
        case "atlas":
            return not any(
                line.split()[:3] == ["--", "atlas:txmode", "none"] for line in text.splitlines()
            )
        case _:
            # The file is sent as it is: several statements make a transaction, one is none.
            return sum(1 for _ in split_statements(text)) > 1


def _read(workspace: Workspace, name: str) -> Migration:
    path = workspace.directory.folder / name
    shown = relative(path, workspace.settings.root)
    return Migration(name, shown, applied_text(read_sql(path), workspace.directory.format))
