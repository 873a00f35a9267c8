"""Atlas's analyzers: what migrations destroy, and what in them depends on the data."""

import json
from collections.abc import Iterator
from typing import Any, Final

from pgplumb.gates.findings import Finding, Place, Rule, Severity
from pgplumb.gates.lint_rules import ATLAS, Advice
from pgplumb.gates.migrations import atlas_arguments, is_unreachable
from pgplumb.gates.model import Result, not_run
from pgplumb.gates.new_migrations import Scope
from pgplumb.gates.sqlc import mappings
from pgplumb.gates.tools import run_tool
from pgplumb.gates.workspace import Workspace

_ANALYZERS: Final = "https://atlasgo.io/lint/analyzers#"
_FORMAT: Final = "{{ json .Files }}"


def atlas_findings(workspace: Workspace, scope: Scope) -> list[Finding] | Result:
    """What `atlas migrate lint` finds, or why it could not run. Raises PlumbError."""
    settings = workspace.settings
    arguments = [
        *atlas_arguments(settings, workspace.directory),
        *("--latest", str(scope.latest), "--format", _FORMAT),
    ]
    finished = run_tool("atlas", ["migrate", "lint", *arguments], settings)
    files = _files(finished.output)
    if files is None or is_unreachable(finished.text):
        return not_run("atlas migrate lint could not run", finished.text)
    paths = {migration.name: migration.path for migration in scope.migrations}
    findings: list[Finding] = []
    for file in files:
        name = str(file.get("Name", ""))
        failed = str(file.get("Error") or "")
        if failed and not file.get("Reports"):
            # The signature or the replay: the gate `migrations` says more about these.
            return not_run("atlas could not run the migrations", failed)
        if name in paths:
            findings += _diagnostics(paths[name], file, failed)
    return findings


def _files(output: str) -> list[dict[str, Any]] | None:
    """The files of the report; None where there is no report."""
    try:
        # Without files, Go writes null.
        return mappings(json.loads(output))
    except json.JSONDecodeError:
        return None


def _diagnostics(path: str, file: dict[str, Any], failed: str) -> Iterator[Finding]:
    text = str(file.get("Text", "")).encode()
    for report in mappings(file.get("Reports")):
        kind = str(report.get("Text", ""))
        # Which analyzers fail a file is decided in atlas.hcl.
        severity = Severity.ERROR if kind in failed else Severity.WARNING
        for diagnostic in mappings(report.get("Diagnostics")):
            code = str(diagnostic.get("Code") or "atlas")
            advice = ATLAS.get(code, Advice(kind, f"See {_ANALYZERS}{code}"))
            fixes = [str(fix["Message"]) for fix in mappings(diagnostic.get("SuggestedFixes"))]
            rule = Rule(
                "lint", code, advice.why, ". ".join(fixes) or advice.instead or "", severity
            )
            place = _place(path, text, int(diagnostic["Pos"]))
            yield rule.finding(str(diagnostic["Text"]), place=place)


def _place(path: str, text: bytes, position: int) -> Place:
    """Atlas counts bytes."""
    before = text[:position].decode(errors="replace")
    return Place(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
