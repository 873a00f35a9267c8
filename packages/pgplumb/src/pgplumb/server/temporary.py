"""A private, throw-away server: for tests, and for whoever must not touch a developer's data."""

import os
import secrets
import shutil
import socket
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from pgplumb.errors import PlumbError
from pgplumb.postgres.temporary import SETTING
from pgplumb.server.account import choose_account
from pgplumb.server.binaries import find_binaries
from pgplumb.server.cluster import Cluster, PortTakenError
from pgplumb.server.lock import try_lock
from pgplumb.server.storage import remove_tree, shared_folder
from pgplumb.urls import DatabaseUrl

# Linux's file system in memory, and how much of it has to be free. What a scratch database costs is
# copying some 300 files: on a disk that takes up to ten times as long.
_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of ours is made in it
_ROOM = 3 * 2**30
_PREFIX = "plumb-temporary-"
_ATTEMPTS = 10
_YOUNG = 10.0


class TemporaryServer:
    """A PostgreSQL on a free port, with data that is deleted at the end and never synced to disk.

    The data is in memory where there is room for it, else in the temporary folder.

        with TemporaryServer() as server:
            psycopg.connect(str(server.url))

    A run that was killed leaves its server behind; the next TemporaryServer removes it.
    """

    def __init__(self, pg_bin: Path | None = None, *, user: str = "plumb") -> None:
        self._pg_bin = pg_bin
        self._login = DatabaseUrl(
            host="127.0.0.1",
            user=user,
            password=secrets.token_hex(8),
            database="postgres",
            parameters=(("sslmode", "disable"),),
        )
        self._folder: Path | None = None
        self._lock: int | None = None
        self._cluster: Cluster | None = None

    @property
    def url(self) -> DatabaseUrl:
        """The maintenance database's URL, once the server is started."""
        return self._login

    @property
    def cluster(self) -> Cluster:
        """The data folder and its server."""
        if self._cluster is None:
            raise RuntimeError("the server is not started")
        return self._cluster

    def __enter__(self) -> Self:
        account = choose_account()
        temporary = Path(tempfile.gettempdir())
        disk = temporary if account.can_enter(temporary) else shared_folder(account)
        for each in (_MEMORY, disk):
            _remove_leftovers(each, self._pg_bin)
        place = _MEMORY if _has_room(_MEMORY) and account.can_enter(_MEMORY) else disk
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        self._folder = folder
        try:
            self._lock = try_lock(folder / "lock")
            folder.chmod(0o755)  # the server's account must pass; its data folder is private
            binaries = find_binaries(self._pg_bin).reachable_by(account)
            self._cluster = Cluster(folder / "data", binaries, account)
            self._cluster.create(self._login, durable=False)
            self._start(self._cluster)
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._remove()

    def _start(self, cluster: Cluster) -> None:
        for _ in range(_ATTEMPTS):
            port = free_port()
            try:
                cluster.start(
                    self._login.host,
                    port,
                    "fsync=off",
                    "full_page_writes=off",
                    "synchronous_commit=off",
                    f"{SETTING}=on",
                )
            except PortTakenError:
                continue  # somebody was quicker
            self._login = replace(self._login, port=port)
            return
        raise PlumbError("There is no free port on 127.0.0.1.")

    def _remove(self) -> None:
        if self._cluster is not None:
            self._cluster.stop(mode="immediate")
        if self._folder is not None:
            remove_tree(self._folder)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def free_port() -> int:
    """A port on 127.0.0.1 that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return int(port)


def _has_room(folder: Path) -> bool:
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM
    except OSError:
        return False


def _remove_leftovers(place: Path, pg_bin: Path | None) -> None:
    """Remove the servers of runs that were killed: their lock is no longer held."""
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            # A folder this young may be about to be locked.
            young = time.time() - folder.stat().st_mtime < _YOUNG
            lock = None if young else try_lock(folder / "lock")
        except OSError:  # another user's
            continue
        if lock is None:
            continue
        try:
            data = folder / "data"
            account = choose_account(data)
            Cluster(data, find_binaries(pg_bin).reachable_by(account), account).stop(
                mode="immediate"
            )
            remove_tree(folder)
        except (OSError, PlumbError):
            continue
        finally:
            os.close(lock)
