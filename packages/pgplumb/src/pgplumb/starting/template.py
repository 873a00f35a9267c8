"""The clone of the template that new projects are made from."""

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pgplumb.errors import PlumbError

NAME: Final = "pgplumb-template"
KEPT: Final = (
    ".env.example",
    ".github/actions/plumb/action.yml",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-config.yaml",
    ".squawk.toml",
    "atlas.hcl",
    "db/query/lock.sql",
    "db/query/notification.sql",
    "docker-compose.yml",
    "docs/describe.md",
    "docs/diff.md",
    "docs/drift-matrix.md",
    "docs/gates.md",
    "docs/generated-code.md",
    "docs/schema.md",
    "docs/testing.md",
    "scripts/sync_twins.py",
    "scripts/uv",
    "sqlc.yaml",
    "src/app/__init__.py",
    "src/app/copy.py",
    "src/app/database.py",
    "src/app/listen.py",
    "src/app/locks.py",
    "src/app/retries.py",
    "src/app/settings.py",
    "src/app/sync",
    "src/app/tracing.py",
    "tests/app/conftest.py",
    "tests/app/test_database.py",
    "tests/app/test_locks.py",
    "tests/app/test_retries.py",
    "tests/app/test_settings.py",
    "uv.lock",
)
"""What has nothing to do with the example: taken as it is, but for names, ports and links."""

PACKAGES: Final = ("packages/pgplumb", "packages/pgplumb-atlas")
"""The tools."""

_LEFT_OUT: Final = shutil.ignore_patterns(
    "__pycache__", "*.pyc", "tests", "build", "dist", "*.egg-info", ".*_cache", ".venv"
)


def find_template(given: Path | None) -> Path:
    """The clone's folder: the one given, or else the one that this pgplumb runs from.

    Raises PlumbError when it is none.
    """
    if given is not None:
        if not _is_template(given):
            raise PlumbError(f"{given} is no clone of the template.", hint=_HOW)
        return given.resolve()
    for folder in Path(__file__).resolve().parents:
        if _is_template(folder):
            return folder
    raise PlumbError("This plumb does not run from a clone of the template.", hint=_HOW)


_HOW: Final = "Clone the template, and run there: uv run plumb init ../NAME"


def _is_template(folder: Path) -> bool:
    try:
        return bool(read_pyproject(folder)["project"]["name"] == NAME)
    except (OSError, KeyError, ValueError):
        return False


def read_pyproject(folder: Path) -> dict[str, Any]:
    """The folder's pyproject.toml. Raises OSError, and ValueError for what is no TOML."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


def copy(template: Path, folder: Path, names: tuple[str, ...]) -> None:
    """Copy files and folders of the template. Raises OSError."""
    for name in names:
        source, target = template / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=_LEFT_OUT)
        else:
            shutil.copy2(source, target)


def rewrite(folder: Path, name: str, change: Callable[[str], str]) -> None:
    """Change a file's text. Raises OSError."""
    path = folder / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


_LINK: Final = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#:]+)(#[^)]*)?\)")


def without_dead_links(path: Path) -> Callable[[str], str]:
    """What makes plain text of the links of the Markdown file `path` that lead to no file."""

    def change(text: str) -> str:
        return _LINK.sub(
            lambda link: link[0] if (path.parent / link[2]).exists() else link[1], text
        )

    return change


def among(requirements: list[Any], packages: frozenset[str]) -> Iterator[str]:
    """Those of the requirements that are of some packages; included groups are left out."""
    for each in requirements:
        if isinstance(each, str) and re.split(r"[\[<>=~!; ]", each)[0] in packages:
            yield each
