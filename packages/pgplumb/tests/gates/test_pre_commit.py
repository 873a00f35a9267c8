"""The hooks that this repository offers to others, run by pre-commit in another repository."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Project, try_in

ROOT = Path(__file__).parents[4]
GATES = ("generated", "queries", "models", "migrations", "schema", "lint", "compat")

Try = Callable[..., tuple[int, dict[str, str], str]]


@pytest.fixture(scope="session")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has the manifest of this one, to be named by its URL."""
    folder = tmp_path_factory.mktemp("offered")
    (folder / ".pre-commit-hooks.yaml").write_text((ROOT / ".pre-commit-hooks.yaml").read_text())
    for command in (("init", "-q"), ("add", "--all"), ("commit", "-q", "--message=x")):
        assert try_in(folder, "git", *command).returncode == 0
    return folder


@pytest.fixture
def try_hooks(sample_project: Project, offered: Path, tmp_path: Path) -> Try:
    """A function that runs all hooks for some files; gives exit code, how each ended, the text."""

    def run(*files: str) -> tuple[int, dict[str, str], str]:
        done = try_in(
            sample_project.root,
            *(sys.executable, "-m", "pre_commit", "try-repo", str(offered), "--verbose"),
            *("--color", "never", "--files", *files),
            env={"PRE_COMMIT_HOME": str(tmp_path / "pre-commit")},
        )
        ends = re.findall(
            r"\(plumb check (\w+)\)\.*(?:\([^)]*\))?(Passed|Failed|Skipped)", done.stdout
        )
        return done.returncode, dict(ends), done.stdout + done.stderr

    return run


def test_each_hook_runs_for_what_it_concerns(try_hooks: Try) -> None:
    code, ends, text = try_hooks("db/query/purchase.sql", "db/migrations/atlas.sum")
    assert (code, set(ends.values())) == (0, {"Passed"}), text
    assert sorted(ends) == sorted(GATES)

    code, ends, text = try_hooks("README.md", ".gitignore")
    assert (code, set(ends.values())) == (0, {"Skipped"}), text


def test_a_hook_says_how_to_mend_what_it_finds(sample_project: Project, try_hooks: Try) -> None:
    sample_project.add("src/db/models.py", "\n# by hand\n")
    sample_project.git("add", "--all")

    code, ends, text = try_hooks("src/db/models.py")

    assert code == 1
    assert [name for name, end in ends.items() if end == "Failed"] == ["generated"]
    assert "src/db/models.py" in text
    assert "`plumb generate`" in text
