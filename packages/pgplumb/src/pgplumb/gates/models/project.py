"""The models that a project has: where they are, and what they are once imported."""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from pgplumb.describing.configuration import Block, read_blocks
from pgplumb.errors import PlumbError
from pgplumb.gates.models import inspect_models
from pgplumb.gates.models.wanted import Wanted
from pgplumb.gates.sqlc import mappings
from pgplumb.gates.tools import environment
from pgplumb.project import SQLC_FILES, sqlc_file
from pgplumb.settings import Settings

_WANTED: Final = "plumb_wanted_models"
_PATIENCE_SECONDS: Final = 60
_EXAMPLE: Final = '[tool.plumb.models]\n"app.models:Car" = "car"'


@dataclass(frozen=True, slots=True)
class Package:
    """A generated package: how it is imported, from which folder, and how it was generated.

    folder: as sqlc.yaml writes it.
    """

    name: str
    path: Path
    folder: str
    block: Block


@dataclass(frozen=True, slots=True)
class Imported:
    """What was found by importing: as inspect_models writes it."""

    generated: Mapping[str, Any] | None
    wanted: Mapping[str, Any]
    classes: Mapping[str, Mapping[str, Any] | None]
    failures: Sequence[Mapping[str, Any]]


def packages_of(settings: Settings) -> list[Package]:
    """The packages that the plugin generates for the schema of sqlc.yaml's first block.

    Raises PlumbError when the configuration can't be read.
    """
    file = sqlc_file(settings.root)
    if file is None:
        raise PlumbError(f"There is no {SQLC_FILES[0]} in {settings.root}.")
    _, blocks = read_blocks(file)
    return [
        _package(block, str(target["out"]))
        for block in blocks
        if block.schema == blocks[0].schema
        for target in mappings(block.raw.get("codegen"))
        if isinstance(target.get("out"), str)
    ]


def _package(block: Block, out: str) -> Package:
    """How it is imported: from the nearest folder above it that is no package."""
    folder = (block.root / out).resolve()
    path, names = folder.parent, [folder.name]
    while (path / "__init__.py").is_file():
        names.insert(0, path.name)
        path = path.parent
    return Package(".".join(names), path, Path(out).as_posix(), block)


def written_models(settings: Settings) -> dict[str, tuple[str, str]]:
    """The models that people have written: `module:Class` and the table, by schema and name.

    From `[tool.plumb.models]` in pyproject.toml. Raises PlumbError where that can't be read.
    """
    file = settings.root / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        read: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlumbError(f"pyproject.toml cannot be read: {error}") from error
    given: Any = read.get("tool", {}).get("plumb", {}).get("models", {})
    found: dict[str, tuple[str, str]] = {}
    for name, table in cast(
        "dict[str, object]", given if isinstance(given, dict) else {"": 0}
    ).items():
        if not isinstance(table, str) or name.count(":") != 1:
            raise PlumbError(
                "pyproject.toml: [tool.plumb.models] names models as module:Class, and for each "
                "its table.",
                hint=_EXAMPLE,
            )
        schema, _, own = table.rpartition(".")
        found[name] = (schema or "public", own)
    return found


def import_models(
    settings: Settings, package: Package | None, classes: Sequence[str], wanted: Wanted
) -> Imported:
    """Import the package, single classes, and what is wanted, with the project's own Python.

    Raises PlumbError when there is no such Python, or no Pydantic in it.
    """
    with tempfile.TemporaryDirectory(prefix="plumb-models-") as folder:
        wanted.write(Path(folder) / _WANTED)
        own = [] if package is None else [package.name]
        paths = [] if package is None else [str(package.path)]
        paths += [str(path) for path in (settings.root / "src", settings.root) if path.is_dir()]
        request = {
            "paths": list(dict.fromkeys([*paths, folder])),
            "packages": [*own, _WANTED],
            "classes": list(classes),
        }
        answer = _run(settings, request)
    packages = answer["packages"]
    if packages[_WANTED] is None:
        raise PlumbError(
            "The models that the database wants do not import: "
            + "; ".join(each["message"] for each in answer["failures"]),
            hint="A type that sqlc.yaml chooses (overrides) has to be importable.",
        )
    failures = [each for each in answer["failures"] if not each["module"].startswith(_WANTED)]
    generated = None if package is None else packages[package.name]
    return Imported(generated, packages[_WANTED], answer["classes"], failures)


def python_of(settings: Settings) -> Path:
    """The Python of the project's environment, else the one that runs plumb."""
    folder = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    own = settings.root / ".venv" / folder
    return own if own.is_file() else Path(sys.executable)


def _run(settings: Settings, request: Mapping[str, Any]) -> dict[str, Any]:
    python = python_of(settings)
    try:
        done = subprocess.run(  # noqa: S603  the project's own Python
            [str(python), inspect_models.__file__],
            check=False,
            input=json.dumps(request),
            capture_output=True,
            text=True,
            errors="replace",
            cwd=settings.root,
            timeout=_PATIENCE_SECONDS,
            env=environment(settings) | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise PlumbError(
            f"The models were not imported within {_PATIENCE_SECONDS} seconds.",
            hint="A module that waits for something when it is imported keeps all others waiting.",
        ) from error
    except OSError as error:
        raise PlumbError(f"{python} does not run: {error.strerror}") from error
    try:
        answer = cast("dict[str, Any]", json.loads(done.stdout))
    except ValueError as error:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PlumbError(f"{python} could not look at the models: {last}") from error
    if "missing" in answer:
        raise PlumbError(
            f"{python} has no Pydantic: {answer['missing']}",
            hint="Install the project's requirements into its environment (.venv).",
        )
    return answer
