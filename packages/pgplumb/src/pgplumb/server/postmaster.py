"""The main process of a server: found through postmaster.pid, and told from a stranger.

PostgreSQL removes postmaster.pid when it stops. After a crash the file stays, and its number may
by now belong to any other process; PostgreSQL then refuses to start. So the number alone is never
believed.
"""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PidFile:
    """What postmaster.pid says."""

    pid: int
    port: int | None


def read_pid_file(data: Path) -> PidFile | None:
    """The pid file of a data folder; None when there is none or it is not readable as one."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        # Line 4 is the port, which the server writes a moment after the file itself.
        port = int(lines[3]) if len(lines) > 3 and lines[3].strip() else None  # noqa: PLR2004
        return PidFile(abs(int(lines[0])), port)
    except (OSError, ValueError, IndexError):
        return None


def is_postmaster(pid: int, data: Path) -> bool:
    """Whether the process is the live server of exactly this data folder."""
    command = _command(pid)
    if not command or Path(command[0]).name != "postgres":
        return False  # gone, a zombie (which has no command line) or something else
    try:
        # The server's working folder is its data folder, also after the project was moved.
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return str(data) in command or str(data.resolve()) in command


def has_argument(pid: int, argument: str) -> bool:
    """Whether the process is a live PostgreSQL server that was started with the argument."""
    command = _command(pid)
    return bool(command) and Path(command[0]).name == "postgres" and argument in command


def orphan_with(argument: str) -> int | None:
    """A live server that was started with the argument and whose data folder is gone."""
    for pid in _processes():
        command = _command(pid)
        if not command or Path(command[0]).name != "postgres" or argument not in command:
            continue
        after = command.index("-D") + 1 if "-D" in command else len(command)
        if after < len(command) and not os.path.exists(command[after]):
            return pid
    return None


def running_pid(data: Path) -> int | None:
    """The process of the data folder's live server, None when it is not running."""
    found = read_pid_file(data)
    return found.pid if found is not None and is_postmaster(found.pid, data) else None


def remove_stale_pid_file(data: Path) -> bool:
    """Remove a pid file that a crash left, if its number is now in use by another process.

    Says whether it did. PostgreSQL itself clears the file when the number is free; in both cases
    its shared memory block, found by the data folder's identity and not by this file, still keeps
    it from starting beside live remains of the old server.
    """
    found = read_pid_file(data)
    if found is None or is_postmaster(found.pid, data) or not _exists(found.pid):
        return False
    (data / "postmaster.pid").unlink(missing_ok=True)
    return True


def parent_of(pid: int) -> int | None:
    """The parent of a process: for a connection's process that is its server."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(status.rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        text = _ps(pid, "ppid=")
        return int(text) if text.isdigit() else None


def stop_process(pid: int, seconds: float = 15.0) -> bool:
    """End a server that has lost its pid file: fast, then immediate. Says whether it is gone."""
    for request in (signal.SIGINT, signal.SIGQUIT):
        try:
            os.kill(pid, request)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not _command(pid):
                return True
            time.sleep(0.05)
    return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _command(pid: int) -> list[str]:
    if Path("/proc/self/cmdline").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return []
        return [part.decode(errors="replace") for part in raw.split(b"\0") if part]
    return _ps(pid, "command=").split()


def _processes() -> list[int]:
    try:
        names = os.listdir("/proc")
    except OSError:
        names = []
    if "self" in names:
        return [int(name) for name in names if name.isdigit()]
    try:
        done = subprocess.run(
            ["ps", "-axo", "pid="],  # noqa: S607  wherever the system has it
            check=False,
            capture_output=True,
            text=True,
        )
    except OSError:
        return []
    return [int(each) for each in done.stdout.split()]


def _ps(pid: int, column: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  a fixed command
            ["ps", "-p", str(pid), "-o", column],  # noqa: S607  wherever the system has it
            check=False,
            capture_output=True,
            text=True,
        )
    except OSError:
        return ""
    return done.stdout.strip()
