"""The gate `generated`: the committed code is what would be generated now, file by file.

`sqlc diff` is not enough: it says nothing about a missing file and does not see one too many.
"""

import difflib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.sqlc import generate_into, is_sql_error, outputs, read_config
from pgplumb.server.location import make_plumb_directory
from pgplumb.settings import Settings

_HINT: Final = "Run `plumb generate` and commit what it writes."
_DIFF_LIMIT: Final = 400


@dataclass(frozen=True, slots=True)
class TreeDifference:
    """How a folder differs from what it should hold; paths are relative to the project."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    orphaned: tuple[str, ...]
    diff: str

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.orphaned)


def examine(settings: Settings) -> Result:
    """Generate into a temporary folder and compare whole trees."""
    folders = outputs(read_config(settings))
    if not folders:
        return Result(Outcome.CLEAN, "sqlc.yaml generates nothing")
    try:
        make_plumb_directory(settings)
        scratch = tempfile.TemporaryDirectory(dir=settings.plumb_directory, prefix="generated-")
    except OSError as error:
        raise PlumbError(f"{settings.plumb_directory} cannot be written: {error}") from error
    with scratch as name:
        wanted = Path(name)
        finished = generate_into(settings, wanted)
        if finished.code != 0:
            outcome = Outcome.FINDINGS if is_sql_error(finished) else Outcome.NOT_RUN
            return Result(outcome, "sqlc generate failed", finished.text)
        found = [compare_trees(wanted / out, settings.root / out, out) for out in folders]
        count = sum(1 for out in folders for _ in _files(wanted / out))
    different = [difference for difference in found if difference]
    if not different:
        return Result(Outcome.CLEAN, f"{count} files in {', '.join(folders)} are up to date")
    return Result(Outcome.FINDINGS, _summary(different), _detail(different), _HINT)


def compare_trees(wanted: Path, actual: Path, label: str) -> TreeDifference:
    """Compare two folders.

    In: what should be there, what is there, and the folder's name for people. Caches and hidden
    files are not looked at.
    """
    wanted_files, actual_files = _files(wanted), _files(actual)
    missing = sorted(wanted_files.keys() - actual_files.keys())
    orphaned = sorted(actual_files.keys() - wanted_files.keys())
    changed = [
        name
        for name in sorted(wanted_files.keys() & actual_files.keys())
        if wanted_files[name].read_bytes() != actual_files[name].read_bytes()
    ]
    diff: list[str] = []
    for name in changed:
        before, after = _lines(actual_files[name]), _lines(wanted_files[name])
        diff += difflib.unified_diff(
            before, after, f"{label}/{name} (committed)", f"{label}/{name} (generated)", lineterm=""
        )
    if len(diff) > _DIFF_LIMIT:
        diff = [*diff[:_DIFF_LIMIT], f"... and {len(diff) - _DIFF_LIMIT} lines more"]
    return TreeDifference(
        missing=tuple(f"{label}/{name}" for name in missing),
        changed=tuple(f"{label}/{name}" for name in changed),
        orphaned=tuple(f"{label}/{name}" for name in orphaned),
        diff="\n".join(diff),
    )


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


def _summary(differences: list[TreeDifference]) -> str:
    counts = {
        "missing": sum(len(difference.missing) for difference in differences),
        "changed": sum(len(difference.changed) for difference in differences),
        "orphaned": sum(len(difference.orphaned) for difference in differences),
    }
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"generated code is out of date: {said}"


def _detail(differences: list[TreeDifference]) -> str:
    lines: list[str] = []
    for difference in differences:
        lines += [f"missing   {name}" for name in difference.missing]
        lines += [f"changed   {name}" for name in difference.changed]
        lines += [
            f"orphaned  {name} (nothing generates it: delete it)" for name in difference.orphaned
        ]
    diffs = [difference.diff for difference in differences if difference.diff]
    return "\n".join([*lines, *diffs])
