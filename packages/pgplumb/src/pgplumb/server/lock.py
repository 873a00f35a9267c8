"""A lock between commands, released by the system however its holder ends."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pgplumb.errors import PlumbError


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Hold `file` as a lock; waits for whoever holds it."""
    try:
        # Read-only is enough for flock, and a file that root made is no obstacle to others.
        descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise PlumbError(f"{file} cannot be made: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def try_lock(file: Path) -> int | None:
    """Take the lock without waiting: the descriptor to close later, None when it is held."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
