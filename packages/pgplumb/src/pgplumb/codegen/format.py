"""Formats generated text with ruff, as the project itself is formatted."""

import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pgplumb.codegen.render import GeneratedFile
from pgplumb.errors import PlumbError

_CONFIGURATION_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")


def format_files(files: Sequence[GeneratedFile], directory: Path) -> list[GeneratedFile]:
    """Format the files as `ruff format` would in `directory`, where they are to be written.

    So the project's formatter finds nothing to change, whatever line length it has chosen.
    Raises PlumbError when ruff is missing or refuses its configuration.
    """
    with tempfile.TemporaryDirectory(prefix="pgplumb-") as folder:
        scratch = Path(folder)
        for file in files:
            path = scratch / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
        configuration = _configuration(directory)
        # The project's excludes are about its own folders, and often name the generated one.
        chosen = (
            ["--isolated"]
            if configuration is None
            else ["--config", "exclude=[]", "--config", str(configuration)]
        )
        done = subprocess.run(  # noqa: S603  the command is ours, its paths are absolute
            [_ruff(), "format", "--quiet", "--no-cache", *chosen, str(scratch)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PlumbError(f"ruff format failed: {done.stderr.strip() or done.stdout.strip()}")
        return [
            GeneratedFile(file.name, (scratch / file.name).read_text(encoding="utf-8"))
            for file in files
        ]


def _ruff() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "ruff"
    found = str(beside) if beside.exists() else shutil.which("ruff")
    if found is None:
        raise PlumbError(
            "ruff, which formats the generated code, is not installed.",
            hint="Install it with: uv add --dev ruff",
        )
    return found


def _configuration(directory: Path) -> Path | None:
    """The configuration file that ruff would take for a file in `directory`."""
    for folder in (directory, *directory.parents):
        for name in _CONFIGURATION_FILES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or "[tool.ruff" in path.read_text()):
                return path
    return None
