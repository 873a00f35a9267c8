"""A streaming replica, made by pg_basebackup."""

import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pgplumb.server import TemporaryServer, free_port
from pgplumb.server.cluster import Cluster
from pgplumb.server.storage import remove_tree
from pgplumb.urls import DatabaseUrl


@contextmanager
def replica_of(server: TemporaryServer) -> Generator[DatabaseUrl]:
    """A standby that streams from the server and answers questions."""
    primary, url = server.cluster, server.url
    account = primary.account
    folder = Path(tempfile.mkdtemp(prefix="plumb-replica-", dir=primary.data.parents[1]))
    folder.chmod(0o755)
    account.give(folder)
    data = folder / "data"
    switch = account.switch
    subprocess.run(
        [
            *(primary.binaries.program("pg_basebackup"), f"--pgdata={data}"),
            *("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync"),
            *(f"--host={url.host}", f"--port={url.port}", f"--username={url.user}"),
        ],
        check=True,
        env=os.environ | {"PGPASSWORD": url.password or "", "HOME": "/"},
        cwd="/",
        user=account.uid if switch else None,
        group=account.gid if switch else None,
        extra_groups=[] if switch else None,
        umask=0o077,
        timeout=120,
    )
    standby = Cluster(data, primary.binaries, account)
    port = free_port()
    try:
        # What others change is not held up for long by who reads here.
        standby.start(url.host, port, "fsync=off", "max_standby_streaming_delay=1s")
        yield DatabaseUrl(
            host=url.host,
            port=port,
            user=url.user,
            password=url.password,
            database=url.database,
            parameters=url.parameters,
        )
    finally:
        standby.stop(mode="immediate")
        remove_tree(folder)
