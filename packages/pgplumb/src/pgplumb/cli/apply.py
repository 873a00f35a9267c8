"""`plumb apply`."""

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, progress, say, styled
from pgplumb.errors import LocatedError
from pgplumb.gates.findings import Finding
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.workspace import Builds, Workspace, server_of
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.directory import check_sum
from pgplumb.migrations.looks import in_the_way, look
from pgplumb.migrations.target import Target, target
from pgplumb.settings import Settings, load_settings

_FOUND: Final = 1
_COULD_NOT_RUN: Final = 2


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
    with (
        target(settings, directory, url=options.url, env=options.env) as database,
        closing(Builds(server_of(settings))) as builds,
    ):
        before = _look(settings, database, builds, "looking at the database ...")
        found = in_the_way(before)
        if found and not options.allow_drift:
            _show(before, found)
            say("Nothing was applied. To apply all the same: --allow-drift")
            return _FOUND
        words = [] if options.amount is None else [str(options.amount)]
        if options.dry_run:
            words.append("--dry-run")
        elif settings.is_own(database.url):
            _make_roles(settings, builds)
        if database.atlas("apply", *words) != 0:
            return _COULD_NOT_RUN
        if options.dry_run:
            return 0
        after = _look(settings, database, builds, "looking at the database again ...")
    if after.outcome is not Outcome.CLEAN:
        _show(after, after.findings)
        return _FOUND
    say(after.summary)
    return 0


def _make_roles(settings: Settings, builds: Builds) -> None:
    """Make the roles that migrations name and our own server lacks, by a replay.

    It is the one that the second look compares with. What else is wrong `atlas` says.
    """
    with suppress(LocatedError):
        Workspace(settings, builds=builds).migrated()


def _look(settings: Settings, database: Target, builds: Builds, what: str) -> Result:
    """As look, with a word of what is going on."""
    progress(what)
    try:
        return look(settings, database.url, builds)
    finally:
        end_progress()


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
