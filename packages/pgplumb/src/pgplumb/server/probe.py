"""What is there at a host and port, found out without guessing from the text of an error."""

import socket
import struct
from dataclasses import dataclass
from enum import Enum, auto

import psycopg

from pgplumb.urls import DatabaseUrl

_SSL_REQUEST = struct.pack("!II", 8, 80877103)


class Listener(Enum):
    """What listens at a port."""

    NOTHING = auto()
    POSTGRESQL = auto()
    STRANGER = auto()


def listener_at(url: DatabaseUrl) -> Listener:
    """What listens at the URL's host and port.

    PostgreSQL answers the protocol's SSL request with one byte, S or N, before any login.
    """
    seconds = 1.0 if url.is_loopback else 5.0
    try:
        with socket.create_connection((url.host, url.port), timeout=seconds) as connection:
            connection.sendall(_SSL_REQUEST)
            try:
                answer = connection.recv(1)
            except OSError:
                return Listener.STRANGER
    except OSError:
        return Listener.NOTHING
    return Listener.POSTGRESQL if answer in {b"S", b"N", b"E", b"G"} else Listener.STRANGER


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said at a login with the URL."""

    version: str
    project: str | None
    """The project whose development server it is; None for a server that plumb did not start."""
    server_pid: int
    data_directory: str | None
    """Known to a superuser, which on a development server we are."""


def ask(url: DatabaseUrl, seconds: int = 5) -> Answer:
    """Log in at the URL and ask who is there. Raises psycopg.Error when that fails."""
    with psycopg.connect(
        url.for_libpq(), connect_timeout=seconds, autocommit=True, application_name="plumb"
    ) as connection:
        row = connection.execute(
            """SELECT current_setting('server_version'),
                      nullif(current_setting('plumb.project', true), ''),
                      pg_backend_pid(),
                      CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
                           THEN current_setting('data_directory', true) END"""
        ).fetchone()
    if row is None:  # a SELECT without FROM has one row
        raise psycopg.InternalError("the server did not answer a query")
    return Answer(str(row[0]).split()[0], row[1], int(row[2]), row[3])


def reason(error: psycopg.Error) -> str:
    """The server's own words in a failed login, on one line, without the address libpq prefixes."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL:" in line]
    text = (fatal or lines or [type(error).__name__])[0]
    return text.partition("FATAL:")[2].strip() or text
