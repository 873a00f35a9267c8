"""The synchronous modules: what the asynchronous ones are, and as alive."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import IsolationLevel, errors

from app.sync.copy import dump_csv, load_csv
from app.sync.database import Connection, DatabaseClient
from app.sync.locks import LockTakenError, session_lock
from db.sync import contact

SCRIPT = Path(__file__).parents[2] / "scripts" / "sync_twins.py"


def test_the_twins_are_what_the_asynchronous_modules_make_them() -> None:
    checked = subprocess.run(
        [sys.executable, SCRIPT, "--check"], check=False, capture_output=True, text=True
    )
    assert (checked.stderr, checked.returncode) == ("", 0)


def test_a_transaction_is_all_or_nothing(sync_client: DatabaseClient) -> None:
    with pytest.raises(ZeroDivisionError), sync_client.transaction() as conn:
        conn.execute("create table t ()")
        raise ZeroDivisionError
    with sync_client.transaction(isolation=IsolationLevel.REPEATABLE_READ) as conn:
        assert conn.execute("show transaction_isolation").fetchone() == ("repeatable read",)
    with sync_client.transaction(read_only=True) as conn:
        assert conn.execute("select to_regclass('t')").fetchone() == (None,)
        assert conn.execute("show transaction_isolation").fetchone() == ("read committed",)


def test_what_can_not_be_serialized_is_tried_again(sync_client: DatabaseClient) -> None:
    with sync_client.connection() as conn:
        conn.execute("create table counter as select 0 as value")

    def increment(conn: Connection) -> None:
        [value] = conn.execute("select value from counter").fetchone() or (0,)
        conn.execute("update counter set value = %s", [value + 1])

    def run() -> None:
        sync_client.run_in_transaction(increment, isolation=IsolationLevel.SERIALIZABLE, retries=50)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with sync_client.connection() as conn:
        assert conn.execute("select value from counter").fetchone() == (8,)


def test_the_last_failure_is_the_callers(sync_client: DatabaseClient) -> None:
    def work(conn: Connection) -> None:
        conn.execute("do $$ begin raise exception sqlstate '40001'; end $$")

    with pytest.raises(errors.SerializationFailure):
        sync_client.run_in_transaction(work, retries=1)


def test_a_dead_connection_is_not_lent(
    sync_client: DatabaseClient, kill_connections: Callable[[], int]
) -> None:
    with pytest.raises(psycopg.OperationalError), sync_client.connection() as conn:
        kill_connections()
        conn.execute("select 1")

    with sync_client.connection() as conn:
        assert conn.execute("select 1").fetchone() == (1,)


def test_csv_goes_in_and_comes_out(sync_client: DatabaseClient) -> None:
    lines = [b"given_name,family_name,email\n", b"Ada,Love", b"lace,ada@example.org\n"]
    told: list[int] = []
    with sync_client.transaction() as conn:
        loaded = load_csv(conn, contact.IMPORT_PEOPLE.sql, lines, on_progress=told.append)
        dumped = b"".join(dump_csv(conn, contact.EXPORT_CONTACTS.sql))

    assert (loaded, told) == (1, [29, 37, 58])
    assert dumped.splitlines()[1].startswith(b"person,Ada,Lovelace,ada@example.org,")


def test_a_lock_of_a_session_is_held_by_one(sync_client: DatabaseClient) -> None:
    with (
        sync_client.session() as conn,
        sync_client.session() as other,
        session_lock(conn, "report"),
        pytest.raises(LockTakenError),
        session_lock(other, "report", wait=False),
    ):
        pass
