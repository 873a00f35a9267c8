"""Folders outside the project, for when the project's own can't be used by the server's account."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from pgplumb.errors import PlumbError
from pgplumb.server.account import Account


def shared_folder(account: Account) -> Path:
    """A folder of ours that `account` can enter: /var/lib/plumb, else one in a temporary folder.

    Only root needs one: whoever runs a server as himself can reach what he can see.
    """
    temporary = [Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/tmp")]  # noqa: S108
    for folder in (Path("/var/lib/plumb"), *(place / "plumb-server" for place in temporary)):
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
        except OSError:
            continue
        # A name in a temporary folder can be anyone's: use only a real folder that only we write.
        trusted = (
            stat.S_ISDIR(found.st_mode)
            and found.st_uid == os.geteuid()
            and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        )
        if trusted and account.can_enter(folder):
            return folder
    raise PlumbError(
        f"There is no folder that the account {account.name} can use: PostgreSQL does not run as "
        "root, and /var/lib and the temporary folders are closed to it.",
        hint="Run the command as a normal user, or set DATABASE_URL to another server.",
    )


def remove_tree(folder: Path) -> None:
    """Delete a folder of ours, whatever is left of it."""
    shutil.rmtree(folder, ignore_errors=True)


def replace_text(file: Path, text: str) -> None:
    """Write a small file so that a reader, or a crash, sees the old text or the new."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
