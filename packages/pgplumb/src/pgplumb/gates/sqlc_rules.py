"""The rules of sqlc.yaml, which `sqlc vet` applies to every query."""

import re
from collections.abc import Sequence
from typing import Final

from pgplumb.gates.findings import Finding, Place, Rule
from pgplumb.gates.located import complaints
from pgplumb.gates.model import Result, not_run
from pgplumb.gates.project_queries import ProjectQuery
from pgplumb.gates.sqlc import Config, is_sql_error, mappings, run_sqlc
from pgplumb.gates.workspace import Workspace

# What the gate does itself, on the database that the migrations make.
_PREPARE: Final = "sqlc/db-prepare"
# "contact.sql: GetContact: no-pg: message"
_FINDING: Final = re.compile(
    r"^(?P<file>\S.*\.sql): (?P<query>\S+): (?P<rule>\S+): (?P<message>.*)$", re.MULTILINE
)
_WHY: Final = "It is a rule of this project, in sqlc.yaml."
_FIX: Final = (
    "Change the query; or write `-- @sqlc-vet-disable` below its name, if the rule is not meant "
    "for it."
)


def has_rules(config: Config) -> bool:
    """Whether a configuration has rules that only sqlc can apply."""
    return any(
        rule != _PREPARE for block in mappings(config.get("sql")) for rule in block.get("rules", [])
    )


def vet(workspace: Workspace, gate: str, queries: Sequence[ProjectQuery]) -> list[Finding] | Result:
    """What `sqlc vet` finds, or why it could not run."""
    finished = run_sqlc(workspace.settings, "vet")
    if finished.code == 0:
        return []
    found = list(_FINDING.finditer(finished.text))
    if not found and not is_sql_error(finished):
        return not_run("sqlc vet could not run", finished.text)
    refused = Rule(gate, "refused", "sqlc can't read the query.", "Mend the SQL.")
    return [
        Rule(gate, each["rule"], _WHY, _FIX).finding(
            f"{each['query']}: {each['message']}",
            place=_place(queries, each["file"], each["query"]),
        )
        for each in found
        if each["rule"] != _PREPARE
    ] + [
        refused.finding(each.message, place=each.place, detail=each.detail)
        for each in complaints(finished.text, workspace.settings.root)
    ]


def _place(queries: Sequence[ProjectQuery], file: str, name: str) -> Place | None:
    """Where a query is: sqlc gives its name, and its file's without the folder."""
    for query in queries:
        path = query.piece.file.path
        if query.name == name and path.rpartition("/")[2] == file:
            return Place(path, query.piece.line)
    return None
