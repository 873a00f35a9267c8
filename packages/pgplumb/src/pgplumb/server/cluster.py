"""One data folder and the server on it: make, start, stop. No policy here."""

import os
import shlex
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.server.account import Account, owner_name
from pgplumb.server.binaries import Binaries
from pgplumb.server.postmaster import remove_stale_pid_file, running_pid
from pgplumb.server.storage import remove_tree
from pgplumb.urls import DatabaseUrl

LOG_NAME: Final = "server.log"
_LOG_LIMIT: Final = 10 * 2**20
_LOG_TAIL: Final = 12
_BUILTIN_LOCALE: Final = 17
# After a crash the old server's processes may take a moment to notice and end.
_REMAINS_WAIT: Final = 10.0

# What one developer's machine wants; fsync and its kind stay at PostgreSQL's durable defaults.
_DEVELOPMENT: Final = """
# plumb: a development server
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
max_wal_size = '512MB'
log_checkpoints = off
"""


class PortTakenError(PlumbError):
    """The port is in use by another program."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the programs for it and the account that runs them."""

    data: Path
    binaries: Binaries
    account: Account

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data / LOG_NAME

    def pid(self) -> int | None:
        """The live server's process."""
        return running_pid(self.data)

    def exists(self) -> bool:
        """Whether there is a data folder. Raises PlumbError when it is not ours to look into."""
        try:
            (self.data / "PG_VERSION").stat()  # exists() hides a refusal in newer Pythons
        except FileNotFoundError:
            return False
        except PermissionError as error:
            raise PlumbError(
                f"{self.data} belongs to {owner_name(self.data)}.",
                hint="Run the command as that user or as root.",
            ) from error
        return True

    def create(self, url: DatabaseUrl, *, durable: bool) -> None:
        """Make the data folder, with the URL's user as superuser and its password.

        It gets its name only when it is complete: a run that is killed half-way leaves a draft,
        which the next one removes.
        """
        for draft in self.data.parent.glob(f"{self.data.name}.draft-*"):
            remove_tree(draft)
        try:
            draft = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.draft-", dir=self.data.parent))
        except OSError as error:
            raise PlumbError(
                f"{self.data.parent} cannot be written to: {error.strerror}"
            ) from error
        try:
            self.account.give(draft)
            self._initdb(draft, url, durable=durable)
            with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
                configuration.write(_DEVELOPMENT)
            draft.rename(self.data)
        except OSError as error:
            raise PlumbError(f"{self.data} cannot be made: {error}") from error
        finally:
            if draft.exists():
                remove_tree(draft)

    def check_version(self) -> None:
        """Raises PlumbError when the data was made by another major version. Touches nothing."""
        made_by = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        major = str(self.binaries.major())
        if made_by != major:
            raise PlumbError(
                f"The data in {self.data} is PostgreSQL {made_by}'s, the programs are "
                f"PostgreSQL {major}'s.",
                hint=f"Set PLUMB_PG_BIN to the bin folder of a PostgreSQL {made_by}. To move to "
                f"{major}: with {made_by} running save the data (pg_dump), `plumb down`, move "
                f"{self.data} away, unset PLUMB_PG_BIN, `plumb up`, load the data.",
            )

    def start(self, address: str, port: int, *options: str) -> None:
        """Start the server on `address`:`port` and wait until it accepts connections.

        In: settings as "name=value". It goes on running when this process ends. Raises
        PortTakenError, or PlumbError with the end of the server's log.
        """
        until = time.monotonic() + _REMAINS_WAIT
        while True:
            remove_stale_pid_file(self.data)
            failure = self._try_start(address, port, options)
            if failure is None:
                return
            # A dead server's processes that are still busy hold its shared memory for a moment.
            if "pre-existing shared memory block" not in failure or time.monotonic() > until:
                break
            time.sleep(0.25)
        if "could not bind" in failure and "in use" in failure:
            raise PortTakenError(f"Port {port} on {address} is in use by another program.")
        hint = None
        if "pre-existing shared memory block" in failure:
            hint = (
                "Processes of a crashed server on this data are still running. End the `postgres` "
                "processes with this data folder, then run the command again."
            )
        raise PlumbError(f"PostgreSQL did not start on {self.data}:\n{failure}", hint=hint)

    def stop(self, *, mode: str = "fast") -> bool:
        """Stop the server; says whether one was running. Raises PlumbError when it stays."""
        if self.pid() is None:
            return False
        done = self._run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-t", "60")
        if done.returncode != 0 and self.pid() is not None:
            raise PlumbError(f"PostgreSQL did not stop:\n{(done.stderr or done.stdout).strip()}")
        return True

    def log_tail(self, start: int = 0) -> str:
        """The last lines of the log after byte `start`."""
        try:
            with self.log.open("rb") as file:
                file.seek(start)
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_LOG_TAIL:])

    def _initdb(self, folder: Path, url: DatabaseUrl, *, durable: bool) -> None:
        options = [
            f"--username={url.user}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # The same order and case rules on every machine, whatever locales it has.
            "--locale=C",
            "--data-checksums",
        ]
        if self.binaries.major() >= _BUILTIN_LOCALE:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not durable:
            options.append("--no-sync")
        # A file that only the account reads: a password on a command line is everyone's to see.
        # Inside the data folder it would make initdb refuse a folder that is not empty.
        descriptor, name = tempfile.mkstemp(prefix="plumb-", dir=folder.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{url.password}\n")
            self.account.give(Path(name))
            done = self._run("initdb", "-D", str(folder), f"--pwfile={name}", *options)
        finally:
            Path(name).unlink(missing_ok=True)
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()[-_LOG_TAIL:]
            raise PlumbError(
                f"PostgreSQL could not make its data folder {self.data}:\n" + "\n".join(lines)
            )

    def _try_start(self, address: str, port: int, options: tuple[str, ...]) -> str | None:
        """One attempt; None, or why it failed."""
        begin = self._prepare_log()
        settings = [
            f"port={port}",
            f"listen_addresses={address}",
            # No unix socket: its path has a limit of about 100 characters, it is left behind by a
            # crash, and nobody needs it.
            "unix_socket_directories=",
            *options,
        ]
        arguments = " ".join(f"-c {shlex.quote(setting)}" for setting in settings)
        done = self._run(
            *("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-o", arguments),
            *("-w", "-t", "120"),
        )
        if done.returncode == 0 and self.pid() is not None:
            return None
        return self.log_tail(begin) or (done.stderr or done.stdout).strip()

    def _prepare_log(self) -> int:
        try:
            size = self.log.stat().st_size
            if size > _LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.old"))
                return 0
        except OSError:
            return 0
        return size

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # PGPORT, PGOPTIONS and the like are meant for the user's own programs.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        environment |= {"LC_ALL": "C"}
        switch = self.account.switch
        if switch:
            environment["HOME"] = "/"
        try:
            return subprocess.run(  # noqa: S603  our own or the user's chosen programs
                [self.binaries.program(name), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=environment,
                user=self.account.uid if switch else None,
                group=self.account.gid if switch else None,
                extra_groups=[] if switch else None,
                # Ctrl-C at the terminal is for the command, not for a server that outlives it.
                start_new_session=True,
                umask=0o077,
            )
        except (OSError, subprocess.SubprocessError) as error:
            if switch and not isinstance(error, FileNotFoundError):
                raise self.account.refused(error) from error
            raise PlumbError(f"{self.binaries.program(name)} does not run: {error}") from error
