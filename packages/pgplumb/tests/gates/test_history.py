"""The history of the migrations, in every state that a clone may be in."""

import shutil
from pathlib import Path

import pytest

from pgplumb.errors import PlumbError
from pgplumb.gates.git import Base, NoBase, find_base, prefix
from pgplumb.gates.history import history_findings
from pgplumb.gates.migrations import examine
from pgplumb.gates.model import Outcome, Result
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.settings import load_settings

from .conftest import Project, run_in
from .drifts import INITIAL, PURCHASES

BETWEEN = "db/migrations/20260115000000_between.sql"


@pytest.fixture(autouse=True)
def _outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)


def examined(project: Project, base: str | None = None) -> Result:
    with project.workspace(base=base) as workspace:
        return examine(workspace)


def base_of(project: Project) -> Base | NoBase:
    return find_base(project.settings, project.root / "db" / "migrations")


def rules(result: Result) -> list[str]:
    return [finding.rule for finding in result.findings]


def clone(project: Project, folder: Path, *options: str) -> Project:
    run_in(
        folder.parent, "git", "clone", "--quiet", *options, f"file://{project.root}", folder.name
    )
    return Project(folder, load_settings(folder, {}), project.clean, project.open_live)


def test_without_git(sample_project: Project) -> None:
    shutil.rmtree(sample_project.root / ".git")
    result = examined(sample_project)
    assert result.outcome is Outcome.CLEAN
    assert result.notes == ("the history is not looked at: this is no git repository",)


