"""`plumb check`."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, say, styled
from pgplumb.errors import PlumbError
from pgplumb.gates.findings import Finding, Severity
from pgplumb.gates.git import prefix
from pgplumb.gates.model import Gate, Outcome, Report, Result, exit_code
from pgplumb.gates.registry import choose
from pgplumb.gates.report.data import as_data
from pgplumb.gates.report.github import annotations
from pgplumb.gates.report.sarif import as_sarif
from pgplumb.gates.run import run_gates
from pgplumb.gates.workspace import Workspace
from pgplumb.settings import Settings, load_settings
from pgplumb.urls import DatabaseUrl, parse_url

_WORDS: Final = {
    Outcome.CLEAN: ("ok", Style.GOOD),
    Outcome.FINDINGS: ("FAILED", Style.BAD),
    Outcome.NOT_RUN: ("NOT RUN", Style.WARNING),
    Outcome.SKIPPED: ("skipped", Style.QUIET),
}
_COUNTED: Final = {
    Outcome.CLEAN: "ok",
    Outcome.FINDINGS: "failed",
    Outcome.NOT_RUN: "could not run",
    Outcome.SKIPPED: "skipped",
}
_SHOWN: Final = 100
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line.

    url: the live database. base: the commit to compare with, the main branch if None.
    """

    as_json: bool = False
    sarif: Path | None = None
    url: str | None = None
    base: str | None = None


def run(names: Sequence[str], options: Options) -> int:
    """Run the gates and show the results.

    Out: 2 if one could not run, else 1 if one found something, else 0. Raises PlumbError.
    """
    settings = load_settings()
    live = _live(settings, names, options.url)
    gates = choose(names, live=live is not None)
    down = _try_server(settings) if any(gate.needs_server for gate in gates) else None
    reports: list[Report] = []
    watched = live if options.url else None
    with Workspace(settings, live=live, watched=watched, base=options.base) as workspace:
        try:
            for report in run_gates(gates, workspace, down=down, watch=_watch):
                end_progress()
                if not options.as_json:
                    _show(report, known=any(_is_the_same(report, each) for each in reports))
                reports.append(report)
        finally:
            end_progress()
    _write(reports, options, settings)
    return exit_code(reports)


def _live(settings: Settings, names: Sequence[str], url: str | None) -> DatabaseUrl | None:
    """The live database: --url, or for a gate that is asked for by name DATABASE_URL."""
    if url:
        return parse_url(url, source="--url")
    return settings.url if names and settings.is_override else None


def _try_server(settings: Settings) -> PlumbError | None:
    """Start the server; why that failed is the result of every gate that needs it."""
    try:
        start_server(settings)
    except PlumbError as error:
        return error
    return None


def _watch(running: Sequence[Gate]) -> None:
    progress(f"running: {', '.join(gate.name for gate in running)}")


def _write(reports: Sequence[Report], options: Options, settings: Settings) -> None:
    """What is written when all gates have run."""
    folder = prefix(settings) if options.sarif or os.environ.get("GITHUB_ACTIONS") else ""
    if options.sarif is not None:
        _write_file(options.sarif, as_sarif(reports, folder))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        # GitHub reads both streams; standard output may be wanted for JSON alone.
        for line in annotations(reports, folder):
            (say if options.as_json else out)(line)
    if options.as_json:
        out(json.dumps(as_data(reports), indent=2, ensure_ascii=False))
    elif len(reports) > 1:
        out(_summary(reports))


def _write_file(path: Path, data: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise PlumbError(f"{path} cannot be written: {error.strerror}") from error


def _is_the_same(one: Report, other: Report) -> bool:
    """Whether what keeps one gate from running has been said of another."""
    return one.result.outcome is Outcome.NOT_RUN and one.result == other.result


def _show(report: Report, *, known: bool = False) -> None:
    result = Result(Outcome.NOT_RUN, "for the same reason") if known else report.result
    word, style = _WORDS[result.outcome]
    first, *rest = result.summary.splitlines() or [""]
    out(
        f"{styled(f'{word:<8}', style, sys.stdout)}{report.gate.name:<12}{first}"
        f" ({report.seconds:.1f} s)"
    )
    _indented("\n".join([*rest, result.problem, result.hint or ""]))
    for note in result.notes:
        _indented(f"note: {note}")
    shown, left = result.findings[:_SHOWN], result.findings[_SHOWN:]
    # What findings in a row have in common is said once.
    for (_, why, fix), several in groupby(shown, key=lambda each: (each.id, each.why, each.fix)):
        _show_findings(several, why, fix)
    if left:
        _indented(f"... and {len(left)} findings more: --json has all of them")


def _show_findings(findings: Iterable[Finding], why: str | None, fix: str | None) -> None:
    for finding in findings:
        style = Style.BAD if finding.severity is Severity.ERROR else Style.WARNING
        place = "" if finding.place is None else f"{finding.place}: "
        rule = styled(f"[{finding.rule}]", style, sys.stdout)
        message = finding.message
        if finding.place is not None and message.startswith(finding.place.file):
            place = ""
        _indented(f"{place}{message} {rule}")
        if not finding.detail and finding.expected is None and finding.found is not None:
            _indented(f"found: {finding.found}", depth=2)
        if not finding.detail and finding.found is None and finding.expected is not None:
            _indented(f"expected: {finding.expected}", depth=2)
        _indented(finding.detail, depth=2)
    _indented("" if why is None else f"why: {why}", depth=2, style=Style.QUIET)
    _indented("" if fix is None else f"fix: {fix}", depth=2)


def _indented(text: str, *, depth: int = 1, style: Style | None = None) -> None:
    for line in text.strip("\n").splitlines():
        shown = line if style is None else styled(line, style, sys.stdout)
        out(f"{_INDENT * depth}{shown}" if line else "")


def _summary(reports: Sequence[Report]) -> str:
    outcomes = [report.result.outcome for report in reports]
    parts = [f"{outcomes.count(each)} {words}" for each, words in _COUNTED.items()]
    return styled(
        ", ".join(part for part in parts if not part.startswith("0 ")), Style.STRONG, sys.stdout
    )
