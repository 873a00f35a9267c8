"""Where a project's data folder is.

In the project's .plumb/postgres, as a rule. Root can't always have it there: PostgreSQL runs as
another account, and the project may lie in a folder that is closed to it (below /root, or in a
private temporary folder). The data is then in a folder of ours outside, named after the project's
path, with a note on each side: .plumb/postgres.location says where the data is, so that the
project can be moved, and `project` beside the data says whose it is, so that a copy of the project
does not take the original's data. If .plumb is lost, the path's name finds the data again.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pgplumb.errors import PlumbError
from pgplumb.server.account import Account, choose_account
from pgplumb.server.storage import replace_text, shared_folder
from pgplumb.settings import Settings


@dataclass(frozen=True, slots=True)
class Location:
    """A data folder, there or not yet, and the account its server runs as."""

    data: Path
    account: Account

    def prepare(self, settings: Settings) -> None:
        """Make the folders around the data folder and write the notes."""
        try:
            if self.data == settings.data_directory:
                return
            self.data.parent.mkdir(mode=0o755, exist_ok=True)
            replace_text(self.data.parent / "project", f"{settings.root}\n")
            replace_text(_note(settings), f"{self.data}\n")
        except OSError as error:
            raise PlumbError(f"{error.filename} cannot be written: {error.strerror}") from error


def make_plumb_directory(settings: Settings) -> None:
    """Make .plumb, which belongs to whoever the project belongs to. Raises PlumbError."""
    folder = settings.plumb_directory
    if folder.is_dir():
        return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise PlumbError(f"{folder} cannot be made: {error.strerror}") from error
    account = choose_account(settings.root)
    if account.switch and settings.root.stat().st_uid == account.uid:
        account.give(folder)


def locate(settings: Settings) -> Location:
    """Find the data folder, or decide where it will be. Makes nothing in the project."""
    inside = settings.data_directory
    noted = _noted(settings)
    for data in (inside, noted):
        if data is not None and data.is_dir():
            account = choose_account(data, settings.root)
            if account.can_enter(data.parent):
                return Location(data, account)
            if data == inside:
                raise PlumbError(
                    f"The account {account.name}, which PostgreSQL runs as because root may not, "
                    f"can no longer reach {data}.",
                    hint="Open the folders above it to it again, or run as a normal user.",
                )
    account = choose_account(settings.root)
    if not account.switch or account.can_enter(_existing(settings.plumb_directory)):
        return Location(inside, account)
    label = re.sub(r"[^A-Za-z0-9_.-]", "_", settings.root.name)[:40] or "project"
    digest = hashlib.sha256(str(settings.root).encode()).hexdigest()[:12]
    data = shared_folder(account) / f"{label}-{digest}" / "postgres"
    return Location(data, choose_account(data) if data.is_dir() else account)


def _noted(settings: Settings) -> Path | None:
    """The folder that the project's note names, if it is this project's and not its original's."""
    try:
        data = Path(_note(settings).read_text(encoding="utf-8").strip())
        project = Path((data.parent / "project").read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return None
    moved = not (project / ".plumb" / "postgres.location").exists()
    return data if moved or project == settings.root else None


def _note(settings: Settings) -> Path:
    return settings.plumb_directory / "postgres.location"


def _existing(folder: Path) -> Path:
    return folder if folder.is_dir() else folder.parent
