"""The system account a server runs as.

PostgreSQL refuses to run as root. When we are root, its programs run as another account; which
one is decided here, and nowhere is a folder of the user opened up for it.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pgplumb.errors import PlumbError

ROOT = 0


@dataclass(frozen=True, slots=True)
class Account:
    """A system account; `switch` says whether programs must be started as it, not as ourselves."""

    uid: int
    gid: int
    name: str
    switch: bool

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can use `folder` by its path, through all of its parents.

        Asked of the system rather than computed from permission bits: ACLs, security modules and
        mounts have a say too.
        """
        if not self.switch:
            return os.access(folder, os.X_OK)
        try:
            done = subprocess.run(  # noqa: S603  a fixed command
                ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
                check=False,
                capture_output=True,
                cwd="/",
                user=self.uid,
                group=self.gid,
                extra_groups=[],
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise self.refused(error) from error
        return done.returncode == 0

    def give(self, path: Path) -> None:
        """Make the account the owner of one file or folder, when it is not ourselves."""
        if self.switch:
            try:
                os.chown(path, self.uid, self.gid)
            except OSError as error:
                raise self.refused(error) from error

    def refused(self, error: Exception) -> PlumbError:
        """The error for a system that does not let root act as the account."""
        return PlumbError(
            f"PostgreSQL does not run as root, and acting as {self.name} is refused here: {error}",
            hint="Run the command as a normal user, or set DATABASE_URL to another server.",
        )


def choose_account(*places: Path) -> Account:
    """The account to run a server as.

    In: the data folder and then the folders it may be made in, most telling first. Not root: the
    current account. Root: the owner of the first of the places that isn't root's (a data folder
    stays its owner's, and `sudo` leaves nothing in a user's project that is not the user's), then
    `postgres`, then `nobody`.
    """
    if os.geteuid() != ROOT:
        uid = os.geteuid()
        return Account(uid, os.getegid(), _name(uid) or str(uid), switch=False)
    for place in places:
        owner = _entry(_owner(place))
        # initdb needs an account that has a name; a bind-mounted folder's owner may have none.
        if owner is not None and owner.pw_uid != ROOT:
            return _account(owner)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != ROOT:
            return _account(entry)
    raise PlumbError(
        "PostgreSQL does not run as root, and this system has no account postgres or nobody.",
        hint="Run the command as a normal user, or set DATABASE_URL to another server.",
    )


def owner_name(path: Path) -> str:
    """The name of a path's owner, for messages."""
    uid = _owner(path)
    return "somebody else" if uid is None else _name(uid) or f"user {uid}"


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, switch=True)


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _entry(uid: int | None) -> pwd.struct_passwd | None:
    try:
        return None if uid is None else pwd.getpwuid(uid)
    except KeyError:
        return None


def _name(uid: int) -> str | None:
    entry = _entry(uid)
    return None if entry is None else entry.pw_name
