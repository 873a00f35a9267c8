"""The gates on db/migrations: `migrations` (they replay), `lint` (Atlas), `squawk` (locks)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.tools import Finished, run_tool
from pgplumb.settings import Settings

_ENVIRONMENT: Final = ("--env", "default")
_DEFAULT_FOLDER: Final = "db/migrations"
_FOLDER: Final = re.compile(r'\bdir\s*=\s*"file://([^"?$]+)')
_NO_TRANSACTION: Final = re.compile(r"^\s*--\s*atlas:txmode\s+none\b", re.MULTILINE)
_MAIN_BRANCHES: Final = ("origin/main", "origin/master", "main", "master")
# What `atlas migrate validate` says of the files themselves; all else is about the set-up.
_BROKEN_FILES: Final = re.compile(
    r"checksum|executing statement|sql/migrate|SQLSTATE", re.IGNORECASE
)
_UNREACHABLE: Final = re.compile(
    r"connection refused|dial tcp|no such host|password authentication|connection reset",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The migrations that the linters look at."""

    files: tuple[Path, ...]
    arguments: tuple[str, ...]
    """How `atlas migrate lint` is told about them."""
    words: str


def examine_migrations(settings: Settings) -> Result:
    """Run `atlas migrate validate`: atlas.sum matches, and the files run on an empty database."""
    folder = migrations_folder(settings.root)
    if not _files(folder):
        return Result(Outcome.CLEAN, "there are no migrations yet")
    finished = run_tool("atlas", ["migrate", "validate", *_ENVIRONMENT], settings)
    if finished.code == 0:
        return Result(Outcome.CLEAN, f"{len(_files(folder))} migrations are whole and replay")
    if _UNREACHABLE.search(finished.text) or not _BROKEN_FILES.search(finished.text):
        return Result(Outcome.NOT_RUN, "atlas migrate validate could not run", finished.text)
    hint = None
    if "checksum" in finished.text and "migrate hash" not in finished.text:
        hint = (
            "If the change to the migration is meant and it has not been applied anywhere: "
            "`atlas migrate hash --env default`. If it has been applied, restore the file."
        )
    return Result(Outcome.FINDINGS, "the migrations are not in order", finished.text, hint)


def examine_lint(settings: Settings) -> Result:
    """Run `atlas migrate lint` over the migrations that are new."""
    scope = new_migrations(settings)
    if not scope.files:
        return Result(Outcome.CLEAN, scope.words)
    finished = run_tool("atlas", ["migrate", "lint", *_ENVIRONMENT, *scope.arguments], settings)
    if finished.code == 0:
        return Result(
            Outcome.CLEAN, f"no dangerous change in {scope.words}", finished.output.strip()
        )
    # The report goes to stdout; a failure says "Error: ..." on stderr and has no report.
    if not finished.output.strip() or _UNREACHABLE.search(finished.text):
        return Result(Outcome.NOT_RUN, "atlas migrate lint could not run", finished.text)
    return Result(Outcome.FINDINGS, f"dangerous changes in {scope.words}", finished.text)


def examine_squawk(settings: Settings) -> Result:
    """Run squawk over the same migrations: locks and rewrites that hurt a busy database."""
    scope = new_migrations(settings)
    if not scope.files:
        return Result(Outcome.CLEAN, scope.words)
    # Atlas runs a file in a transaction unless it says otherwise, and the rules depend on it.
    inside = [file for file in scope.files if not _NO_TRANSACTION.search(_text(file))]
    outside = [file for file in scope.files if file not in inside]
    reports: list[Finished] = []
    for files, options in ((inside, ["--assume-in-transaction"]), (outside, [])):
        if files:
            names = [str(file.relative_to(settings.root)) for file in files]
            reports.append(run_tool("squawk", [*options, *names], settings))
    text = "\n".join(report.text for report in reports if report.code != 0)
    if not text:
        return Result(Outcome.CLEAN, f"squawk has no objection to {scope.words}")
    if any(report.code not in {0, 1} for report in reports):
        return Result(Outcome.NOT_RUN, "squawk could not run", text)
    return Result(
        Outcome.FINDINGS,
        f"squawk objects to {scope.words}",
        text,
        "Mend the migration, or write `-- squawk-ignore RULE` above a statement that is meant so.",
    )


def migrations_folder(root: Path) -> Path:
    """The migrations' folder: what atlas.hcl says literally, else db/migrations."""
    try:
        found = _FOLDER.search((root / "atlas.hcl").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    return root / (found[1] if found else _DEFAULT_FOLDER)


def new_migrations(settings: Settings) -> Scope:
    """The migrations to lint: those that the main branch does not have, else the latest one.

    On a branch: the files that its merge base with the main branch lacks, committed or not. On
    the main branch itself, or without git: the uncommitted ones, or else the latest.
    """
    folder = migrations_folder(settings.root)
    files = _files(folder)
    if not files:
        return Scope((), (), "there are no migrations yet")
    base = _merge_base(settings)
    if base is not None:
        reference, on_main = base
        known = _files_at(reference, folder, settings)
        new = tuple(file for file in files if file.name not in known)
        if new and new == files[-len(new) :]:
            # --git-base would see only what is committed; a hook runs before that.
            return Scope(new, ("--latest", str(len(new))), _words(new))
        if new:
            return Scope(new, ("--git-base", reference), _words(new))
        if not on_main:
            return Scope((), (), "this branch has no new migration")
    return Scope(files[-1:], ("--latest", "1"), _words(files[-1:]))


def _words(files: tuple[Path, ...]) -> str:
    return files[0].name if len(files) == 1 else f"{len(files)} new migrations"


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.sql")))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{file} cannot be read: {error}") from error


def _merge_base(settings: Settings) -> tuple[str, bool] | None:
    """The commit at which this branch left the main one, and whether that is where we are."""
    head = _git(settings, "rev-parse", "--verify", "--quiet", "HEAD")
    if head is None:
        return None
    for branch in _MAIN_BRANCHES:
        base = _git(settings, "merge-base", "HEAD", branch)
        if base:
            return base, base == head
    return None


def _files_at(reference: str, folder: Path, settings: Settings) -> set[str]:
    relative = f"{folder.relative_to(settings.root).as_posix()}/"
    listed = _git(settings, "ls-tree", "--name-only", reference, relative) or ""
    return {Path(line).name for line in listed.splitlines()}


def _git(settings: Settings, *arguments: str) -> str | None:
    """Git's answer, None when there is no git, no repository or no such thing."""
    try:
        finished = run_tool("git", arguments, settings)
    except PlumbError:
        return None
    return finished.output.strip() if finished.code == 0 else None
