"""The gate `schema`: replayed, the migrations give what the schema files say, in every object."""

from typing import Final

from pgplumb.errors import LocatedError
from pgplumb.gates.differences import Rules, findings_of
from pgplumb.gates.findings import Finding, Rule
from pgplumb.gates.locate import Locator
from pgplumb.gates.located import refused
from pgplumb.gates.migrations import REPLAY
from pgplumb.gates.model import Result, judged
from pgplumb.gates.workspace import Workspace
from pgplumb.planner.column_order import order_differences
from pgplumb.planner.difference import differences
from pgplumb.sources import Built, Script

NAME: Final = "schema"
_WHY: Final = (
    "Code is generated from the schema files, and databases are made from the migrations: what "
    "was checked against the one does not hold for the other."
)
_DIFF: Final = "`plumb diff NAME` writes the migration that is missing"
RULES: Final = Rules(
    missing=Rule(NAME, "missing", _WHY, f"{_DIFF}; or take it out of the schema files."),
    unexpected=Rule(NAME, "unexpected", _WHY, f"Put it into the schema files; or {_DIFF}."),
    different=Rule(NAME, "different", _WHY, f"{_DIFF}; or change the schema files."),
)
REFUSED: Final = Rule(
    NAME,
    "refused",
    "Nothing can be compared with a schema that PostgreSQL refuses.",
    "Mend the SQL.",
)


def examine(workspace: Workspace) -> Result:
    """Compare PostgreSQL's catalogs of both. Raises PlumbError."""
    wanted, wrong = _built(workspace, workspace.schema_script(), REFUSED)
    script = workspace.migrations_script()
    replayed, broken = _built(workspace, script, REPLAY)
    if wanted is None or replayed is None:
        failed = "the schema can't be built" if wrong else "the migrations do not run"
        return judged([*wrong, *broken], clean="", failed=failed)
    found = differences(replayed.snapshot, wanted.snapshot)
    root = workspace.settings.root
    findings = findings_of(
        RULES,
        found,
        found_in=(replayed.snapshot, Locator(script.texts, root)),
        expected_in=(wanted.snapshot, Locator(workspace.schema_script().texts, root)),
    )
    notes = [
        f"{order.table}: the columns stand in the order {', '.join(order.before)}; the schema "
        f"files write {', '.join(order.after)} (that is no difference to PostgreSQL)"
        for order in order_differences(replayed.snapshot, wanted.snapshot)
    ]
    count = len(findings)
    return judged(
        findings,
        clean=f"the migrations give the schema: {len(wanted.snapshot.objects)} objects",
        failed=f"{count} difference{'s' if count != 1 else ''} between the migrations and the "
        "schema files",
        notes=notes,
    )


def _built(workspace: Workspace, script: Script, rule: Rule) -> tuple[Built | None, list[Finding]]:
    try:
        return workspace.built(script), []
    except LocatedError as error:
        return None, refused(rule, error, workspace.settings.root)
