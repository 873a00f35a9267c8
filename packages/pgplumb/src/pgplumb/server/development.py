"""The development server of a project: up, down, status."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.server.binaries import find_binaries
from pgplumb.server.cluster import Cluster, PortTakenError
from pgplumb.server.location import Location, locate, make_plumb_directory
from pgplumb.server.lock import locked
from pgplumb.server.postmaster import parent_of, read_pid_file, running_pid, stop_process
from pgplumb.server.probe import Answer, Listener, ask, listener_at, reason
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl

MAINTENANCE_DATABASE: Final = "postgres"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known about the server that commands use."""

    running: bool
    """Whether it accepts the URL's user, password and database."""
    managed: bool
    """Whether it is the project's own development server (running, or to be started by `up`)."""
    url: DatabaseUrl
    version: str | None = None
    pid: int | None = None
    data_directory: Path | None = None
    log: Path | None = None
    problem: str | None = None
    """Why it is not running, or what is in its place."""


def ensure_running(settings: Settings, report: Report = lambda _: None) -> None:
    """See to it that the settings' database can be used; start the project's server if it is ours.

    In: the settings, and a function for progress ("Starting PostgreSQL ..."). Quick when it runs.
    A server of somebody else is only asked whether it answers. Raises ServerDownError when that
    one does not, PlumbError when ours can't be started or something else has its port.
    """
    if settings.is_override:
        _check_other(settings.url)
        return
    answer = None
    if listener_at(settings.url) is Listener.POSTGRESQL:
        with suppress(psycopg.Error):
            answer = ask(settings.url)
    # Without .plumb (`git clean -dfx`) the notes that find the data again must be written anew.
    if answer is not None and _is_usable(settings, answer) and _has_notes(settings, answer):
        return
    _require_login(settings.url)
    make_plumb_directory(settings)
    with locked(settings.plumb_directory / "lock"):
        _bring_up(settings, report)


def stop(settings: Settings) -> bool:
    """Stop the project's development server. Says whether it was running."""
    location = locate(settings)
    if running_pid(location.data) is None:
        return False
    with locked(settings.plumb_directory / "lock"):
        return _cluster(settings, location).stop()


def status(settings: Settings) -> ServerStatus:
    """Look at the server without changing anything."""
    answer, problem = None, None
    try:
        answer = ask(settings.url)
    except psycopg.Error as error:
        problem = _what_is_there(settings.url, error)
    if settings.is_override:
        return ServerStatus(
            running=answer is not None,
            managed=False,
            url=settings.url,
            version=answer.version if answer else None,
            problem=problem,
        )
    data = locate(settings).data
    pid = running_pid(data)
    if answer is not None and answer.project not in {None, str(settings.root)} and pid is None:
        problem = f"Port {settings.url.port} is the development server of {answer.project}."
        answer = None
    return ServerStatus(
        running=answer is not None,
        managed=pid is not None or answer is None,
        url=settings.url,
        version=answer.version if answer else None,
        pid=pid,
        data_directory=data,
        log=data / "server.log" if pid is not None else None,
        problem=problem,
    )


def cluster_of(settings: Settings) -> Cluster:
    """The project's data folder with the programs for it. Raises PlumbError."""
    return _cluster(settings, locate(settings))


def is_port_free(settings: Settings) -> bool:
    """Whether nothing listens where the server is or would be."""
    return listener_at(settings.url) is Listener.NOTHING


def _bring_up(settings: Settings, report: Report) -> None:
    """Start the server, knowing that no other command does."""
    url = settings.url
    location = locate(settings)
    if location.data.is_dir():
        location.prepare(settings)
    running = running_pid(location.data)
    if running is None:
        _clear_port(settings, report)
        if listener_at(url) is not Listener.NOTHING:
            return  # a server that is not plumb's answers as the URL says: docker compose, say
        cluster = _cluster(settings, location)
        if not cluster.exists():
            report(f"Making a PostgreSQL data folder in {location.data}")
            location.prepare(settings)
            cluster.create(url, durable=True)
        cluster.check_version()
        report(f"Starting PostgreSQL on {url.server}")
        try:
            cluster.start(url.port, f"plumb.project={settings.root}")
        except PortTakenError as error:
            raise _port_taken(url) from error
    else:
        found = read_pid_file(location.data)
        if found is not None and found.port not in {None, url.port}:
            raise PlumbError(
                f"The development server runs on port {found.port}, the URL says {url.port}.",
                hint="Run `plumb down`, then `plumb up`: it comes up on the URL's port.",
            )
    _ensure_database(settings, location.data, report)


def _is_usable(settings: Settings, answer: Answer) -> bool:
    """Whether the server that let us in is the one to use."""
    if answer.project is None:
        return True
    data = answer.data_directory
    if data is None or not Path(data).exists():
        # Deleted under the running server (`git clean -dfx`, rm): what it still says is not data.
        return False
    return answer.project == str(settings.root) or running_pid(locate(settings).data) is not None


