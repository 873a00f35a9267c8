"""The development server of a project: up, down, status."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from pgplumb.errors import PlumbError
from pgplumb.server.binaries import find_binaries
from pgplumb.server.cluster import LOG_NAME, Cluster, PortTakenError
from pgplumb.server.location import Location, locate, make_plumb_directory
from pgplumb.server.lock import locked
from pgplumb.server.neighbours import (
    MAINTENANCE_DATABASE,
    Report,
    ask_or_explain,
    check_server,
    clear_port,
    port_taken,
    project_setting,
)
from pgplumb.server.postmaster import read_pid_file, running_pid
from pgplumb.server.probe import Answer, Listener, ask, listener_at, reason
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl

_PATIENCE: Final = 60.0


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
    port_is_taken: bool = False
    """Whether something else is in its place."""


def ensure_running(settings: Settings, report: Report = lambda _: None) -> None:
    """See to it that the settings' database can be used; start the project's server if it is ours.

    In: the settings, and a function for progress ("Starting PostgreSQL ..."). Quick when it runs.
    A server of somebody else is only asked whether it answers. Raises ServerDownError when that
    one does not, PlumbError when ours can't be started or something else has its port.
    """
    if settings.is_override:
        check_server(settings.url)
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
    make_plumb_directory(settings)
    with locked(settings.plumb_directory / "lock"):
        return _cluster(settings, location).stop()


def status(settings: Settings) -> ServerStatus:
    """Look at the server without changing anything."""
    answer, problem, listener = ask_or_explain(settings.url)
    if settings.is_override:
        return ServerStatus(
            running=answer is not None,
            managed=False,
            url=settings.url,
            version=answer.version if answer else None,
            problem=problem,
        )
    data = locate(settings).data
    pid = _runs_here(settings)
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
        log=data / LOG_NAME if pid is not None else None,
        problem=problem,
        port_is_taken=answer is None and pid is None and listener is not Listener.NOTHING,
    )


def cluster_of(settings: Settings) -> Cluster:
    """The project's data folder with the programs for it. Raises PlumbError."""
    return _cluster(settings, locate(settings))


def _bring_up(settings: Settings, report: Report) -> None:
    """Start the server, knowing that no other command does."""
    url = settings.url
    location = locate(settings)
    if location.data.is_dir():
        location.prepare(settings)
    if running_pid(location.data) is None or not _accepts(settings, location.data):
        clear_port(settings, report)
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
            cluster.start(_address(url), url.port, project_setting(str(settings.root)))
        except PortTakenError as error:
            raise port_taken(url) from error
    _ensure_database(settings, location.data, report)


def _accepts(settings: Settings, data: Path) -> bool:
    """Wait for our own live server to accept connections; False if it ends instead.

    It may be recovering from a crash, or be on its way down. Raises PlumbError when it runs on
    another port, or takes too long.
    """
    until = time.monotonic() + _PATIENCE
    while (pid := running_pid(data)) is not None:
        found = read_pid_file(data)
        if found is not None and found.port not in {None, settings.url.port}:
            raise PlumbError(
                f"The development server runs on port {found.port}, the URL says "
                f"{settings.url.port}.",
                hint="Run `plumb down`, then `plumb up`: it comes up on the URL's port.",
            )
        _, problem, listener = ask_or_explain(settings.url)
        # The words are the server's own in English: a development server has lc_messages = 'C'.
        busy = problem is not None and "the database system is" in problem
        if listener is Listener.POSTGRESQL and not busy:
            return True
        if time.monotonic() > until:
            raise PlumbError(
                f"The development server (process {pid}) runs but does not accept connections: "
                f"{problem}",
                hint=f"Its log is {data / LOG_NAME}. `plumb down` and `plumb up` start it anew.",
            )
        time.sleep(0.1)
    return False


def _address(url: DatabaseUrl) -> str:
    return "127.0.0.1" if url.host.lower() == "localhost" else url.host


def _is_usable(settings: Settings, answer: Answer) -> bool:
    """Whether the server that let us in is the one to use."""
    if answer.project is None:
        return True
    data = answer.data_directory
    if data is None or not os.path.exists(data):
        # Deleted under the running server (`git clean -dfx`, rm): what it still says is not data.
        return False
    return answer.project == str(settings.root) or _runs_here(settings) is not None


def _runs_here(settings: Settings) -> int | None:
    """The process of the project's own server, if that is the one at the URL's port."""
    data = locate(settings).data
    found = read_pid_file(data)
    own_port = found is not None and found.port in {None, settings.url.port}
    return running_pid(data) if own_port else None


def _has_notes(settings: Settings, answer: Answer) -> bool:
    return answer.project is None or settings.plumb_directory.is_dir()


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


def _cluster(settings: Settings, location: Location) -> Cluster:
    binaries = find_binaries(settings.pg_bin).reachable_by(location.account)
    return Cluster(location.data, binaries, location.account)
