"""Drifts of every kind, made one at a time: each is caught by the gates that should, and no other.

`UPDATE_DRIFT_MATRIX=1 pytest packages/pgplumb/tests/gates/test_drift_matrix.py` writes
docs/drift-matrix.md anew.
"""

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

from pgplumb.gates import generated as generated_gate
from pgplumb.gates.model import Gate, Outcome, Report, exit_code
from pgplumb.gates.registry import GATES, choose
from pgplumb.gates.run import run_gates

from .conftest import Project
from .drifts import DRIFTS, Drift, Where

DOCUMENT = Path(__file__).parents[4] / "docs" / "drift-matrix.md"
# What looks at what was changed; the others see the clean copy.
LOOKED_AT = {
    Where.QUERIES: ("generated", "schema", "queries"),
    Where.RULES: ("queries",),
    Where.SCHEMA: ("schema",),
    Where.MIGRATIONS: ("migrations", "schema", "lint"),
    Where.NEW: ("migrations", "schema", "lint"),
    Where.LIVE: ("drift",),
    Where.RELEASE: ("compat",),
    Where.MODELS: ("models",),
    Where.WATCHED: ("models",),
}


def run(project: Project, names: Sequence[str], *, watched: bool = False) -> list[Report]:
    with project.workspace(live="drift" in names, watched=watched) as workspace:
        return list(run_gates(choose(names, live=True), workspace))


def run_generated(project: Project, generated: Path) -> list[Report]:
    """The gate `generated` where only src/db was touched: what would be generated is the same."""
    result = generated_gate.compare(generated, project.root, ["src/db"])
    (gate,) = choose(["generated"], live=False)
    return [Report(gate, result, 0)]


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: f"{drift.where.name}: {drift.what}")
def test_drift_is_caught(
    drift: Drift, sample_project: Project, request: pytest.FixtureRequest
) -> None:
    drift.change(sample_project)
    if drift.where is Where.CODE:
        reports = run_generated(sample_project, request.getfixturevalue("generated"))
    else:
        reports = run(sample_project, LOOKED_AT[drift.where], watched=drift.where is Where.WATCHED)
    found = [finding for report in reports for finding in report.result.findings]
    said = [f"{finding.id}: {finding.message}" for finding in found]
    assert exit_code(reports) == 1, said
    failed = {r.gate.name for r in reports if r.result.outcome is Outcome.FINDINGS}
    assert failed == drift.gates, said
    for rule, message in drift.caught.items():
        assert any(rule == each.id and message in each.message for each in found), said
    for finding in found:
        assert finding.id in drift.caught, said
        assert finding.why, finding
        assert finding.fix, finding


def test_the_clean_copy_passes(sample_project: Project, generated: Path) -> None:
    reports = run(sample_project, [gate.name for gate in GATES])
    assert [report.result.outcome for report in reports] == [Outcome.CLEAN] * len(GATES), reports
    assert exit_code(reports) == 0
    assert [finding for report in reports for finding in report.result.findings] == []
    assert exit_code(run_generated(sample_project, generated)) == 0


def test_there_are_many_kinds() -> None:
    assert len({(drift.where, drift.what) for drift in DRIFTS}) == len(DRIFTS)
    assert len(DRIFTS) >= 90
    assert {gate for drift in DRIFTS for gate in drift.gates} == {gate.name for gate in GATES}


def test_the_document_is_up_to_date() -> None:
    if os.environ.get("UPDATE_DRIFT_MATRIX"):
        DOCUMENT.write_text(matrix(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == matrix()


def matrix() -> str:
    """docs/drift-matrix.md."""
    lines = [
        "# Drift, and the gate that catches it",
        "",
        f"Written from a test that makes each of these {len(DRIFTS)} drifts in a copy of a small "
        "project, one at a time, and runs the gates over it: each is caught by exactly the gates "
        "that are marked, with exit code 1, and the untouched copy passes. What the marked gates "
        "say is in [gates.md](gates.md).",
        "",
        "Gates that don't look at what was changed are not marked: `drift`, say, sees the database "
        "alone, whatever the schema files say.",
    ]
    for where, drifts in groupby(DRIFTS, key=lambda drift: drift.where):
        lines += ["", f"## {where.value}", "", *_table(list(drifts))]
    return "\n".join([*lines, ""])


def _table(drifts: Sequence[Drift]) -> list[str]:
    gates: list[Gate] = [gate for gate in GATES if any(gate.name in d.gates for d in drifts)]
    lines = [
        f"| drift | {' | '.join(f'`{gate.name}`' for gate in gates)} |",
        f"|---|{'---|' * len(gates)}",
    ]
    for drift in drifts:
        cells = [_cell(drift, gate) for gate in gates]
        lines.append(f"| {drift.what} | {' | '.join(cells)} |")
    return lines


def _cell(drift: Drift, gate: Gate) -> str:
    rules = [rule for rule in drift.caught if rule.startswith(f"{gate.name}/")]
    return ", ".join(rule.partition("/")[2] for rule in rules)
