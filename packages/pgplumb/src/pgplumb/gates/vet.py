"""The gate `vet`: sqlc's rules hold for every query."""

import re
from typing import Final

from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.sqlc import is_sql_error, run_sqlc
from pgplumb.settings import Settings

# "contact.sql: GetContact: sqlc/db-prepare: ...", or the error of a query by line and column.
_FINDING: Final = re.compile(r"^\S.*\.sql: \S+: \S+", re.MULTILINE)


def examine(settings: Settings) -> Result:
    """Run `sqlc vet`."""
    finished = run_sqlc(settings, "vet")
    if finished.code == 0:
        return Result(Outcome.CLEAN, "sqlc's rules hold for every query")
    findings = len(_FINDING.findall(finished.text))
    if findings == 0 and not is_sql_error(finished):
        return Result(Outcome.NOT_RUN, "sqlc vet could not run", finished.text)
    said = f"{findings} finding{'s' if findings != 1 else ''}" if findings else "a query is wrong"
    return Result(Outcome.FINDINGS, f"sqlc vet: {said}", finished.text)
