"""Linting: what is found, what is silenced, which files are new."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Migrations = Callable[..., None]

BASE = "create table a (id int primary key, x int);\ncreate table b (id int);\n"


@pytest.mark.parametrize(
    ("statement", "code", "finding"),
    [
        ("alter table a drop column x;", 1, "DS103"),
        ("drop table b;", 1, "DS102"),
        ("alter table a add column y int not null;", 0, "MF103"),
        ("create unique index u on a (x);", 0, "MF101"),
        ("alter table a add column y int;", 0, ""),
        ("alter table nothing add column y int;", 1, 'relation "nothing" does not exist'),
        ("alter tabl a;", 1, "syntax error"),
    ],
)
def test_findings(
    *, statement: str, code: int, finding: str, atlas: Atlas, migrations: Migrations, dev: str
) -> None:
    migrations(v1=BASE, v2=f"select 1;\n{statement}\n")
    result = atlas("migrate", "lint", "--latest", "1", "--dev-url", dev, code=code)
    assert finding in result.stdout
    assert result.stderr == ""
    if not finding:
        assert "no diagnostics found" in result.stdout


@pytest.mark.parametrize(
    ("directive", "code"),
    [
        ("-- atlas:nolint\n", 0),
        ("-- atlas:nolint destructive\n", 0),
        ("-- atlas:nolint DS103\n", 0),
        ("-- atlas:nolint DS102\n", 1),
        ("-- atlas:nolint\n\n", 0),
        ("-- atlas:nolint destructive\n\n", 0),
        ("-- atlas:nolint incompatible DS103\n\n", 0),
        ("-- atlas:nolint data_depend\n\n", 1),
    ],
)
def test_nolint(directive: str, code: int, atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(v1=BASE, v2=f"{directive}alter table a drop column x;\n")
    atlas("migrate", "lint", "--latest", "1", "--dev-url", dev, code=code)


def test_nolint_of_one_statement_leaves_the_others(
    atlas: Atlas, migrations: Migrations, dev: str
) -> None:
    migrations(v1=BASE, v2="-- atlas:nolint\nalter table a drop column x;\ndrop table b;\n")
    result = atlas("migrate", "lint", "--latest", "1", "--dev-url", dev, code=1)
    assert "DS102" in result.stdout
    assert "DS103" not in result.stdout


def test_a_rename_is_explained(atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(v1=BASE, v2="alter table a rename column x to y;\n")
    result = atlas("migrate", "lint", "--latest", "1", "--dev-url", dev, code=1)
    assert "This statement renames" in result.stdout


def test_policies_of_the_config(
    atlas: Atlas, migrations: Migrations, write: Write, dev: str
) -> None:
    migrations(v1=BASE, v2="drop table b;\nalter table a add column y int not null;\n")
    config = (
        'env "e" {{\n  dev = "{dev}"\n  lint {{\n    latest = 1\n'
        "    destructive {{\n      error = {destructive}\n    }}\n"
        "    data_depend {{\n      error = {data_depend}\n    }}\n  }}\n}}\n"
    )
    for destructive, data_depend, code in (
        ("false", "false", 0),
        ("true", "false", 1),
        ("false", "true", 1),
    ):
        write("atlas.hcl", config.format(dev=dev, destructive=destructive, data_depend=data_depend))
        result = atlas("migrate", "lint", "--env", "e", code=code)
        assert "DS102" in result.stdout
        assert "MF103" in result.stdout


def test_output_in_a_format_of_ones_own(atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(v1=BASE, v2="alter table a drop column x;\n")
    lint = ("migrate", "lint", "--latest", "1", "--dev-url", dev, "--format")
    found = json.loads(atlas(*lint, "{{ json . }}", code=1).stdout)
    assert found["Files"][0]["Reports"][0]["Diagnostics"][0]["Code"] == "DS103"
    assert found["Env"]["Driver"] == "postgres"
    assert found["Steps"][0]["Name"] == "Migration Integrity Check"
    assert 'column "x"' in found["Schema"]["Current"]
    assert 'column "x"' not in found["Schema"]["Desired"]
    assert (
        atlas(
            *lint, "{{ .DiagnosticsCount }}{{ range .Files }} {{ .Name }}{{ end }}", code=1
        ).stdout
        == "1 2.sql"
    )
    assert "parse format" in atlas(*lint, "{{ nonsense", code=1).stderr


def test_a_changed_file_is_a_finding(
    atlas: Atlas, migrations: Migrations, write: Write, dev: str
) -> None:
    migrations(v1=BASE)
    write("migrations/1.sql", "select 1;")
    result = atlas("migrate", "lint", "--latest", "1", "--dev-url", dev, code=1)
    assert "checksum mismatch (atlas.sum): L2: 1.sql was edited" in result.stdout


def test_many_statements_in_the_first_file(atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(v1="".join(f"create table t{i} (id int);\n" for i in range(15)) + "drop table t3;\n")
    assert "14 schema changes" in atlas("migrate", "lint", "--latest", "1", "--dev-url", dev).stdout


@pytest.mark.parametrize("inside", [False, True], ids=["from above", "with --git-dir"])
def test_new_files_by_git(
    *,
    inside: bool,
    atlas: Atlas,
    migrations: Migrations,
    write: Write,
    folder: Path,
    dev: str,
) -> None:
    def git(*arguments: str) -> None:
        identity = {
            f"GIT_{who}_{what}": "x@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **identity},
            check=True,
            capture_output=True,
        )

    git("init", "-q", "-b", "main")
    migrations(v1=BASE, v2="drop table b;\n")
    git("add", ".")
    git("commit", "-qm", "base")
    git("checkout", "-qb", "feature")
    write("other/file", "")
    place = ("--git-dir", "other") if inside else ()
    lint = ("migrate", "lint", "--dev-url", dev, "--git-base", "main", *place)
    assert atlas(*lint).stdout == ""
    migrations(v3="alter table a add column y int;\n", v4="alter table a drop column x;\n")
    git("add", ".")
    git("commit", "-qm", "feature")
    result = atlas(*lint, code=1)
    assert "from version 2 to 4 (2 migrations in total)" in result.stdout
    assert "DS103" in result.stdout
    assert "DS102" not in result.stdout
    failed = atlas("migrate", "lint", "--dev-url", dev, "--git-base", "nowhere", code=1)
    assert "git diff against" in failed.stderr
    assert failed.stdout == ""


def test_how_to_find_new_files_must_be_said(atlas: Atlas, migrations: Migrations, dev: str) -> None:
    migrations(v1=BASE)
    lint = ("migrate", "lint", "--dev-url", dev)
    assert atlas(*lint, code=1).stderr == "Error: --latest or --git-base is required\n"
    assert "mutually exclusive" in atlas(*lint, "--latest", "1", "--git-base", "x", code=1).stderr
