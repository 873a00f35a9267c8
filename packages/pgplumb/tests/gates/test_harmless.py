"""What alters no meaning stays green: over 200 changes, those of a kind made at once."""

import os
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from pgplumb.gates import drift, generated, migrations, models, queries, schema
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.workspace import Workspace
from pgplumb.postgres.databases import connect
from pgplumb.postgres.tokens import split_statements

from .conftest import SAMPLE, Project, run_in
from .harmless import (
    AFTERWARDS,
    FOR_SQLC,
    IN_USE,
    OTHER_WORDS,
    QUERY_REWRITES,
    REARRANGEMENTS,
    REWRITES,
    Rewrite,
)

SCHEMA = Path("db/schema")
MIGRATIONS = Path("db/migrations")
QUERIES = Path("db/query")


def touch(code: Path) -> None:
    for path in code.rglob("*.py"):
        os.utime(path)


def protect(code: Path) -> None:
    for path in code.rglob("*.py"):
        path.chmod(0o444)


def copy(code: Path) -> None:
    shutil.copytree(code, code.with_name("copy"))
    shutil.rmtree(code)
    code.with_name("copy").rename(code)


def add_caches(code: Path) -> None:
    for name in (".mypy_cache", "__pycache__", "empty"):
        (code / name).mkdir(exist_ok=True)
    (code / ".mypy_cache" / "x").touch()


CODE_CHANGES: dict[str, Callable[[Path], object]] = {
    "formatted": lambda code: run_in(code, "ruff", "format", "."),
    "imports sorted": lambda code: run_in(code, "ruff", "check", "--select=I", "--fix", "."),
    "compiled": lambda code: run_in(code, "python", "-m", "compileall", "-q", "."),
    "touched": touch,
    "write-protected": protect,
    "copied": copy,
    "with caches beside it": add_caches,
}


def texts(folder: Path) -> dict[str, str]:
    files = sorted((SAMPLE / folder).glob("*.sql"))
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def changed(folder: Path, rewrite: Rewrite) -> dict[str, str]:
    """The files of the sample that a rewriting changes, rewritten."""
    before = texts(folder)
    after = {name: rewrite(text) for name, text in before.items()}
    return {name: text for name, text in after.items() if text != before[name]}


def put(project: Project, folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        # As bytes: line ends stay as they are.
        (project.root / folder / name).write_bytes(text.encode())


def assert_green(
    project: Project, *gates: Callable[[Workspace], Result], live: bool = False
) -> None:
    with project.workspace(live=live) as workspace:
        for examine in gates:
            result = examine(workspace)
            said = [f"{each.place}: {each.message}\n{each.detail}" for each in result.findings]
            assert result.outcome is Outcome.CLEAN, [result.summary, result.problem, *said]
            assert said == []


def test_there_are_more_than_200() -> None:
    rewrites = sum(
        len(changed(folder, rewrite))
        for folder in (SCHEMA, MIGRATIONS)
        for rewrite in REWRITES.values()
    )
    queries = sum(len(changed(QUERIES, rewrite)) for rewrite in QUERY_REWRITES.values())
    others = len(OTHER_WORDS) + len(REARRANGEMENTS) + len(CODE_CHANGES) + len(IN_USE)
    assert rewrites + queries + others > 200
    for folder in (SCHEMA, MIGRATIONS):
        assert all(changed(folder, rewrite) for rewrite in REWRITES.values())


@pytest.mark.parametrize(("what", "other"), list(pairwise([*REWRITES, next(iter(REWRITES))])))
def test_files_rewritten(sample_project: Project, what: str, other: str) -> None:
    """The schema files in one way, and in another the migrations: no database has run them yet."""
    put(sample_project, SCHEMA, changed(SCHEMA, REWRITES[what]))
    put(sample_project, MIGRATIONS, changed(MIGRATIONS, REWRITES[other]))
    sample_project.sign()
    shutil.rmtree(sample_project.root / ".git")
    assert_green(sample_project, migrations.examine, schema.examine)


@pytest.mark.parametrize("what", REARRANGEMENTS)
def test_schema_files_rearranged(sample_project: Project, what: str) -> None:
    folder = sample_project.root / SCHEMA
    shutil.rmtree(folder)
    folder.mkdir()
    put(sample_project, SCHEMA, REARRANGEMENTS[what](texts(SCHEMA)))
    assert_green(sample_project, schema.examine)


def test_schema_files_in_other_words(sample_project: Project) -> None:
    for name, _, old, new in OTHER_WORDS:
        sample_project.edit(str(SCHEMA / name), old, new)
    sample_project.add(str(SCHEMA / "20_tables.sql"), AFTERWARDS)
    assert_green(sample_project, schema.examine)


def test_what_code_is_generated_from_rewritten(sample_project: Project) -> None:
    """All at once, as far as sqlc's own reading of SQL allows."""
    for folder, rewrites in (
        (SCHEMA, [REWRITES[what] for what in FOR_SQLC]),
        (QUERIES, QUERY_REWRITES.values()),
    ):
        for path in sorted((sample_project.root / folder).glob("*.sql")):
            text = path.read_text(encoding="utf-8")
            for rewrite in rewrites:
                text = rewrite(text)
            path.write_bytes(text.encode())
    assert_green(sample_project, generated.examine, queries.examine)


def test_code_as_it_was(sample_project: Project, generated: Path) -> None:
    code = sample_project.root / "src" / "db"
    for change in CODE_CHANGES.values():
        change(code)
        result = generated_result(sample_project, generated)
        assert result.outcome is Outcome.CLEAN, result


def generated_result(project: Project, wanted: Path) -> Result:
    return generated.compare(wanted, project.root, ["src/db"])


def test_a_database_in_use(sample_project: Project) -> None:
    """One statement after another, and the gate after each."""
    with connect(sample_project.live) as connection:
        for statements in IN_USE:
            for _, statement in split_statements(statements):
                connection.execute(statement.encode())
            with sample_project.workspace(live=True) as workspace:
                result = drift.examine(workspace)
            assert result.outcome is Outcome.CLEAN, [statements, *result.findings]
    with sample_project.workspace(watched=True) as workspace:
        result = models.examine(workspace)
    assert result.outcome is Outcome.CLEAN, result.findings
