"""`plumb doctor`: the server that answers, and whether it is one that can be worked with."""

from collections.abc import Iterator
from typing import Final

from pgplumb.cli.doctor_findings import Finding, Level
from pgplumb.errors import PlumbError
from pgplumb.postgres.databases import connect
from pgplumb.server import development
from pgplumb.server.binaries import find_binaries
from pgplumb.server.neighbours import project_setting
from pgplumb.server.postmaster import orphan_with
from pgplumb.settings import Settings

_OLDEST: Final = 15
_MAY_CREATE: Final = (
    "select rolsuper or rolcreatedb from pg_catalog.pg_roles where rolname = current_user"
)


def examine_server(settings: Settings) -> Iterator[Finding]:
    """Does the server answer, is it the right one, and may scratch databases be made on it?"""
    orphan = orphan_with(project_setting(str(settings.root)))
    if orphan is not None and not settings.is_override:
        yield Finding(
            "server",
            Level.WARNING,
            f"this project's server still runs (process {orphan}), and its data was deleted",
            "`plumb up` stops it and starts one with no data; `plumb apply` migrates that.",
        )
        return
    found = development.status(settings)
    if found.running:
        yield from _running(settings, found)
    elif settings.is_override:
        mend = "Start it, or mend or unset DATABASE_URL."
        yield Finding("server", Level.PROBLEM, found.problem or "does not answer", mend)
    elif found.pid is None and not found.port_is_taken:
        yield Finding("server", Level.WARNING, "is not running", "Run `plumb up`.")
    elif found.pid is not None:
        yield Finding("server", Level.PROBLEM, found.problem or "", f"Its log is {found.log}.")
    else:
        yield Finding(
            "server",
            Level.PROBLEM,
            f"port {settings.url.port} is in use: {found.problem}",
            f"Stop what is there, or set PLUMB_PORT={settings.url.port + 1} in .env, or "
            "DATABASE_URL to a server of yours.",
        )


def _running(settings: Settings, found: development.ServerStatus) -> Iterator[Finding]:
    version = found.version or ""
    text = f"PostgreSQL {version} at {found.url.server}"
    if too_old(version):
        mend = f"Use PostgreSQL {_OLDEST} or newer."
        yield Finding("server", Level.PROBLEM, f"{text} is too old", mend)
    elif found.managed and (programs := _other_version(settings, version)) is not None:
        yield Finding(
            "server",
            Level.WARNING,
            f"{text} was started before the programs became {programs}",
            "`plumb down` and `plumb up` start the new version on the same data.",
        )
    else:
        yield Finding("server", Level.GOOD, text)
    with connect(settings.url) as connection:
        row = connection.execute(_MAY_CREATE).fetchone()
        user = connection.info.user
    if row != (True,):
        yield Finding(
            "permissions",
            Level.PROBLEM,
            f'the role "{user}" may not create databases, and scratch databases are needed',
            f'A superuser allows it with: alter role "{user}" createdb',
        )


def too_old(version: str) -> bool:
    """Whether PostgreSQL of a version ("14.3") is older than what is supported."""
    major = version.partition(".")[0]
    return major.isdigit() and int(major) < _OLDEST


def _other_version(settings: Settings, version: str) -> str | None:
    try:
        programs = find_binaries(settings.pg_bin).version()
    except PlumbError:  # is a finding of its own
        return None
    return None if programs == version else programs
