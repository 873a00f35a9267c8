"""Type checkers in strict mode find nothing in what is generated for the golden cases."""

import json
import subprocess
import sys
from pathlib import Path

BINARIES = Path(sys.executable).parent


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
