"""Running gates: those that don't need one another at the same time."""

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

import psycopg

from pgplumb.errors import PlumbError
from pgplumb.gates.model import Gate, Outcome, Report, Result, not_run
from pgplumb.gates.workspace import Workspace

_AT_ONCE: Final = 4

Watch = Callable[[Sequence[Gate]], None]


def run_gates(
    gates: Sequence[Gate],
    workspace: Workspace,
    *,
    down: PlumbError | None = None,
    watch: Watch | None = None,
) -> Iterator[Report]:
    """Run gates and give their reports in the order of the gates, each as soon as it can be.

    down: why the server does not answer, if so. watch: is told which gates are running.
    """
    reports: dict[str, Report] = {}
    shown = 0
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        running: dict[Future[Report], Gate] = {}
        waiting = list(gates)
        try:
            while waiting or running:
                for gate in [gate for gate in waiting if _may_start(gate, gates, reports)]:
                    waiting.remove(gate)
                    running[threads.submit(_report, gate, workspace, reports.copy(), down)] = gate
                if watch is not None:
                    watch(list(running.values()))
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    reports[running.pop(future).name] = future.result()
                while shown < len(gates) and gates[shown].name in reports:
                    yield reports[gates[shown].name]
                    shown += 1
        finally:
            threads.shutdown(wait=True, cancel_futures=True)


def _may_start(gate: Gate, gates: Sequence[Gate], reports: dict[str, Report]) -> bool:
    chosen = {each.name for each in gates}
    return all(name in reports for name in gate.needs if name in chosen)


def _report(
    gate: Gate, workspace: Workspace, before: dict[str, Report], down: PlumbError | None
) -> Report:
    begin = time.monotonic()
    result = _result(gate, workspace, before, down)
    return Report(gate, result, time.monotonic() - begin)


def _result(
    gate: Gate, workspace: Workspace, before: dict[str, Report], down: PlumbError | None
) -> Result:
    if gate.needs_server and down is not None:
        return not_run(down.message, hint=down.hint)
    for name in gate.needs:
        if name in before and before[name].result.blocks:
            return Result(Outcome.SKIPPED, f"{name} comes first")
    return examine(gate, workspace)


def examine(gate: Gate, workspace: Workspace) -> Result:
    """Run one gate; what keeps it from running is a result, too."""
    try:
        return gate.examine(workspace)
    except PlumbError as error:
        return not_run(error.message, hint=error.hint)
    except psycopg.Error as error:
        return not_run(f"PostgreSQL refuses: {error.diag.message_primary or error}")
    except Exception:
        return not_run("a defect of plumb, not of your project", traceback.format_exc())
