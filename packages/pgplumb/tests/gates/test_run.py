"""The runner: order, gates at the same time, and what becomes of those that can't run."""

import threading
import time

import pytest

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.gates.model import Gate, Outcome, Report, Result, exit_code, judged, not_run
from pgplumb.gates.registry import GATES, choose
from pgplumb.gates.run import run_gates
from pgplumb.gates.workspace import Builds, Workspace, server_of
from pgplumb.sources import Script
from pgplumb.sources.model import SqlText

from .conftest import Project

CLEAN = judged([], clean="well", failed="")


def gate(name: str, result: Result = CLEAN, *, needs: tuple[str, ...] = ()) -> Gate:
    return Gate(name, "it is so", lambda _: result, needs)


def run(workspace: Workspace, *gates: Gate, down: PlumbError | None = None) -> list[Report]:
    return list(run_gates(gates, workspace, down=down))


@pytest.fixture
def workspace(sample_project: Project) -> Workspace:
    return sample_project.workspace()


def outcomes(reports: list[Report]) -> dict[str, Outcome]:
    return {report.gate.name: report.result.outcome for report in reports}


def test_gates_run_at_the_same_time_and_are_reported_in_order(workspace: Workspace) -> None:
    together = threading.Barrier(3, timeout=30)

    def meet(delay: float) -> Gate:
        def examine(_: Workspace) -> Result:
            together.wait()
            time.sleep(delay)
            return CLEAN

        return Gate(f"after {delay}", "", examine)

    gates = [meet(0.2), meet(0.1), meet(0)]
    seen: list[int] = []
    reports = list(run_gates(gates, workspace, watch=lambda running: seen.append(len(running))))
    assert [report.gate for report in reports] == gates
    assert seen[0] == 3
    assert reports[0].seconds > 0.2


def test_a_gate_waits_for_those_that_it_needs(workspace: Workspace) -> None:
    order: list[str] = []

    def noting(name: str, delay: float, needs: tuple[str, ...] = ()) -> Gate:
        def examine(_: Workspace) -> Result:
            time.sleep(delay)
            order.append(name)
            return CLEAN

        return Gate(name, "", examine, needs)

    run(workspace, noting("second", 0, needs=("first",)), noting("first", 0.1))
    assert order == ["first", "second"]
    # One that is not asked for is not waited for.
    assert outcomes(run(workspace, noting("alone", 0, needs=("absent",))))["alone"] is Outcome.CLEAN


def test_what_blocks(workspace: Workspace) -> None:
    broken = Result(Outcome.FINDINGS, "broken", blocks=True)
    odd = Result(Outcome.FINDINGS, "odd")
    found = run(
        workspace,
        gate("broken", broken),
        gate("odd", odd),
        gate("down", not_run("down")),
        gate("after broken", needs=("broken",)),
        gate("after odd", needs=("odd",)),
        gate("after down", needs=("odd", "down")),
    )
    assert list(outcomes(found).values()) == [
        Outcome.FINDINGS,
        Outcome.FINDINGS,
        Outcome.NOT_RUN,
        Outcome.SKIPPED,
        Outcome.CLEAN,
        Outcome.SKIPPED,
    ]
    assert found[3].result.summary == "broken comes first"


def test_exit_codes() -> None:
    def code(*results: Outcome) -> int:
        return exit_code([Report(gate("x"), Result(each, ""), 0) for each in results])

    assert code(Outcome.CLEAN) == 0
    assert code(Outcome.CLEAN, Outcome.FINDINGS, Outcome.SKIPPED) == 1
    assert code(Outcome.NOT_RUN, Outcome.FINDINGS) == 2
    assert code() == 0


def test_what_keeps_a_gate_from_running_is_a_result(workspace: Workspace) -> None:
    def fail(error: Exception) -> Gate:
        def examine(_: Workspace) -> Result:
            raise error

        return Gate(type(error).__name__, "", examine)

    mistake, defect = run(workspace, fail(PlumbError("no", hint="yes")), fail(KeyError("x")))
    assert mistake.result == not_run("no", hint="yes")
    assert defect.result.outcome is Outcome.NOT_RUN
    assert "KeyError" in defect.result.problem


def test_a_server_that_is_down(workspace: Workspace) -> None:
    away = Gate("away", "", lambda _: CLEAN, needs_server=False)
    down = ServerDownError("down", hint="up")
    assert [report.result for report in run(workspace, gate("x"), away, down=down)] == [
        not_run("down", hint="up"),
        CLEAN,
    ]


def test_gates_are_chosen_by_name() -> None:
    assert [gate.name for gate in choose(["schema", "generated"], live=False)] == [
        "generated",
        "schema",
    ]
    assert choose([], live=True) == list(GATES)
    assert [gate.name for gate in GATES if gate not in choose([], live=False)] == ["drift"]
    assert [gate.name for gate in choose(["drift"], live=False)] == ["drift"]
    with pytest.raises(PlumbError, match="no gate 'x'"):
        choose(["schema", "x"], live=False)


def test_what_several_gates_need_is_built_once(sample_project: Project) -> None:
    """By threads at the same time; and not at all where it has been built before."""
    builds = Builds(server_of(sample_project.settings))
    script = Script("a", (SqlText("a.sql", "create table a (id int)"),))
    same = Script("b", (SqlText("b.sql", "create table a (id int)"),))
    with Workspace(sample_project.settings, builds=builds) as workspace:
        found: list[object] = []
        threads = [
            threading.Thread(target=lambda: found.append(workspace.built(script))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(each) for each in found}) == 1
        assert workspace.built(same) is found[0]
        later = Builds(server_of(sample_project.settings), builds)
        assert later.get(same) is found[0]
        other = later.get(Script("c", script.texts, in_order=True))
        assert other is not found[0]
        later.close()


def test_a_build_that_fails_fails_for_all(sample_project: Project) -> None:
    script = Script("a", (SqlText("a.sql", "create tabel a (id int)"),))
    with sample_project.workspace() as workspace:
        for _ in range(2):
            with pytest.raises(PlumbError, match=r"a\.sql:1:8: syntax error"):
                workspace.built(script)