def test_without_the_program_git(
    sample_project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    base = base_of(sample_project)
    assert base == NoBase("there is no git")


def test_before_the_first_commit(sample_project: Project) -> None:
    shutil.rmtree(sample_project.root / ".git")
    sample_project.git("init", "--quiet")
    assert base_of(sample_project) == NoBase("nothing is committed yet")


def test_a_repository_of_somebody_else(
    sample_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git says itself is shown."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    base = base_of(sample_project)
    assert isinstance(base, NoBase)
    assert base.reason.startswith("detected dubious ownership")


def test_edits_are_seen_committed_or_not(sample_project: Project) -> None:
    sample_project.add(INITIAL, "-- more\n")
    sample_project.sign()
    assert rules(examined(sample_project)) == ["edited"]
    sample_project.commit()
    assert rules(examined(sample_project)) == ["edited"]
    sample_project.git("checkout", "--quiet", "--detach")
    result = examined(sample_project)
    assert rules(result) == ["edited"]
    assert "git restore --source" in (result.findings[0].fix or "")


def test_a_file_of_mine_may_be_edited(sample_project: Project) -> None:
    sample_project.migrate("20260301000000_next", "comment on type mood is 'x';\n")
    sample_project.commit()
    sample_project.migrate("20260301000000_next", "comment on type mood is 'y';\n")
    assert rules(examined(sample_project)) == []


def test_main_has_moved_on(sample_project: Project) -> None:
    """What main has got since is not deleted here, but mine has to stand behind it."""
    sample_project.git("checkout", "--quiet", "main")
    sample_project.migrate("20260401000000_theirs", "comment on type mood is 'theirs';\n")
    sample_project.commit()
    sample_project.git("checkout", "--quiet", "feature")
    assert rules(examined(sample_project)) == []
    sample_project.migrate("20260301000000_mine", "comment on type mood is 'mine';\n")
    result = examined(sample_project)
    assert rules(result) == ["inserted"]
    assert "20260301000000_mine.sql stands before 20260401000000_theirs.sql" in str(result)
    sample_project.git("add", "--all")
    sample_project.git("mv", "db/migrations/20260301000000_mine.sql", "db/migrations/2027_mine.sql")
    sample_project.sign()
    assert rules(examined(sample_project)) == []


def test_on_main_the_last_commit_is_looked_at(sample_project: Project) -> None:
    sample_project.git("checkout", "--quiet", "main")
    assert examined(sample_project).notes == ()
    sample_project.add(PURCHASES, "-- more\n")
    sample_project.write(BETWEEN, "select 1;\n")
    sample_project.sign()
    assert rules(examined(sample_project)) == ["edited", "inserted"]
    sample_project.commit()
    result = examined(sample_project)
    assert rules(result) == ["edited", "inserted"]
    assert "is not what the commit before this one has" in result.findings[0].message
    sample_project.git("commit", "--quiet", "--allow-empty", "--message=y")
    assert rules(examined(sample_project)) == []


def test_another_commit_to_compare_with(sample_project: Project) -> None:
    """A migration that nothing has run may be edited: then the base is what has been run."""
    sample_project.git("tag", "deployed")
    sample_project.migrate("20260301000000_next", "comment on type mood is 'x';\n")
    sample_project.commit()
    sample_project.git("branch", "--force", "main")
    sample_project.migrate("20260301000000_next", "comment on type mood is 'y';\n")
    assert rules(examined(sample_project)) == ["edited"]
    assert rules(examined(sample_project, base="deployed")) == []
    with pytest.raises(PlumbError, match="no commit 'nowhere'"):
        examined(sample_project, base="nowhere")
    shutil.rmtree(sample_project.root / ".git")
    with pytest.raises(PlumbError, match="this is no git repository"):
        examined(sample_project, base="deployed")


def test_shallow_clone(sample_project: Project, tmp_path: Path) -> None:
    """As CI makes it: one commit, one branch, no main."""
    sample_project.git("commit", "--quiet", "--allow-empty", "--message=y")
    sample_project.git("checkout", "--quiet", "main")
    shallow = clone(sample_project, tmp_path / "shallow", "--depth=1", "--branch=feature")
    result = examined(shallow)
    assert result.outcome is Outcome.CLEAN
    (note,) = result.notes
    assert "there is no main branch here to compare with: this clone is shallow" in note

    # With main, and without the commit at which the two part.
    sample_project.git("commit", "--quiet", "--allow-empty", "--message=z")
    shallow.git("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    result = examined(shallow)
    assert rules(result) == []
    assert "only partly looked at" in result.notes[0]
    shallow.add(INITIAL, "-- more\n")
    shallow.write(BETWEEN, "select 1;\n")
    shallow.sign()
    assert rules(examined(shallow)) == ["edited", "inserted"]
    # Main may have got what is not here since: nobody can tell.
    (shallow.root / PURCHASES).unlink()
    (shallow.root / BETWEEN).unlink()
    shallow.sign()
    assert rules(examined(shallow)) == ["edited"]

    shallow.git("fetch", "--quiet", "--unshallow", "origin", "main:refs/remotes/origin/main")
    result = examined(shallow)
    assert rules(result) == ["edited", "deleted"]
    assert result.notes == ()


def test_shallow_clone_of_main(sample_project: Project, tmp_path: Path) -> None:
    sample_project.git("checkout", "--quiet", "main")
    sample_project.git("commit", "--quiet", "--allow-empty", "--message=y")
    shallow = clone(sample_project, tmp_path / "shallow", "--depth=1", "--branch=main")
    (note,) = examined(shallow).notes
    assert "only what is not committed was compared: this clone is shallow" in note


def test_the_target_of_a_pull_request(
    sample_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_project.git("branch", "release", "main")
    cloned = clone(sample_project, tmp_path / "clone")
    for variable in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        monkeypatch.setenv(variable, "release")
        cloned.git("commit", "--quiet", "--allow-empty", "--message=y")
        base = base_of(cloned)
        assert isinstance(base, Base)
        assert base.name == "origin/release"
        monkeypatch.delenv(variable)


def test_a_project_in_a_folder_of_its_repository(sample_project: Project, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    shutil.rmtree(sample_project.root / ".git")
    sample_project.root.rename(repository / "service")
    root = repository / "service"
    inner = Project(root, load_settings(root, {}), sample_project.clean, sample_project.open_live)
    inner.git("init", "--quiet", "--initial-branch=main", "..")
    inner.commit()
    inner.git("checkout", "--quiet", "-b", "feature")
    assert prefix(inner.settings) == "service/"
    assert rules(examined(inner)) == []
    inner.add(PURCHASES, "-- more\n")
    (inner.root / INITIAL).rename(inner.root / BETWEEN)
    inner.sign()
    assert set(rules(examined(inner))) >= {"edited", "renamed"}


@pytest.mark.parametrize(
    ("tool", "before", "after", "new"),
    [
        (
            "goose",
            "0000{}_a.sql",
            "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n",
            "00004_x.sql",
        ),
        (
            "dbmate",
            "2026010{}_a.sql",
            "-- migrate:up\nselect 1;\n-- migrate:down\n",
            "20260104_x.sql",
        ),
        ("golang-migrate", "{}_a.up.sql", "select 1;\n", "4_x.up.sql"),
        ("flyway", "V{}__a.sql", "select 1;\n", "V4__x.sql"),
    ],
)
def test_directories_of_other_tools(
    sample_project: Project, tool: str, before: str, after: str, new: str
) -> None:
    """What leads back may be edited, and 10 stands behind 9."""
    folder = sample_project.root / "other"
    for number in (3, 5):
        sample_project.write(f"other/{before.format(number)}", after)
    sample_project.write("other/3_a.down.sql", "select 1;\n")
    sample_project.write("other/R__view.sql", "select 1;\n")
    sample_project.git("checkout", "--quiet", "main")
    sample_project.commit()
    sample_project.git("checkout", "--quiet", "-b", "next")
    directory = MigrationsDirectory(folder, tool)

    def found() -> list[str]:
        base = find_base(sample_project.settings, folder)
        assert isinstance(base, Base)
        return [
            finding.rule for finding in history_findings(sample_project.settings, directory, base)
        ]

    sample_project.write("other/3_a.down.sql", "select 2;\n")
    sample_project.write("other/R__view.sql", "select 2;\n")
    if tool in {"goose", "dbmate"}:
        sample_project.add(f"other/{before.format(3)}", "select 3;\n")
    sample_project.write(f"other/{before.replace('_a', '_z').format(10)}", after)
    assert found() == []
    sample_project.write(f"other/{new}", "select 4;\n")
    assert found() == ["inserted"]
    sample_project.edit(f"other/{before.format(3)}", "select 1", "select 5")
    assert found() == ["edited", "inserted"]
