"""Golden cases: a folder with schema, queries and options, run through the real sqlc.

A case is added by adding a folder under cases/: schema.sql, query.sql or a folder queries/ with
several such files, perhaps options.yaml, and either expected/ (the generated package without the
modules that are the same in every package) or stderr.txt. UPDATE_CASES=1 writes what came out.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pgplumb import __version__

CASES = Path(__file__).parent / "cases"
NAMES = sorted(folder.name for folder in CASES.iterdir())
SAME_EVERYWHERE = {
    "_query.py",
    "_copying.py",
    "_kept.py",
    "_ranges.py",
    "_reader.py",
    "_rows.py",
    "_types.py",
    "_prepared.py",
    "_run.py",
    "_wire.py",
    "_fields.py",
    "py.typed",
    "__init__.py",
}
HOW_TO_UPDATE = "If that is right: UPDATE_CASES=1 uv run pytest packages/pgplumb/tests/sqlc_plugin"

CONFIGURATION = """\
version: "2"
plugins:
  - name: pgplumb
    process: {{cmd: pgplumb-sqlc, format: json}}
    env: [DATABASE_URL]
sql:
  - engine: postgresql
    schema: schema.sql
    queries: {queries}
    codegen:
      - plugin: pgplumb
        out: generated
        options: {{{options}}}
"""


def prepare(name: str, folder: Path, options: str = "", queries: str = "") -> None:
    """Make a project of the case, with these options and queries besides its own."""
    case = CASES / name
    for source in case.glob("*.sql"):
        shutil.copy(source, folder)
    several = case / "queries"
    if several.is_dir():
        shutil.copytree(several, folder / "queries")
    with (folder / "query.sql").open("a") as file:
        file.write(queries)
    own = case / "options.yaml"
    text = own.read_text().strip() if own.exists() else ""
    options = ", ".join(filter(None, [text, options]))
    where = "queries" if several.is_dir() else "query.sql"
    (folder / "sqlc.yaml").write_text(CONFIGURATION.format(options=options, queries=where))


def generate(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run `sqlc generate` in the folder with the plugin of this environment."""
    binaries = Path(sys.executable).parent
    return subprocess.run(
        [str(binaries / "sqlc"), "generate"],
        cwd=folder,
        env={"DATABASE_URL": url, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def tree(folder: Path) -> dict[str, str]:
    """The files below a folder that differ from package to package."""
    return {
        str(path.relative_to(folder)): path.read_text().replace(f"pgplumb {__version__}", "pgplumb")
        for path in sorted(folder.rglob("*.py"))
        if path.name not in SAME_EVERYWHERE
    }


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, tmp_path: Path, server_for: Callable[[str], str]) -> None:
    case = CASES / name
    prepare(name, tmp_path)
    done = generate(tmp_path, server_for(name))
    generated = tmp_path / "generated"
    if os.environ.get("UPDATE_CASES"):
        update(case, generated, done)
    expected_error = case / "stderr.txt"
    if expected_error.exists():
        assert done.stderr == expected_error.read_text(), HOW_TO_UPDATE
        assert done.returncode == 1
        assert not generated.exists()
        return
    assert done.returncode == 0, done.stderr
    assert tree(generated) == tree(case / "expected"), HOW_TO_UPDATE


def update(case: Path, generated: Path, done: subprocess.CompletedProcess[str]) -> None:
    shutil.rmtree(case / "expected", ignore_errors=True)
    (case / "stderr.txt").unlink(missing_ok=True)
    if done.returncode:
        (case / "stderr.txt").write_text(done.stderr)
    for name, text in tree(generated).items():
        path = case / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
