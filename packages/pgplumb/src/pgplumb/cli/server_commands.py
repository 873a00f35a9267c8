"""`plumb up`, `down`, `status` and `psql`."""

import os
import sys

from pgplumb.cli.terminal import Style, end_progress, out, say, styled
from pgplumb.errors import PlumbError
from pgplumb.gates.tools import find_tool
from pgplumb.server import development
from pgplumb.server.binaries import find_binaries
from pgplumb.settings import Settings, load_settings


def start_server(settings: Settings) -> None:
    """What every command does that needs the database. Raises PlumbError."""
    development.ensure_running(settings, say)


def up() -> None:
    """Start the server and say where it is."""
    settings = load_settings()
    start_server(settings)
    found = development.status(settings)
    say(f"PostgreSQL {found.version} answers at {settings.url.redacted}")


def down() -> None:
    """Stop the server."""
    settings = load_settings()
    if development.stop(settings):
        say("The development server is stopped; its data stays.")
    elif settings.is_override:
        say(f"{settings.url.server} (DATABASE_URL) is not plumb's to stop.")
    else:
        say("The development server is not running.")


def status() -> int:
    """Show the server; 0 when it runs, else 1."""
    settings = load_settings()
    found = development.status(settings)
    word = styled("running", Style.GOOD) if found.running else styled("not running", Style.BAD)
    if settings.is_override:
        kind = "DATABASE_URL's"
    elif found.managed:
        kind = "development server"
    else:
        kind = "not started by plumb"
    lines = {
        "server": f"{word} ({kind})",
        "url": settings.url.redacted,
        "version": found.version,
        "process": found.pid,
        "data": found.data_directory if found.managed else None,
        "log": found.log,
        "problem": found.problem,
    }
    for name, value in lines.items():
        if value is not None:
            out(f"{name:<9}{value}")
    if not found.running and not settings.is_override:
        say("Run `plumb up` to start it.")
    return 0 if found.running else 1


def psql(arguments: list[str]) -> None:
    """Become psql."""
    settings = load_settings()
    start_server(settings)
    program = find_psql(settings)
    if program is None:
        raise PlumbError("There is no psql.", hint="Install a PostgreSQL client.")
    end_progress()
    sys.stdout.flush()
    # By environment rather than by argument: a command line is everyone's to see.
    environment = os.environ | _connection(settings)
    os.execve(program, ["psql", *arguments], environment)  # noqa: S606  psql takes over


def find_psql(settings: Settings) -> str | None:
    """psql from PLUMB_PG_BIN or the embedded programs, else from PATH."""
    program = find_binaries(settings.pg_bin).program("psql")
    if os.access(program, os.X_OK):
        return program
    found = find_tool("psql")
    return None if found is None else str(found)


def _connection(settings: Settings) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415  only psql needs it

    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "options": "PGOPTIONS"}
    names |= {"sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
    names |= {"application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}
    names |= {"channel_binding": "PGCHANNELBINDING", "gssencmode": "PGGSSENCMODE"}
    given = conninfo_to_dict(settings.url.for_libpq())
    return {names[name]: str(value) for name, value in given.items() if name in names}
