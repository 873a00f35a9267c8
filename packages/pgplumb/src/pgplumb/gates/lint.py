"""The gate `lint`: new migrations destroy nothing, depend on no data and lock no table for long."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pgplumb.gates.findings import Finding
from pgplumb.gates.ignores import unexplained
from pgplumb.gates.lint_atlas import atlas_findings
from pgplumb.gates.lint_squawk import squawk_findings
from pgplumb.gates.model import Result, judged
from pgplumb.gates.new_migrations import new_migrations
from pgplumb.gates.workspace import Workspace

NAME: Final = "lint"


def examine(workspace: Workspace) -> Result:
    """Run atlas's analyzers and squawk over the new migrations. Raises PlumbError."""
    scope = new_migrations(workspace)
    notes = [] if scope.note is None else [scope.note]
    if not scope.migrations:
        return judged([], clean=scope.words, failed="", notes=notes)
    with ThreadPoolExecutor(max_workers=2) as both:
        atlas = both.submit(atlas_findings, workspace, scope)
        squawk = both.submit(squawk_findings, workspace, scope)
    findings = [each for migration in scope.migrations for each in unexplained(migration)]
    for part in (atlas.result(), squawk.result()):
        if isinstance(part, Result):
            return part
        findings += part
    findings.sort(key=_order)
    return judged(
        findings,
        clean=f"nothing dangerous in {scope.words}",
        failed=f"{len(findings)} objection{'s' if len(findings) != 1 else ''} to {scope.words}",
        notes=notes,
    )


def _order(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return ("", 0, 0) if place is None else (place.file, place.line or 0, place.column or 0)