def _has_notes(settings: Settings, answer: Answer) -> bool:
    return answer.project is None or settings.plumb_directory.is_dir()


def _clear_port(settings: Settings, report: Report) -> None:
    """Make sure that what has our port, if anything, may stay or is an orphan and is stopped."""
    url = settings.url
    listener = listener_at(url)
    if listener is Listener.NOTHING:
        return
    if listener is Listener.STRANGER:
        raise _port_taken(url)
    answer = _ask_any_database(url)
    if answer.project is None:
        _check_other(url)
        return
    folder = answer.data_directory
    data_is_there = folder is not None and Path(folder).exists()
    if data_is_there and answer.project != str(settings.root) and Path(answer.project).exists():
        raise PlumbError(
            f"Port {url.port} on 127.0.0.1 is in use by the development server of "
            f"{answer.project}.",
            hint=f"Stop that one (`plumb down` in {answer.project}), or give this project another "
            f"port: PLUMB_PORT={url.port + 1} in .env.",
        )
    report(f"Stopping the server of {answer.project}, whose folder or data was deleted")
    pid = None if folder is None else running_pid(Path(folder))
    pid = pid or _postmaster_pid(answer)
    if pid is None or not stop_process(pid):
        raise PlumbError(
            f"Port {url.port} is in use by a server whose folder was deleted, and it does not end.",
            hint=f"End the process {pid or '`postgres`'}, then run the command again.",
        )


def _ask_any_database(url: DatabaseUrl) -> Answer:
    """Log in even if the URL's database is missing. Raises PlumbError when the login is refused."""
    try:
        return ask(url)
    except psycopg.Error:
        pass
    try:
        return ask(url.with_database(MAINTENANCE_DATABASE))
    except psycopg.Error as error:
        raise PlumbError(
            f"The PostgreSQL at {url.server} does not let the user {url.user} in: {reason(error)}.",
            hint="It is not this project's server. Stop it, give the development server another "
            f"port (PLUMB_PORT={url.port + 1} in .env), or set DATABASE_URL to a server and login "
            f"that work (now: {url.redacted}).",
        ) from error


def _postmaster_pid(answer: Answer) -> int | None:
    """The server's process while one of its connections is open."""
    return parent_of(answer.server_pid)


def _port_taken(url: DatabaseUrl) -> PlumbError:
    return PlumbError(
        f"Port {url.port} on 127.0.0.1 is in use by another program.",
        hint=f"Stop that program (`lsof -i :{url.port}` names it), give the development server "
        f"another port (PLUMB_PORT={url.port + 1} in .env), or set DATABASE_URL to a server of "
        "yours.",
    )


def _ensure_database(settings: Settings, data: Path, report: Report) -> None:
    """Log in to our own server; make the URL's database when it is missing."""
    url = settings.url
    try:
        with psycopg.connect(
            url.with_database(MAINTENANCE_DATABASE).for_libpq(), connect_timeout=10, autocommit=True
        ) as connection:
            known = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [url.database]
            ).fetchone()
            if known is None:
                report(f"Making the database {url.database}")
                name = sql.Identifier(url.database or "")
                connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    except psycopg.Error as error:
        raise PlumbError(
            f"The development server does not let the user {url.user} in: {reason(error)}.",
            hint=f"Its data in {data} was made with another user or password. Use those in the "
            f"URL, or `plumb down`, move that folder away and `plumb up` to start with no data.",
        ) from error


def _require_login(url: DatabaseUrl) -> None:
    parts = {"user": url.user, "password": url.password, "database": url.database}
    missing = [name for name, value in parts.items() if not value]
    if missing:
        raise PlumbError(
            f"The development server's URL {url.redacted} has no {' and no '.join(missing)}.",
            hint="Write it as postgres://user:password@127.0.0.1:port/database?sslmode=disable.",
        )


def _check_other(url: DatabaseUrl) -> None:
    """Raises ServerDownError, in one line, unless the server answers and lets us in."""
    try:
        ask(url)
    except psycopg.Error as error:
        raise ServerDownError(
            f"{_what_is_there(url, error)} Start it or mend DATABASE_URL; or unset DATABASE_URL "
            "and run `plumb up` for a development server."
        ) from error


def _what_is_there(url: DatabaseUrl, error: psycopg.Error) -> str:
    listener = listener_at(url)
    if listener is Listener.NOTHING:
        return f"No PostgreSQL answers at {url.server}."
    if listener is Listener.STRANGER:
        return f"What answers at {url.server} is not PostgreSQL."
    return f"PostgreSQL at {url.server} refuses {url.redacted}: {reason(error)}."


def _cluster(settings: Settings, location: Location) -> Cluster:
    binaries = find_binaries(settings.pg_bin).reachable_by(location.account)
    return Cluster(location.data, binaries, location.account)
