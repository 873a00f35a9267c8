"""PgBouncer, and where it comes from.

PGBOUNCER names one; else the one that is installed is taken. Else, on Debian and what is made of
it, the package is fetched into .plumb/pgbouncer with apt's own tools: without root, without
installing anything. CI on a clean machine takes this way.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pgplumb.server import free_port
from pgplumb.server.account import choose_account
from pgplumb.urls import DatabaseUrl

ROOT = Path(__file__).parents[3]
# What their names are differs between releases.
LIBRARY = re.compile(r"^ +Depends: (lib[\w.+-]+)$", re.MULTILINE)
PLACES = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
CONFIGURATION = """\
[databases]
* = host={host} port={port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
pool_mode = transaction
auth_type = scram-sha-256
auth_file = {folder}/users
max_client_conn = 500
default_pool_size = 10
server_idle_timeout = 5
"""


def find_pgbouncer() -> tuple[Path, dict[str, str]]:
    """The program, and the environment that it needs."""
    named = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer", path=PLACES)
    if named:
        return Path(named), {}
    assert shutil.which("apt-get"), "no PgBouncer is installed here: set PGBOUNCER to one"
    folder = ROOT / ".plumb" / "pgbouncer"
    if not (folder / "ready").exists():
        _fetch(folder)
    [libraries] = {path.parent for path in folder.glob("root/usr/lib/*/libevent-2*.so.*")}
    return folder / "root/usr/sbin/pgbouncer", {"LD_LIBRARY_PATH": str(libraries)}


def _fetch(folder: Path) -> None:
    """Download the packages with lists of our own, and unpack them; another worker may, too."""
    draft = folder.with_name(f"pgbouncer.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for part in ("lists/partial", "cache/archives/partial", "root"):
        (draft / part).mkdir(parents=True)
    options = [
        *("-qq", "-o", f"Dir::State::Lists={draft}/lists", "-o", f"Dir::Cache={draft}/cache"),
        *("-o", "APT::Sandbox::User=", "-o", "Acquire::Languages=none"),
    ]

    def apt(tool: str, *arguments: str) -> str:
        command = [f"apt-{tool}", *options, *arguments]
        done = subprocess.run(
            command, check=True, cwd=draft, timeout=300, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    apt("get", "update")
    libraries = set(LIBRARY.findall(apt("cache", "depends", "pgbouncer"))) - {"libc6"}
    apt("get", "download", "pgbouncer", *sorted(libraries))
    for package in draft.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, draft / "root"], check=True)
    for part in ("lists", "cache"):
        shutil.rmtree(draft / part)
    (draft / "ready").touch()
    try:
        draft.rename(folder)
    except OSError:
        assert (folder / "ready").exists()
        shutil.rmtree(draft)


@contextmanager
def pooler(server: DatabaseUrl, folder: Path) -> Generator[DatabaseUrl]:
    """A PgBouncer in transaction mode in front of a server; its files go into the folder."""
    program, environment = find_pgbouncer()
    account = choose_account()
    port = free_port()
    (folder / "users").write_text(f'"{server.user}" "{server.password}"\n')
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(host=server.host, port=server.port, own_port=port, folder=folder)
    )
    for path in (folder, *folder.iterdir()):
        account.give(path)
    switch = account.switch  # as PostgreSQL, it does not run as root
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [program, configuration],
            stdout=log,
            stderr=log,
            env=os.environ | environment,
            user=account.uid if switch else None,
            group=account.gid if switch else None,
            extra_groups=[] if switch else None,
        ) as process,
    ):
        try:
            until = time.monotonic() + 20
            while not _answers(port):
                assert process.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until
                time.sleep(0.02)
            yield DatabaseUrl(
                host="127.0.0.1",
                port=port,
                user=server.user,
                password=server.password,
                database=server.database,
                parameters=server.parameters,
            )
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
