"""The gate `lint`: what it looks at, where it finds something, and how it is silenced."""

import shutil

import pytest

from pgplumb.gates.findings import Severity
from pgplumb.gates.lint import examine
from pgplumb.gates.model import Outcome, Result
from pgplumb.gates.new_migrations import new_migrations, runs_in_transaction

from .conftest import Project

NEXT = "20260301000000_next"
DROP = "alter table customer drop column note;\n"


def linted(project: Project) -> Result:
    with project.workspace() as workspace:
        return examine(workspace)


def scope(project: Project) -> list[str]:
    with project.workspace() as workspace:
        return [migration.name[:8] for migration in new_migrations(workspace).migrations]


def said(result: Result) -> list[str]:
    return [f"{finding.place} {finding.rule}" for finding in result.findings]


def test_only_new_migrations_are_looked_at(sample_project: Project) -> None:
    assert scope(sample_project) == []
    sample_project.migrate(NEXT, DROP)
    assert scope(sample_project) == ["20260301"]
    sample_project.commit()
    sample_project.migrate("20260401000000_more", "comment on type mood is 'x';\n")
    assert scope(sample_project) == ["20260301", "20260401"]
    sample_project.migrate("20260115000000_between", "comment on type mood is 'y';\n")
    assert scope(sample_project) == ["20260115", "20260301", "20260401"]
    result = linted(sample_project)
    assert said(result) == [
        f"db/migrations/{NEXT}.sql:1:1 DS103",
        f"db/migrations/{NEXT}.sql:1:22 ban-drop-column",
    ]
    assert result.summary == "2 objections to 3 new migrations"
    sample_project.commit()
    sample_project.git("checkout", "--quiet", "-b", "other", "main")
    assert scope(sample_project) == []


def test_on_main_the_last_commit_and_what_is_not_committed(sample_project: Project) -> None:
    sample_project.git("checkout", "--quiet", "main")
    sample_project.migrate(NEXT, DROP)
    assert scope(sample_project) == ["20260301"]
    sample_project.commit()
    assert scope(sample_project) == ["20260301"]
    sample_project.git("commit", "--quiet", "--allow-empty", "--message=y")
    assert scope(sample_project) == []


