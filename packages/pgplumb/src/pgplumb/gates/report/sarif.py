"""SARIF 2.1.0 (OASIS), which code scanning reads: one run, its rules, a result for each finding."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote

from pgplumb import __version__
from pgplumb.gates.findings import Finding, Place
from pgplumb.gates.model import Outcome, Report, exit_code

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def as_sarif(reports: Sequence[Report], prefix: str = "") -> dict[str, Any]:
    """The log as JSON's types.

    prefix: the project's folder in its repository, with a slash at its end.
    """
    findings = [finding for report in reports for finding in report.result.findings]
    rules = {finding.id: _rule(finding) for finding in findings}
    numbers = {name: number for number, name in enumerate(rules)}
    driver = {"name": "pgplumb", "version": __version__, "rules": list(rules.values())}
    code = exit_code(reports)
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": code != 2,  # noqa: PLR2004  could not run
                        "exitCode": code,
                        "toolExecutionNotifications": list(_notifications(reports)),
                    }
                ],
                "results": [_result(finding, numbers[finding.id], prefix) for finding in findings],
            }
        ],
    }


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.id,
        "defaultConfiguration": {"level": finding.severity.value},
    }
    if finding.why:
        rule["shortDescription"] = {"text": finding.why}
    if finding.fix:
        rule["help"] = {"text": finding.fix}
    return rule


def _result(finding: Finding, number: int, prefix: str) -> dict[str, Any]:
    lines = [finding.message]
    lines += [] if finding.expected is None else [f"Expected: {finding.expected}"]
    lines += [] if finding.found is None else [f"Found: {finding.found}"]
    lines += [] if finding.fix is None else [finding.fix]
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": number,
        "level": finding.severity.value,
        "message": {"text": "\n".join(lines)},
    }
    location: dict[str, Any] = {}
    if finding.place is not None:
        location["physicalLocation"] = _physical(finding.place, prefix)
    if finding.object is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.object}]
    if location:
        result["locations"] = [location]
    return result


def _physical(place: Place, prefix: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(prefix + place.file)}}
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
        if place.column is not None:
            physical["region"]["startColumn"] = place.column
    return physical


def _notifications(reports: Iterable[Report]) -> Iterable[dict[str, Any]]:
    for report in reports:
        result = report.result
        if result.outcome is Outcome.NOT_RUN:
            message = "\n".join(filter(None, [result.summary, result.problem, result.hint]))
            yield {"level": "error", "message": {"text": f"{report.gate.name}: {message}"}}
        for note in result.notes:
            yield {"level": "note", "message": {"text": f"{report.gate.name}: {note}"}}
