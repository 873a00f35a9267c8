"""What gates found, for other programs: JSON, GitHub's annotations, SARIF."""

import json
import re
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel
from sarif_pydantic import Sarif  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pgplumb.gates.findings import Finding, Place, Severity
from pgplumb.gates.model import Gate, Outcome, Report, Result, not_run
from pgplumb.gates.report.data import as_data
from pgplumb.gates.report.github import annotations
from pgplumb.gates.report.sarif import as_sarif

DOCUMENT = Path(__file__).parents[4] / "docs" / "gates.md"
ODD = Finding(
    gate="lint",
    rule="DS103",
    message='Dropping "50%, or so"\nof it',
    severity=Severity.WARNING,
    place=Place("db/a,b: c.sql", 3, 7),
    why="Gone: forever",
    fix="Don't",
)
DIFFERENT = Finding(
    gate="drift",
    rule="different",
    message="view public.v: definition is not as expected",
    object="view public.v",
    expected="select 1",
    found="select 2",
    detail="-select 2\n+select 1",
)


def gate(name: str) -> Gate:
    return Gate(name, "", lambda _: Result(Outcome.CLEAN, ""))


REPORTS = [
    Report(gate("lint"), Result(Outcome.CLEAN, "1 objection", (ODD,), ("shallow",)), 0.12345),
    Report(gate("drift"), Result(Outcome.FINDINGS, "1 difference", (DIFFERENT,)), 1),
    Report(gate("queries"), not_run("down", "connection refused", "plumb up"), 0),
]


def test_json() -> None:
    data = as_data(REPORTS)
    assert json.loads(json.dumps(data)) == data
    assert data["version"] == 1
    assert data["outcome"] == "not-run"
    lint, drift, queries = data["gates"]
    assert lint["findings"] == [
        {
            "rule": "lint/DS103",
            "severity": "warning",
            "message": 'Dropping "50%, or so"\nof it',
            "file": "db/a,b: c.sql",
            "line": 3,
            "column": 7,
            "object": None,
            "expected": None,
            "found": None,
            "why": "Gone: forever",
            "fix": "Don't",
            "detail": None,
        }
    ]
    assert (lint["seconds"], lint["notes"], lint["problem"]) == (0.123, ["shallow"], None)
    assert drift["findings"][0]["object"] == "view public.v"
    assert drift["findings"][0]["expected"] == "select 1"
    assert queries["problem"] == {
        "message": "down",
        "detail": "connection refused",
        "hint": "plumb up",
    }


def test_json_is_documented() -> None:
    """Every key that there is."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in sorted(_keys(as_data(REPORTS))):
        assert f'"{key}"' in text or f"`{key}`" in text, key


def _keys(data: Any) -> set[str]:
    found = set(re.findall(r'"(\w+)":', json.dumps(data)))
    assert "findings" in found
    return found


def test_annotations() -> None:
    """As GitHub documents workflow commands: what would end a property or a line is escaped."""
    assert list(annotations(REPORTS, "service/")) == [
        "::notice title=lint::shallow",
        "::warning file=service/db/a%2Cb%3A c.sql,line=3,col=7,title=lint/DS103"
        '::Dropping "50%25, or so"%0Aof it%0AWhy: Gone: forever%0AFix: Don\'t',
        "::error title=drift/different::view public.v: definition is not as expected",
        "::error title=queries could not run::down%0Aconnection refused%0Aplumb up",
    ]


def test_sarif() -> None:
    log = as_sarif(REPORTS, "service/")
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "lint/DS103",
        "drift/different",
    ]
    odd, different = run["results"]
    assert odd["ruleId"] == "lint/DS103"
    assert odd["level"] == "warning"
    assert odd["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "service/db/a%2Cb%3A%20c.sql"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    assert different["ruleIndex"] == 1
    assert different["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "view public.v"}]}
    ]
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2


def test_sarif_is_what_the_standard_says() -> None:
    """Read by models of SARIF 2.1.0: all that is required is there, and nothing is made up."""
    for reports in ([], REPORTS):
        log = as_sarif(reports)
        read = Sarif.model_validate(log)
        assert json.loads(read.model_dump_json(by_alias=True, exclude_unset=True)) == log
        # These models leave them out; the schema of OASIS has them.
        assert _unknown(read) == {"columnKind", "exitCode", "toolExecutionNotifications"}


def _unknown(value: object) -> set[str]:
    """The names that the models do not know."""
    if isinstance(value, list):
        return {name for each in cast("list[object]", value) for name in _unknown(each)}
    if not isinstance(value, BaseModel):
        return set()
    fields = [getattr(value, name) for name in type(value).model_fields]
    return set(value.model_extra or {}).union(*(_unknown(field) for field in fields))
