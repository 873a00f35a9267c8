"""The gate `generated`: the committed code is what would be generated now, file by file.

`sqlc diff` is not enough: it says nothing about a missing file and does not see one too many.
"""

import difflib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.findings import Finding, Place, Rule
from pgplumb.gates.located import complaints
from pgplumb.gates.model import Result, judged, not_run
from pgplumb.gates.sqlc import generate_into, is_sql_error, outputs, read_config
from pgplumb.gates.workspace import Workspace
from pgplumb.server.location import make_plumb_directory
from pgplumb.settings import Settings

NAME: Final = "generated"
_WHY: Final = (
    "Your program runs the committed code: where that is not what the SQL says, its types and its "
    "queries are not those of the database."
)
_FIX: Final = "Run `plumb generate` and commit what it writes."
MISSING: Final = Rule(NAME, "missing", _WHY, _FIX)
CHANGED: Final = Rule(NAME, "changed", _WHY, f"{_FIX} What you want otherwise, change in the SQL.")
ORPHANED: Final = Rule(
    NAME, "orphaned", "Nothing keeps it up to date: it goes on as if its query were there.",
    "Delete it; what you have written yourself belongs into another folder.",
)  # fmt: skip
REFUSED: Final = Rule(
    NAME, "refused", "Nothing can be generated from SQL that is refused.", "Mend the SQL."
)
_DIFF_LIMIT: Final = 400


@dataclass(frozen=True, slots=True)
class TreeDifference:
    """How a folder differs from what it should hold; names are relative to it."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    orphaned: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.orphaned)


def examine(workspace: Workspace) -> Result:
    """Generate into a temporary folder and compare whole trees. Raises PlumbError."""
    settings = workspace.settings
    folders = outputs(read_config(settings))
    if not folders:
        return judged([], clean="sqlc.yaml generates nothing", failed="")
    with _scratch(settings) as wanted:
        finished = generate_into(settings, wanted)
        if finished.code == 0:
            return compare(wanted, settings.root, folders)
    if not is_sql_error(finished):
        return not_run("sqlc generate could not run", finished.text)
    findings = [
        REFUSED.finding(each.message, place=each.place, detail=each.detail)
        for each in complaints(finished.text, settings.root)
    ]
    return judged(findings, clean="", failed="the SQL is refused")


def compare(wanted: Path, root: Path, folders: Sequence[str]) -> Result:
    """The result of comparing the same folders below `wanted` and below the project's root."""
    findings: list[Finding] = []
    count = 0
    for folder in folders:
        there = compare_trees(wanted / folder, root / folder)
        findings += _findings(there, wanted / folder, root / folder, folder)
        count += len(_files(wanted / folder))
    names = ", ".join(folders)
    words = ", ".join(
        f"{number} {rule.name}"
        for rule in (MISSING, CHANGED, ORPHANED)
        if (number := sum(1 for finding in findings if finding.rule == rule.name))
    )
    return judged(
        findings,
        clean=f"{count} files in {names} are up to date",
        failed=f"{names} is not what the SQL says: {words}",
    )


def compare_trees(wanted: Path, actual: Path) -> TreeDifference:
    """Compare what should be there with what is. Caches and hidden files are not looked at."""
    wanted_files, actual_files = _files(wanted), _files(actual)
    return TreeDifference(
        missing=tuple(sorted(wanted_files.keys() - actual_files.keys())),
        changed=tuple(
            name
            for name in sorted(wanted_files.keys() & actual_files.keys())
            if wanted_files[name].read_bytes() != actual_files[name].read_bytes()
        ),
        orphaned=tuple(sorted(actual_files.keys() - wanted_files.keys())),
    )


@contextmanager
def _scratch(settings: Settings) -> Generator[Path]:
    """A temporary folder in the project: sqlc writes nowhere else."""
    try:
        make_plumb_directory(settings)
        scratch = tempfile.TemporaryDirectory(dir=settings.plumb_directory, prefix="generated-")
    except OSError as error:
        raise PlumbError(f"{settings.plumb_directory} cannot be written: {error}") from error
    with scratch as name:
        yield Path(name)


def _findings(difference: TreeDifference, wanted: Path, actual: Path, folder: str) -> list[Finding]:
    label = Path(folder)

    def place(name: str, line: int | None = None) -> Place:
        return Place((label / name).as_posix(), line)

    found = [
        MISSING.finding(f"{place(name)} is missing", place=place(name))
        for name in difference.missing
    ]
    for name in difference.changed:
        line, diff = _diff(wanted / name, actual / name, str(place(name)))
        message = f"{place(name)} is not what is generated"
        found.append(CHANGED.finding(message, place=place(name, line), detail=diff))
    found += [
        ORPHANED.finding(f"{place(name)} is generated by nothing", place=place(name))
        for name in difference.orphaned
    ]
    return found


def _diff(wanted: Path, actual: Path, label: str) -> tuple[int, str]:
    """The first line that differs, and a diff."""
    before, after = _lines(actual), _lines(wanted)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    diff = list(
        difflib.unified_diff(
            before, after, f"{label} (committed)", f"{label} (generated)", lineterm=""
        )
    )
    if len(diff) > _DIFF_LIMIT:
        diff = [*diff[:_DIFF_LIMIT], f"... and {len(diff) - _DIFF_LIMIT} lines more"]
    return same + 1, "\n".join(diff) or "(they differ in line ends only)"


def _files(folder: Path) -> dict[str, Path]:
    files = [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]
    named = {path.relative_to(folder): path for path in files}
    return {
        relative.as_posix(): path
        for relative, path in named.items()
        if not any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
    }


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()
