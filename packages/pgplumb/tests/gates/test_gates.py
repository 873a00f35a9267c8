"""The gates, on a scratch copy of the template: what each lets through and what it stops."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from pgplumb.gates.generated import compare_trees
from pgplumb.gates.migrations import new_migrations
from pgplumb.settings import load_settings
from pgplumb.urls import parse_url

Run = Callable[..., subprocess.CompletedProcess[str]]
ADD_COLUMN = "-- squawk-ignore-file\nALTER TABLE contact ADD COLUMN nickname text;\n"
DROP_COLUMN = "-- squawk-ignore-file\nALTER TABLE contact DROP COLUMN nickname;\n"


def add_migration(project: Path, run: Run, name: str, text: str) -> Path:
    file = project / "db" / "migrations" / name
    file.write_text(text)
    assert run("atlas", "migrate", "hash", "--env", "default").returncode == 0
    return file


def commit(project: Path, run: Run) -> None:
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet", "--message=x"],
    ):
        done = run("git", *command, cwd=project)
        assert done.returncode == 0, done.stderr


def test_the_template_passes_every_gate(run: Run) -> None:
    done = run("plumb", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    names = ["generated", "vet", "migrations", "lint", "squawk"]
    assert [line.split()[:2] for line in lines[:-1]] == [["ok", name] for name in names]
    assert lines[-1] == "5 ok"
    assert "\x1b" not in done.stdout + done.stderr


def test_generated_sees_missing_changed_and_orphaned_files(project: Path, run: Run) -> None:
    generated = project / "src" / "db"
    (generated / "contact.py").unlink()
    models = generated / "models.py"
    models.write_text(models.read_text() + "# edited\n")
    (generated / "old_query.py").write_text("")
    (generated / "__pycache__").mkdir(exist_ok=True)
    (generated / "__pycache__" / "x.pyc").write_text("")
    done = run("plumb", "check", "generated")
    assert done.returncode == 1, done.stderr
    assert "generated code is out of date: 1 missing, " in done.stdout
    assert "missing   src/db/contact.py" in done.stdout
    assert "changed   src/db/models.py" in done.stdout
    assert "orphaned  src/db/old_query.py" in done.stdout
    assert "-# edited" in done.stdout
    assert "plumb generate" in done.stdout
    assert "pyc" not in done.stdout
    assert list((project / ".plumb").glob("generated-*")) == []
    assert not (generated / "contact.py").exists()


def test_generated_sees_an_edited_schema(project: Path, run: Run, empty_database: str) -> None:
    tables = project / "db" / "schema" / "tables.sql"
    tables.write_text(tables.read_text() + "\nALTER TABLE contact ADD COLUMN nickname text;\n")
    done = run("plumb", "check", "generated", env={"DATABASE_URL": empty_database})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "+    nickname: str | None" in done.stdout


def test_wrong_query_is_a_finding_of_generated_and_vet(project: Path, run: Run) -> None:
    query = project / "db" / "query" / "wrong.sql"
    query.write_text("-- name: Wrong :one\nSELECT no_such_column\nFROM contact;\n")
    done = run("plumb", "check", "vet", "generated")
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("no_such_column") >= 2
    assert "db/query/wrong.sql:2:8" in done.stdout


def test_tampered_migration(project: Path, run: Run) -> None:
    (first, *_) = sorted((project / "db" / "migrations").glob("*.sql"))
    first.write_text(first.read_text() + "\n-- harmless\n")
    done = run("plumb", "check", "migrations")
    assert done.returncode == 1, done.stdout
    assert "checksum" in done.stdout


def test_migration_that_does_not_run(project: Path, run: Run) -> None:
    add_migration(
        project, run, "29990101000000_broken.sql", "ALTER TABLE no_such ADD COLUMN a int;"
    )
    done = run("plumb", "check", "migrations")
    assert done.returncode == 1, done.stdout
    assert "no_such" in done.stdout


def test_lint_covers_what_is_new(project: Path, run: Run) -> None:
    commit(project, run)
    settings = load_settings(project, {})
    on_main = new_migrations(settings)
    assert on_main.arguments == ("--latest", "1")

    add_migration(project, run, "29990101000000_add.sql", ADD_COLUMN)
    assert run("plumb", "check", "lint", "squawk").returncode == 0
    run("git", "checkout", "--quiet", "-b", "feature")
    commit(project, run)
    add_migration(project, run, "29990102000000_drop.sql", DROP_COLUMN)
    add_migration(project, run, "29990103000000_add.sql", ADD_COLUMN.replace("nick", "other_"))
    scope = new_migrations(settings)
    assert [file.name[:8] for file in scope.files] == ["29990101", "29990102", "29990103"]
    done = run("plumb", "check", "lint")
    assert done.returncode == 1, done.stdout
    assert "DS103" in done.stdout
    assert "20260101" not in done.stdout

    run("git", "checkout", "--quiet", "-b", "empty")
    commit(project, run)
    run("git", "branch", "--force", "main")
    run("git", "commit", "--quiet", "--allow-empty", "--message=y")
    assert "DS103" not in run("plumb", "check", "lint").stdout


def test_squawk_sees_locks(project: Path, run: Run) -> None:
    text = "CREATE INDEX contact_locked ON contact (id);\n"
    add_migration(project, run, "29990101000000_index.sql", text)
    done = run("plumb", "check", "squawk")
    assert done.returncode == 1
    assert "require-concurrent-index-creation" in done.stdout
    assert "29990101000000_index.sql:1:1" in done.stdout


def test_what_cannot_run_exits_2(project: Path, run: Run, server_url: str) -> None:
    done = run("plumb", "check", "lint", env={"PLUMB_ATLAS": "/bin/false"})
    assert done.returncode == 2
    assert done.stdout.startswith("NOT RUN lint")

    missing = str(parse_url(server_url).with_database("plumb_shadow_test_missing"))
    done = run("plumb", "check", env={"DATABASE_URL": missing})
    assert done.returncode == 2
    assert done.stdout.count("NOT RUN") == 4
    assert "squawk" in done.stdout

    (project / "atlas.hcl").write_text("env {\n")
    done = run("plumb", "check", "migrations", "lint")
    assert done.returncode == 2, done.stdout
    assert "atlas.hcl" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_compare_trees_of_nothing(tmp_path: Path) -> None:
    assert not compare_trees(tmp_path / "a", tmp_path / "b", "out")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "binary").write_bytes(bytes(range(256)))
    os.symlink("nowhere", tmp_path / "a" / "link")
    difference = compare_trees(tmp_path / "a", tmp_path / "b", "out")
    assert difference.missing == ("out/binary", "out/link")
