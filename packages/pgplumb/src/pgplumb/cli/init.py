"""`plumb init`."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from pgplumb.cli.terminal import end_progress, out, progress, say
from pgplumb.errors import PlumbError
from pgplumb.migrations.baseline import mark
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.target import target
from pgplumb.migrations.write import NewFile
from pgplumb.settings import Settings
from pgplumb.sources.model import Server
from pgplumb.sources.servers import chosen_programs
from pgplumb.starting.make import Made, make, server_to_try_on
from pgplumb.starting.project import Plan, check_name, default_port
from pgplumb.starting.template import find_template
from pgplumb.urls import DatabaseUrl, parse_url


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    adopt: str | None = None
    mark: bool = False
    scratch: str | None = None
    port: int | None = None
    git: str | None = None
    rev: str | None = None
    template: Path | None = None


def run(name: str, options: Options) -> int:
    """Make a project and say what to do next: 0. Raises PlumbError for what can't be done."""
    folder = Path(os.path.abspath(name))
    check_name(folder.name)
    if options.mark and options.adopt is None:
        raise PlumbError("--mark is for a database: name it by --from URL.")
    if options.rev is not None and options.git is None:
        raise PlumbError("--rev is the revision of a repository: name it by --git URL.")
    live = None if options.adopt is None else parse_url(options.adopt, source="--from")
    scratch = None if options.scratch is None else parse_url(options.scratch, source="--scratch")
    source = find_template(options.template)
    if folder.resolve().is_relative_to(source):
        raise PlumbError(
            f"{folder} would be inside of the template.",
            hint=f"Choose a folder beside it: plumb init {source.parent / folder.name}",
        )
    port = options.port or default_port(folder.name)
    plan = Plan(folder.name, port, options.git, options.rev)
    try:
        made = make(
            source,
            folder,
            plan,
            live,
            pg_bin=chosen_programs(),
            scratch=scratch,
            report=_say,
            progress=progress,
        )
    finally:
        end_progress()
    out(str(folder))
    if live is not None:
        _tell(made, live, options, scratch)
    say(f"Next: cd {name} && make setup && make check && make test")
    return 0


def _say(text: str) -> None:
    end_progress()
    say(text)


def _tell(made: Made, live: DatabaseUrl, options: Options, scratch: DatabaseUrl | None) -> None:
    """Say what was found, and mark the baseline where that was asked for."""
    baseline = made.baseline
    assert baseline is not None  # noqa: S101  there was a database
    say(f"{made.tables} tables have first queries in db/query.")
    version = baseline.name.partition("_")[0]
    if not options.mark:
        say(
            f"{live.redacted} was only read. Before `plumb apply` tell it that it has the baseline:"
            f"\n  DATABASE_URL=... atlas migrate set {version} --env default"
        )
        return
    with server_to_try_on(scratch, made.settings.pg_bin) as server:
        _mark(made.settings, baseline, live, server)


def _mark(own: Settings, baseline: NewFile, live: DatabaseUrl, server: Server) -> None:
    settings = replace(own, url=server.url)
    directory = migrations_directory(settings.root)
    with target(settings, directory, url=str(live), env="default") as database:
        sys.stdout.flush()
        say(mark(database, server, baseline))
