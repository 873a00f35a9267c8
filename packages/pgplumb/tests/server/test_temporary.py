"""The throw-away server."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from pgplumb.server import TemporaryServer, temporary
from pgplumb.server.postmaster import is_postmaster


def test_starts_and_leaves_nothing() -> None:
    with TemporaryServer() as server, TemporaryServer() as other:
        assert server.url.port != other.url.port
        data = server.cluster.data
        with psycopg.connect(str(server.url)) as connection:
            row = connection.execute("SELECT current_setting('fsync')").fetchone()
        assert row == ("off",)
    assert not data.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(str(server.url))


def test_server_of_a_killed_run_is_removed_by_the_next() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        server = TemporaryServer()
        server.__enter__()
        os.write(writer, f"{server.cluster.data}\n{server.cluster.pid()}".encode())
        os._exit(1)
    os.waitpid(child, 0)
    os.close(writer)
    with open(reader) as stream:
        name, pid = stream.read().split("\n")
    data = Path(name)
    assert is_postmaster(int(pid), data)
    past = time.time() - 60
    os.utime(data.parent, (past, past))
    with TemporaryServer():
        assert not data.parent.exists()
        assert not is_postmaster(int(pid), data)


def test_private_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Path(tempfile.mkdtemp(dir="/tmp"))  # with mode 700
    monkeypatch.setattr(tempfile, "tempdir", str(closed))
    monkeypatch.setattr(temporary, "_MEMORY", closed / "nowhere")
    try:
        with TemporaryServer() as server, psycopg.connect(str(server.url)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(closed)


def test_data_is_in_memory_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Path(tempfile.mkdtemp(dir="/tmp"))
    memory.chmod(0o1777)
    monkeypatch.setattr(temporary, "_MEMORY", memory)
    try:
        monkeypatch.setattr(temporary, "_ROOM", 1)
        with TemporaryServer() as server:
            assert server.cluster.data.is_relative_to(memory)
        monkeypatch.setattr(temporary, "_ROOM", 2**80)
        with TemporaryServer() as server:
            assert not server.cluster.data.is_relative_to(memory)
        assert list(memory.iterdir()) == []
    finally:
        memory.rmdir()
