"""Squawk: what in migrations locks tables for long or rewrites them."""

import json
from typing import Any

from pgplumb.gates.findings import Finding, Place, Rule
from pgplumb.gates.lint_rules import SQUAWK, Advice
from pgplumb.gates.model import Result, not_run
from pgplumb.gates.new_migrations import Migration, Scope, runs_in_transaction
from pgplumb.gates.tools import run_tool
from pgplumb.gates.workspace import Workspace


def squawk_findings(workspace: Workspace, scope: Scope) -> list[Finding] | Result:
    """What squawk finds, or why it could not run. Raises PlumbError."""
    findings: list[Finding] = []
    for migration in scope.migrations:
        within = runs_in_transaction(migration.text, workspace.directory.format)
        option = "--assume-in-transaction" if within else "--no-assume-in-transaction"
        arguments = [option, "--reporter", "json", "--stdin-filepath", migration.path]
        finished = run_tool("squawk", arguments, workspace.settings, stdin=migration.text)
        try:
            reported = json.loads(finished.output or "[]")
        except json.JSONDecodeError:
            return not_run("squawk could not run", finished.text)
        if finished.code not in {0, 1} or (finished.code == 1 and not reported):
            return not_run("squawk could not run", finished.text)
        findings += [
            _finding(migration, each) for each in reported if not _is_virtual(migration, each)
        ]
    return findings


def _is_virtual(migration: Migration, reported: dict[str, Any]) -> bool:
    """Whether it is about a virtual column, for which no table is rewritten (PostgreSQL 18)."""
    if reported["rule_name"] != "adding-field-with-default":
        return False
    lines = migration.text.encode().split(b"\n")[reported["line"] : reported["line_end"] + 1]
    lines[-1] = lines[-1][: reported["column_end"]]
    lines[0] = lines[0][reported["column"] :]
    words = b" ".join(lines).decode(errors="replace").lower()
    return words.startswith("generated") and not words.endswith("stored")


def _finding(migration: Migration, reported: dict[str, Any]) -> Finding:
    name = str(reported["rule_name"])
    advice = SQUAWK.get(name, Advice(f"https://squawkhq.com/docs/{name}"))
    instead = advice.instead or reported["help"] or f"See https://squawkhq.com/docs/{name}"
    # Squawk counts from 0, and columns in bytes.
    lines = migration.text.split("\n")
    line, column = int(reported["line"]), int(reported["column"])
    before = lines[line].encode()[:column].decode(errors="replace") if line < len(lines) else ""
    place = Place(migration.path, line + 1, len(before) + 1)
    return Rule("lint", name, advice.why, instead).finding(reported["message"], place=place)
