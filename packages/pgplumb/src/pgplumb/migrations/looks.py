"""A look at a database before and after migrations run on it: is it what its migrations make?"""

from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates import drift
from pgplumb.gates.findings import Finding, Severity
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.workspace import Builds, Workspace
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl

# Atlas goes on where it stopped, and has an opinion of its own about the order of files.
_FOR_ATLAS: Final = frozenset({drift.PARTIAL.name, drift.LEFT_OUT.name})


def look(settings: Settings, url: DatabaseUrl, builds: Builds | None = None) -> Result:
    """Compare; the database is only read. Raises PlumbError when nobody can tell.

    builds: scratch databases that several looks share.
    """
    workspace = Workspace(settings, live=url, builds=builds)
    try:
        result = drift.examine(workspace)
    finally:
        if builds is None:
            workspace.__exit__(None, None, None)
    if result.outcome is Outcome.NOT_RUN:
        raise PlumbError(f"{result.summary}\n{result.problem}".strip(), hint=result.hint)
    return result


def in_the_way(result: Result) -> list[Finding]:
    """What should keep migrations from running."""
    return [
        finding
        for finding in result.findings
        if finding.severity is Severity.ERROR and finding.rule not in _FOR_ATLAS
    ]
