"""Type checkers in strict mode find nothing in what is generated for the golden cases."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from .conftest import CHOSEN_TYPES
from .test_cases import CASES

BINARIES = Path(sys.executable).parent
WITH_OUTPUT = [case for case in sorted(CASES.iterdir()) if (case / "expected").is_dir()]


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All expected packages, completed with the modules that are the same everywhere."""
    root = tmp_path_factory.mktemp("trees")
    (root / "chosen_types.py").write_text(CHOSEN_TYPES)
    for case in WITH_OUTPUT:
        package = root / f"case_{case.name}"
        shutil.copytree(case / "expected", package)
        is_sync = "asynchronous." not in (package / "query.py").read_text()
        copy_runtime(package, "run_sync" if is_sync else "run_async", "._query")
        if (package / "sync").is_dir():
            copy_runtime(package / "sync", "run_sync", ".._query")
    return root


def copy_runtime(package: Path, run: str, query: str) -> None:
    runtime = files("pgplumb.codegen.runtime")
    names = {"query": "_query", run: "_run", "wire": "_wire", "fields": "_fields"}
    for source, target in names.items():
        text = runtime.joinpath(f"{source}.py").read_text("utf-8")
        (package / f"{target}.py").write_text(
            text.replace("from .query import", f"from {query} import")
        )
    (package / "__init__.py").touch()


def test_mypy_is_content(trees: Path) -> None:
    done = subprocess.run(
        [str(BINARIES / "mypy"), "--strict", "--cache-dir", str(trees / ".cache"), "."],
        cwd=trees,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_pyright_is_content(trees: Path) -> None:
    (trees / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "ignore": ["chosen_types.py"]})
    )
    done = subprocess.run(
        [str(BINARIES / "pyright"), "--pythonpath", sys.executable],
        cwd=trees,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
