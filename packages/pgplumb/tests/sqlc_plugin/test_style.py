"""Formatters and linters find nothing to change in what is generated for the golden cases."""

import subprocess
import sys
from pathlib import Path

import pytest

from pgplumb.codegen.format import format_files
from pgplumb.codegen.render import GeneratedFile

BINARIES = Path(sys.executable).parent
# What is not the generator's to say, by ruff's rules.
NOT_OURS = {
    "A": "a function or an argument is called as in the query, a field as its column",
    "N801": "and a class as its table, with what keeps it apart from another",
    "PLC2401": "also where that is not ASCII",
    "D205": "docstrings are comments that the author of the SQL has written",
    "D301": "",
    "D400": "",
    "D401": "",
    "D403": "",
    "D415": "",
    "E501": "SQL is as long as its author wrote it",
    "PLR0913": "a query takes as many arguments as it has parameters",
    "ANN401": "json can be anything",
    "D107": "the class says what it takes",
    "TID252": "a package that may lie anywhere imports its modules relatively",
    "ICN001": "`datetime` is clearer than `dt`",
    "EM": "an exception with its message reads well",
    "TRY003": "",
    "COM812": "ruff itself: not together with its formatter",
    "CPY001": "the code is the user's",
    "D203": "the opposite of D211",
    "D213": "the opposite of D212",
}


def run(command: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BINARIES / command), *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def write_formatted(trees: Path, folder: Path, line_length: int) -> None:
    """Write the packages into the folder as the plugin would with this line length."""
    texts = [
        GeneratedFile(path.relative_to(trees).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(trees.glob("case_*/**/*.py"))
    ]
    for file in format_files(texts, folder, line_length):
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        (path.parent / "__init__.py").write_text('"""A package."""\n')


def test_a_broad_rule_set_finds_nothing(trees: Path, tmp_path: Path) -> None:
    write_formatted(trees, tmp_path, 88)
    rules = ("--select", "ALL", "--ignore", ",".join(NOT_OURS))
    place = ("--isolated", "--target-version", "py311", "--line-length", "88")
    done = run("ruff", "check", *place, *rules, ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("line_length", [60, 88, 120])
def test_no_formatter_changes_anything(trees: Path, tmp_path: Path, line_length: int) -> None:
    write_formatted(trees, tmp_path, line_length)
    length = ("--line-length", str(line_length))
    for command in (("black",), ("ruff", "format", "--isolated")):
        done = run(*command, "--diff", "--quiet", *length, ".", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, ""), command
