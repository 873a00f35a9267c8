"""The gate `vet`: sqlc's rules hold for every query."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.gates.located import complaints
from pgplumb.gates.model import Result, judged, not_run
from pgplumb.gates.sqlc import is_sql_error, mappings, read_config, run_sqlc
from pgplumb.gates.tools import Finished
from pgplumb.gates.workspace import Workspace

NAME: Final = "vet"
_PREPARE: Final = "sqlc/db-prepare"
# "contact.sql: GetContact: sqlc/db-prepare: error preparing query: ..."
_FINDING: Final = re.compile(
    r"^(?P<file>\S.*\.sql): (?P<query>\S+): (?P<rule>\S+): (?P<message>.*)$", re.MULTILINE
)


def examine(workspace: Workspace) -> Result:
    """Run `sqlc vet`. Raises PlumbError."""
    settings = workspace.settings
    finished = run_sqlc(settings, "vet")
    findings = [] if finished.code == 0 else _findings(finished, workspace)
    if finished.code != 0 and not findings:
        return not_run("sqlc vet could not run", finished.text)
    return judged(
        findings,
        clean="sqlc's rules hold for every query",
        failed=f"{len(findings)} finding{'s' if len(findings) != 1 else ''} in the queries",
    )


def _findings(finished: Finished, workspace: Workspace) -> list[Finding]:
    root = workspace.settings.root
    config = read_config(workspace.settings)
    found = [
        _rule(each["rule"]).finding(
            f"{each['query']}: {each['message']}",
            place=_place(config, root, each["file"], each["query"]),
        )
        for each in _FINDING.finditer(finished.text)
    ]
    if is_sql_error(finished):
        rule = Rule(NAME, "refused", "sqlc can't read the query.", "Mend the SQL.")
        found += [
            rule.finding(each.message, place=each.place, detail=each.detail)
            for each in complaints(finished.text, root)
        ]
    return found


def _rule(name: str) -> Rule:
    if name == _PREPARE:
        why = "PostgreSQL refuses the query: the function that is generated from it always fails."
        return Rule(NAME, name, why, "Mend the query, or the schema files.")
    return Rule(
        NAME,
        name,
        "It is a rule of this project, in sqlc.yaml.",
        "Change the query; or write `-- @sqlc-vet-disable` below its name, if the rule is not "
        "meant for it.",
    )


def _place(config: dict[str, Any], root: Path, file: str, query: str) -> Place | None:
    """Where a query is: sqlc gives its name, and its file's without the folder."""
    header = re.compile(rf"^--\s*name:\s*{re.escape(query)}\s", re.MULTILINE)
    for path in _query_files(config, root):
        if path.name != file:
            continue
        found = header.search(path.read_text(encoding="utf-8", errors="replace"))
        if found:
            line = found.string.count("\n", 0, found.start()) + 1
            return Place(relative(path, root), line)
    return None


def _query_files(config: dict[str, Any], root: Path) -> Iterator[Path]:
    for block in mappings(config.get("sql")):
        patterns = block.get("queries")
        if isinstance(patterns, str):
            patterns = [patterns]
        for pattern in cast("list[object]", patterns if isinstance(patterns, list) else []):
            path = root / str(pattern)
            yield from (
                sorted(path.glob("*.sql")) if path.is_dir() else sorted(root.glob(str(pattern)))
            )
