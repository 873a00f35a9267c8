"""JSON, as docs/gates.md describes it."""

from collections.abc import Sequence
from typing import Any, Final

from pgplumb.gates.findings import Finding
from pgplumb.gates.model import Outcome, Report, exit_code

VERSION: Final = 1
_OUTCOMES: Final = {0: Outcome.CLEAN, 1: Outcome.FINDINGS, 2: Outcome.NOT_RUN}


def as_data(reports: Sequence[Report]) -> dict[str, Any]:
    """Everything that was found, as JSON's types."""
    return {
        "version": VERSION,
        "outcome": _OUTCOMES[exit_code(reports)].value,
        "gates": [_gate(report) for report in reports],
    }


def _gate(report: Report) -> dict[str, Any]:
    result = report.result
    not_run = result.outcome is Outcome.NOT_RUN
    return {
        "name": report.gate.name,
        "outcome": result.outcome.value,
        "summary": result.summary,
        "seconds": round(report.seconds, 3),
        "findings": [_finding(finding) for finding in result.findings],
        "notes": list(result.notes),
        "problem": {"message": result.summary, "detail": result.problem, "hint": result.hint}
        if not_run
        else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.id,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": place and place.file,
        "line": place and place.line,
        "column": place and place.column,
        "object": finding.object,
        "expected": finding.expected,
        "found": finding.found,
        "why": finding.why,
        "fix": finding.fix,
        "detail": finding.detail or None,
    }
