"""Annotations for GitHub Actions: workflow commands, a line each.

GitHub's documentation, "Workflow commands": % and line ends are escaped, in properties : and , too.
"""

from collections.abc import Iterator, Sequence

from pgplumb.gates.findings import Finding
from pgplumb.gates.model import Outcome, Report


def annotations(reports: Sequence[Report], prefix: str = "") -> Iterator[str]:
    """A line for each finding, and for each gate that could not run.

    prefix: the project's folder in its repository, with a slash at its end.
    """
    for report in reports:
        result = report.result
        if result.outcome is Outcome.NOT_RUN:
            message = "\n".join(filter(None, [result.summary, result.problem, result.hint]))
            yield _command("error", {"title": f"{report.gate.name} could not run"}, message)
        for note in result.notes:
            yield _command("notice", {"title": report.gate.name}, note)
        for finding in result.findings:
            yield _annotation(finding, prefix)


def _annotation(finding: Finding, prefix: str) -> str:
    properties: dict[str, str] = {}
    if finding.place is not None:
        properties["file"] = prefix + finding.place.file
        if finding.place.line is not None:
            properties["line"] = str(finding.place.line)
        if finding.place.column is not None:
            properties["col"] = str(finding.place.column)
    properties["title"] = finding.id
    lines = [finding.message]
    lines += [] if finding.why is None else [f"Why: {finding.why}"]
    lines += [] if finding.fix is None else [f"Fix: {finding.fix}"]
    return _command(finding.severity.value, properties, "\n".join(lines))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
