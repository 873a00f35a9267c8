"""`plumb check`."""

import sys
import time

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, styled
from pgplumb.errors import PlumbError
from pgplumb.gates.model import Gate, Outcome, Result
from pgplumb.gates.registry import GATES, find_gate, run_gate
from pgplumb.settings import Settings, load_settings

_WORDS = {Outcome.CLEAN: "ok", Outcome.FINDINGS: "FAILED", Outcome.NOT_RUN: "NOT RUN"}
_STYLES = {
    Outcome.CLEAN: Style.GOOD,
    Outcome.FINDINGS: Style.BAD,
    Outcome.NOT_RUN: Style.WARNING,
}


def run(names: list[str]) -> int:
    """Run the gates in their order and show the results.

    Out: 2 if one could not run, else 1 if one found something, else 0.
    """
    chosen = {find_gate(name).name for name in names}
    settings = load_settings()
    gates = [gate for gate in GATES if not chosen or gate.name in chosen]
    down = _try_server(settings) if any(gate.needs_server for gate in gates) else None
    outcomes: list[Outcome] = []
    for number, gate in enumerate(gates, start=1):
        progress(f"[{number}/{len(gates)}] {gate.name}: {gate.command}")
        begin = time.monotonic()
        try:
            result = down if down is not None and gate.needs_server else run_gate(gate, settings)
        finally:
            end_progress()
        _show(gate, result, time.monotonic() - begin)
        outcomes.append(result.outcome)
        if result is down:
            down = Result(result.outcome, "for the same reason")
    if len(gates) > 1:
        out(_summary(outcomes))
    return max(outcomes).value


def _try_server(settings: Settings) -> Result | None:
    """Start the server; why that failed is the result of every gate that needs it."""
    try:
        start_server(settings)
    except PlumbError as error:
        return Result(Outcome.NOT_RUN, error.message, hint=error.hint)
    return None


def _show(gate: Gate, result: Result, seconds: float) -> None:
    word = styled(f"{_WORDS[result.outcome]:<8}", _STYLES[result.outcome], sys.stdout)
    out(f"{word}{gate.name:<12}{result.summary} ({seconds:.1f} s)")
    if result.outcome is Outcome.CLEAN:
        return
    for line in result.detail.splitlines():
        out(f"    {line}" if line else "")
    for line in (result.hint or "").splitlines():
        out(f"    {line}")


def _summary(outcomes: list[Outcome]) -> str:
    counts = {outcome: outcomes.count(outcome) for outcome in Outcome}
    parts = [
        f"{counts[outcome]} {words}"
        for outcome, words in (
            (Outcome.CLEAN, "ok"),
            (Outcome.FINDINGS, "failed"),
            (Outcome.NOT_RUN, "could not run"),
        )
        if counts[outcome]
    ]
    return styled(", ".join(parts), Style.STRONG, sys.stdout)