def test_without_git_the_latest(sample_project: Project) -> None:
    shutil.rmtree(sample_project.root / ".git")
    assert scope(sample_project) == ["20260201"]
    result = linted(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert result.notes == ("only the latest migration is looked at: this is no git repository",)
    shutil.rmtree(sample_project.root / "db" / "migrations")
    assert linted(sample_project).summary == "there are no migrations yet"


def test_places_are_those_of_the_file(sample_project: Project) -> None:
    """Atlas counts bytes, squawk lines from 0; neither must be led astray by what is not ASCII."""
    sample_project.migrate(NEXT, "-- größer\n\n/* é */ alter table customer drop column note;\n")
    assert said(linted(sample_project)) == [
        f"db/migrations/{NEXT}.sql:3:9 DS103",
        f"db/migrations/{NEXT}.sql:3:30 ban-drop-column",
    ]


def test_what_fails_is_decided_in_atlas_hcl(sample_project: Project) -> None:
    error = "destructive {\n      error = "
    sample_project.edit("atlas.hcl", f"{error}true", f"{error}false")
    sample_project.migrate(NEXT, f"-- squawk-ignore ban-drop-column -- a test\n{DROP}")
    result = linted(sample_project)
    assert result.outcome is Outcome.CLEAN
    (finding,) = result.findings
    assert finding.rule == "DS103"
    assert finding.severity is Severity.WARNING


def test_without_atlas_hcl(sample_project: Project) -> None:
    """Then atlas knows of no server, and the gate says so."""
    (sample_project.root / "atlas.hcl").unlink()
    sample_project.migrate(NEXT, DROP)
    result = linted(sample_project)
    assert result.outcome is Outcome.NOT_RUN
    assert "dev" in result.problem


@pytest.mark.parametrize(
    "comments",
    [
        "-- atlas:nolint DS103 -- nothing reads it\n-- squawk-ignore ban-drop-column -- neither\n",
        "-- Nothing reads it since 2.0.\n-- atlas:nolint DS103\n-- squawk-ignore ban-drop-column\n",
        "-- atlas:nolint destructive -- a test\n/* squawk-ignore ban-drop-column -- so */\n",
        "-- A test.\n-- squawk-ignore-file\n-- atlas:nolint\n\n",
    ],
)
def test_a_reason_silences_a_linter(sample_project: Project, comments: str) -> None:
    sample_project.migrate(NEXT, comments + DROP)
    assert said(linted(sample_project)) == []


@pytest.mark.parametrize(
    ("comments", "lines"),
    [
        ("-- atlas:nolint DS103\n-- squawk-ignore ban-drop-column\n", [1, 2]),
        ("-- atlas:nolint DS103 --\n-- squawk-ignore ban-drop-column -- \n", [1, 2]),
        ("-- atlas:nolint DS103 -- why\n/* squawk-ignore ban-drop-column */\n", []),
        ("-- A word about all.\n\n-- squawk-ignore ban-drop-column\n", [3]),
        ("-- atlas:txmode none\n-- squawk-ignore ban-drop-column\n", [2]),
        ("-- squawk-ignore-file\n", [1]),
    ],
)
def test_silence_without_a_reason_is_a_finding(
    sample_project: Project, comments: str, lines: list[int]
) -> None:
    sample_project.migrate(NEXT, comments + DROP)
    found = linted(sample_project).findings
    unexplained = [each for each in found if each.rule == "ignore-without-reason"]
    assert [each.place and each.place.line for each in unexplained] == lines
    assert all(each.severity is Severity.ERROR for each in unexplained)


def test_concurrently_outside_a_transaction(sample_project: Project) -> None:
    index = "create index concurrently if not exists customer_note on customer (note);\n"
    sample_project.migrate(NEXT, f"-- atlas:txmode none\n\n{index}")
    assert said(linted(sample_project)) == []
    sample_project.edit(".squawk.toml", "assume_in_transaction = true\n", "")
    assert said(linted(sample_project)) == []


def test_virtual_columns_rewrite_nothing(sample_project: Project) -> None:
    sample_project.migrate(
        NEXT,
        "/* größe */ alter table customer add column a text generated always as ('ß') virtual,\n"
        "    add column b text generated always as\n('b'), add column c text generated always\n"
        "  as ('ß') stored;\n",
    )
    assert said(linted(sample_project)) == [
        f"db/migrations/{NEXT}.sql:3:26 adding-field-with-default"
    ]


def test_a_rename_is_told_from_a_loss(sample_project: Project) -> None:
    sample_project.migrate(NEXT, "alter table customer rename column note to remark;\n")
    fixes = {finding.rule: finding.fix or "" for finding in linted(sample_project).findings}
    assert "This statement renames, so no data is lost" in fixes["DS103"]
    assert "in a later migration" in fixes["renaming-column"]


def test_every_way_out_of_a_transaction() -> None:
    assert runs_in_transaction("select 1;", "atlas")
    assert not runs_in_transaction("-- atlas:txmode none\n\nselect 1;", "atlas")
    assert not runs_in_transaction("-- +goose NO TRANSACTION\n-- +goose Up", "goose")
    assert not runs_in_transaction("-- migrate:up transaction:false\n", "dbmate")
    assert not runs_in_transaction("select 1;", "golang-migrate")
    assert runs_in_transaction("select 1; select 2;", "golang-migrate")


def test_the_way_back_is_not_linted(sample_project: Project) -> None:
    folder = sample_project.root / "db" / "migrations"
    for path in folder.iterdir():
        path.unlink()
    hcl = '    dir = "file://db/migrations"\n'
    sample_project.edit("atlas.hcl", hcl, f"{hcl}    format = goose\n")
    up = "-- +goose Up\ncreate table pet (id bigint primary key);\n"
    sample_project.write("db/migrations/00001_pet.sql", f"{up}-- +goose Down\ndrop table pet;\n")
    sample_project.root.joinpath("db/migrations/atlas.sum").unlink(missing_ok=True)
    result = linted(sample_project)
    assert "squawk" not in result.summary
    assert [finding.rule for finding in result.findings] == []
