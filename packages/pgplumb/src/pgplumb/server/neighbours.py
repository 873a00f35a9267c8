"""Who else may be at the development server's port, and what is done about it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg

from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.server.postmaster import (
    has_argument,
    orphan_with,
    parent_of,
    running_pid,
    stop_process,
)
from pgplumb.server.probe import Answer, Listener, ask, listener_at, reason
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl

MAINTENANCE_DATABASE: Final = "postgres"

Report = Callable[[str], None]


def clear_port(settings: Settings, report: Report) -> None:
    """Make sure that what has our port, if anything, may stay or is an orphan and is stopped."""
    url = settings.url
    listener = listener_at(url)
    if listener is Listener.NOTHING:
        return
    if listener is Listener.STRANGER:
        raise port_taken(url)
    # Without its data a server lets nobody in who could ask it whose it is.
    own = orphan_with(project_setting(str(settings.root)))
    if own is not None:
        report("Stopping the server of this project, whose data was deleted")
        if stop_process(own) and listener_at(url) is Listener.NOTHING:
            return
    answer = _ask_any_database(url)
    if answer.project is None:
        check_server(url)
        return
    folder = answer.data_directory
    data_is_there = folder is not None and os.path.exists(folder)
    pid = None if folder is None else running_pid(Path(folder))
    pid = pid or parent_of(answer.server_pid)
    # The number may be one of another container's: act only on a process that we recognise.
    known = pid is not None and has_argument(pid, project_setting(answer.project))
    another = answer.project != str(settings.root)
    if not known or (data_is_there and another and os.path.exists(answer.project)):
        raise PlumbError(
            f"Port {url.port} on 127.0.0.1 is in use by the development server of "
            f"{answer.project}.",
            hint=f"Stop that one (`plumb down` in {answer.project}), or give this project another "
            f"port: PLUMB_PORT={url.port + 1} in .env.",
        )
    report(f"Stopping the server of {answer.project}, whose folder or data was deleted")
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


def project_setting(project: str) -> str:
    """The server setting by which a development server says whose it is."""
    return f"plumb.project={project}"


def port_taken(url: DatabaseUrl) -> PlumbError:
    """The error for a port that something other than PostgreSQL has."""
    return PlumbError(
        f"Port {url.port} on 127.0.0.1 is in use by another program.",
        hint=f"Stop that program (`lsof -i :{url.port}` names it), give the development server "
        f"another port (PLUMB_PORT={url.port + 1} in .env), or set DATABASE_URL to a server of "
        "yours.",
    )


def check_server(url: DatabaseUrl) -> None:
    """Raises ServerDownError, in one line, unless the server answers and lets us in."""
    _, problem, _ = ask_or_explain(url)
    if problem is not None:
        raise ServerDownError(
            f"{problem} Start it or mend DATABASE_URL; or unset DATABASE_URL and run `plumb up` "
            "for a development server."
        )


def ask_or_explain(url: DatabaseUrl) -> tuple[Answer | None, str | None, Listener]:
    """The server's answer, or in one sentence why there is none; and what listens there."""
    listener = listener_at(url)
    if listener is Listener.NOTHING:
        return None, f"No PostgreSQL answers at {url.server}.", listener
    if listener is Listener.STRANGER:
        return None, f"What answers at {url.server} is not PostgreSQL.", listener
    try:
        return ask(url), None, listener
    except psycopg.Error as error:
        problem = f"PostgreSQL at {url.server} refuses {url.redacted}: {reason(error)}."
        return None, problem, listener
