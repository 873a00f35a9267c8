"""Root and other accounts. Run by root, the tests try both; run by another, what that one can."""

import os
import pwd
import shutil
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pgplumb.server import ensure_running, free_port, status, stop
from pgplumb.server.account import Account, choose_account
from pgplumb.server.binaries import Binaries, find_binaries
from pgplumb.server.location import locate
from pgplumb.settings import Settings
from pgplumb.urls import DatabaseUrl


def as_account(account: Account, action: Callable[[], None]) -> None:
    """Do something in a child process that has become the account, if that is another one."""
    with tempfile.TemporaryFile("w+") as report:
        child = os.fork()
        if child == 0:
            try:
                if account.switch:
                    os.setgroups([])
                    os.setgid(account.gid)
                    os.setuid(account.uid)
                os.chdir("/")
                action()
            except BaseException:
                traceback.print_exc(file=report)
                report.flush()
                os._exit(1)
            os._exit(0)
        _, code = os.waitpid(child, 0)
        report.seek(0)
        assert code == 0, report.read()


def normal_account() -> Account:
    if os.geteuid() != 0:
        return choose_account()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, switch=True)


def test_normal_user() -> None:
    account = normal_account()
    # The child's imports are done, but its programs must be where it can reach them.
    binaries = find_binaries().reachable_by(account)
    "127.0.0.1".encode("idna")  # one that Python would import only when it connects
    root = Path(tempfile.mkdtemp(dir="/tmp")).resolve()
    account.give(root)
    url = DatabaseUrl("127.0.0.1", free_port(), "plumb", "pw", "plumb", (("sslmode", "disable"),))
    settings = Settings(root, url, url, binaries.folder)

    def up_and_down() -> None:
        ensure_running(settings)
        found = status(settings)
        assert found.running
        assert found.data_directory == root / ".plumb" / "postgres"
        assert found.data_directory is not None
        assert found.data_directory.stat().st_uid == account.uid
        assert stop(settings)

    try:
        as_account(account, up_and_down)
        # And then root, or the same user again: the data stays its owner's.
        ensure_running(settings)
        assert locate(settings).data.stat().st_uid == account.uid
        assert (root / ".plumb").stat().st_uid == account.uid
        as_account(account, lambda: ensure_running(settings))
        stop(settings)
    finally:
        shutil.rmtree(root)


def test_root_runs_nothing_as_root(settings: Settings) -> None:
    ensure_running(settings)
    pid = status(settings).pid
    assert pid is not None
    assert locate(settings).data.stat().st_uid != 0


def test_programs_in_a_closed_folder_are_copied(tmp_path: Path) -> None:
    package = find_binaries().package
    assert package is not None
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    folder = closed / package.name / "pginstall" / "bin"
    account = normal_account()
    reachable = Binaries(folder, closed / package.name).reachable_by(account)
    if account.switch:
        assert reachable.folder != folder
    assert account.can_enter(reachable.folder)
    assert reachable.version() == "18.6"
    assert Binaries(folder, closed / package.name).reachable_by(account) == replace(reachable)
    assert closed.stat().st_mode & 0o777 == 0o700
