"""What a gate is and how one ended. How that is shown is not decided here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pgplumb.gates.findings import Finding, Severity
from pgplumb.gates.workspace import Workspace


class Outcome(StrEnum):
    """How a gate ended."""

    CLEAN = "clean"
    FINDINGS = "findings"
    NOT_RUN = "not-run"
    SKIPPED = "skipped"
    """A gate before it has failed in such a way that this one could say nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a gate ended and what it found.

    summary: one line. notes: what could not be looked at, and what else people should know.
    problem: why the gate could not run, and `hint` what to do about that.
    blocks: whether gates that need this one can say nothing.
    """

    outcome: Outcome
    summary: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str | None = None
    blocks: bool = False


def judged(
    findings: Sequence[Finding],
    *,
    clean: str,
    failed: str,
    notes: Sequence[str] = (),
    blocks: bool = False,
) -> Result:
    """The result of a gate that has run: it fails by an error, not by warnings."""
    fails = any(finding.severity is Severity.ERROR for finding in findings)
    return Result(
        Outcome.FINDINGS if fails else Outcome.CLEAN,
        failed if fails else clean,
        tuple(findings),
        tuple(notes),
        blocks=blocks,
    )


def not_run(summary: str, problem: str = "", hint: str | None = None) -> Result:
    """The result of a gate that could not run."""
    return Result(Outcome.NOT_RUN, summary, problem=problem, hint=hint, blocks=True)


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must be true of a project.

    claim: what it checks, as a sentence that is true when it is clean.
    examine: looks, and may raise PlumbError: the gate could not run.
    needs: the gates that run before it, where they run at all.
    watches_live: whether it looks at a live database, and so runs only where one is named.
    """

    name: str
    claim: str
    examine: Callable[[Workspace], Result]
    needs: tuple[str, ...] = ()
    needs_server: bool = True
    watches_live: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A gate that was asked for, its result, and how long it took."""

    gate: Gate
    result: Result
    seconds: float


def exit_code(reports: Sequence[Report]) -> int:
    """2 when a gate could not run, else 1 when one found something, else 0."""
    outcomes = {report.result.outcome for report in reports}
    if Outcome.NOT_RUN in outcomes:
        return 2
    return int(Outcome.FINDINGS in outcomes)
