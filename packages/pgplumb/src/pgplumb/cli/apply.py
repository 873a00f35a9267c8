"""`plumb apply`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, progress, say, styled
from pgplumb.errors import PlumbError
from pgplumb.gates import drift
from pgplumb.gates.findings import Finding, Severity
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.workspace import Workspace
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.directory import check_sum
from pgplumb.migrations.target import Target, target
from pgplumb.settings import Settings, load_settings

_FOUND: Final = 1
_COULD_NOT_RUN: Final = 2
# Atlas goes on where it stopped, and has an opinion of its own about the order of files.
_FOR_ATLAS: Final = frozenset({drift.PARTIAL.name, drift.LEFT_OUT.name})


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    amount: int | None = None
    env: str = "default"
    url: str | None = None
    dry_run: bool = False
    allow_drift: bool = False


def run(options: Options) -> int:
    """Apply pending migrations to a database that is what its migrations make of it.

    Out: 0, 1 for drift, 2 when `atlas` could not do its work. Raises PlumbError.
    """
    settings = load_settings()
    start_server(settings)
    directory = migrations_directory(settings.root)
    check_sum(settings, directory)
    with target(settings, directory, url=options.url, env=options.env) as database:
        before = _look(settings, database, "looking at the database ...")
        in_the_way = [each for each in before.findings if _is_in_the_way(each)]
        if in_the_way and not options.allow_drift:
            _show(before, in_the_way)
            say("Nothing was applied. To apply all the same: --allow-drift")
            return _FOUND
        words = [] if options.amount is None else [str(options.amount)]
        if options.dry_run:
            words.append("--dry-run")
        if database.atlas("apply", *words) != 0:
            return _COULD_NOT_RUN
        if options.dry_run:
            return 0
        after = _look(settings, database, "looking at the database again ...")
    if after.outcome is not Outcome.CLEAN:
        _show(after, after.findings)
        return _FOUND
    say(after.summary)
    return 0


def _look(settings: Settings, database: Target, what: str) -> Result:
    """Whether the database is what its migrations make. Raises PlumbError when nobody can tell."""
    progress(what)
    try:
        with Workspace(settings, live=database.url) as workspace:
            result = drift.examine(workspace)
    finally:
        end_progress()
    if result.outcome is Outcome.NOT_RUN:
        raise PlumbError(f"{result.summary}\n{result.problem}".strip(), hint=result.hint)
    return result


def _is_in_the_way(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.rule not in _FOR_ATLAS


def _show(result: Result, findings: Sequence[Finding]) -> None:
    """The database's differences: the object, what was expected, what was found."""
    say(f"{styled('drift:', Style.BAD)} {result.summary}")
    for finding in findings:
        say(f"  {finding.message}")
        # Where it is another value, the message or the detail has both.
        if finding.found is None and finding.expected is not None:
            say(f"    expected: {finding.expected}")
        if finding.expected is None and finding.found is not None:
            say(f"    found: {finding.found}")
        for line in finding.detail.splitlines():
            say(f"    {line}")
    for fix in dict.fromkeys(finding.fix for finding in findings if finding.fix):
        say(f"  {fix}")
