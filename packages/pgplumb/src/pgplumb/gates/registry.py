"""The gates, in the order in which they run, and the running of one."""

from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates import generated, migrations, vet
from pgplumb.gates.model import Gate, Outcome, Result
from pgplumb.settings import Settings

GATES: Final = (
    Gate(
        "generated",
        "the committed code is what the SQL generates",
        "sqlc generate, compared file by file",
        needs_server=True,
        examine=generated.examine,
    ),
    Gate(
        "vet",
        "sqlc's rules hold for every query",
        "sqlc vet",
        needs_server=True,
        examine=vet.examine,
    ),
    Gate(
        "migrations",
        "the migrations are untampered and replay on an empty database",
        "atlas migrate validate --env default",
        needs_server=True,
        examine=migrations.examine_migrations,
    ),
    Gate(
        "lint",
        "new migrations destroy no data and break no clients",
        "atlas migrate lint --env default --latest 1",
        needs_server=True,
        examine=migrations.examine_lint,
    ),
    Gate(
        "squawk",
        "new migrations take no long locks",
        "squawk db/migrations/LATEST.sql",
        needs_server=False,
        examine=migrations.examine_squawk,
    ),
)


def find_gate(name: str) -> Gate:
    """The gate of that name. Raises PlumbError naming those that exist."""
    for gate in GATES:
        if gate.name == name:
            return gate
    raise PlumbError(
        f"There is no gate {name!r}.", hint=f"Gates: {', '.join(gate.name for gate in GATES)}."
    )


def run_gate(gate: Gate, settings: Settings) -> Result:
    """Run one gate; what keeps it from running is a result, too."""
    try:
        return gate.examine(settings)
    except PlumbError as error:
        return Result(Outcome.NOT_RUN, error.message, hint=error.hint)
