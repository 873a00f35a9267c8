"""The migrations that there are: untampered, and as a source of a schema."""

from pgplumb.errors import PlumbError
from pgplumb.gates.tools import run_tool
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.settings import Settings
from pgplumb.sources.model import Script
from pgplumb.sources.parse import parse_source


def migrations_source(directory: MigrationsDirectory) -> Script:
    """The migrations to be replayed; none where there are none yet."""
    if not any(directory.folder.glob("**/*.sql")):
        return Script(str(directory.folder), (), in_order=True)
    source = parse_source(str(directory.folder))
    assert isinstance(source, Script)  # noqa: S101  a folder is no URL
    return source


def check_sum(settings: Settings, directory: MigrationsDirectory) -> None:
    """Raise PlumbError when the files are not those that atlas.sum was made of."""
    if not (directory.folder / "atlas.sum").is_file():
        return
    finished = run_tool("atlas", ["migrate", "validate", *_flags(directory)], settings)
    if finished.code != 0:
        raise PlumbError(
            f"The migrations in {directory.folder} are not those that atlas.sum was made of.",
            hint=finished.text,
        )


def renew_sum(settings: Settings, where: MigrationsDirectory, like: MigrationsDirectory) -> None:
    """Renew atlas.sum in `where`; another tool's folder has it only if `like` has it.

    Raises PlumbError when `atlas` can't.
    """
    if like.format != "atlas" and not (like.folder / "atlas.sum").is_file():
        return
    finished = run_tool("atlas", ["migrate", "hash", *_flags(where)], settings)
    if finished.code != 0:
        raise PlumbError("`atlas migrate hash` failed; nothing was written.", hint=finished.text)


def _flags(directory: MigrationsDirectory) -> list[str]:
    return ["--dir", f"file://{directory.folder}", "--dir-format", directory.format]
