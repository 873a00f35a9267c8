"""`plumb init`: new projects, and projects for databases that are there."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgplumb.settings import load_settings
from pgplumb.starting.project import NEEDED, default_port
from pgplumb.starting.template import KEPT, among, read_pyproject
from pgplumb.urls import parse_url

from ..cli.small import Done

Plumb = Callable[..., Done]
ROOT = Path(__file__).parents[4]
ODD = (Path(__file__).parent / "odd.sql").read_bytes()


def in_project(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project, with what this environment has on its PATH."""
    # What `make test` hands down would have make talk about the folders it enters.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    own = ROOT / ".plumb" / "uv" / "bin"
    path = os.pathsep.join([str(Path(sys.executable).parent), str(own), os.environ["PATH"]])
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=inherited | {"PATH": path} | variables,
        timeout=600,
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Path]:
    """A folder for projects; their servers are stopped at the end."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    yield folder
    for project in folder.iterdir():
        in_project(project, "plumb", "down")


@pytest.fixture
def odd_url(empty_database: str) -> str:
    with psycopg.connect(empty_database, autocommit=True) as conn:
        conn.execute(ODD)
    return empty_database


def revisions(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as conn:
        there = conn.execute("select to_regclass('atlas_schema_revisions.atlas_schema_revisions')")
        if there.fetchone() == (None,):
            return []
        return conn.execute(
            "select version, description from atlas_schema_revisions.atlas_schema_revisions"
        ).fetchall()


def test_a_new_project_passes_at_once(plumb_here: Plumb, shelf: Path) -> None:
    """All that its README says, in an environment of its own."""
    folder = shelf / "my-shop"
    made = plumb_here("init", str(folder))
    assert (made.code, made.out) == (0, f"{folder}\n"), made.err
    assert made.err == f"Next: cd {folder} && make setup && make check && make test\n"

    assert [each.name for each in shelf.iterdir()] == ["my-shop"]
    port = default_port("my-shop")
    assert load_settings(folder, {}).url.port == port != 54329
    for path in folder.rglob("*"):
        if path.is_file() and "packages" not in path.relative_to(folder).parts[:1]:
            text = path.read_text(encoding="utf-8")
            assert "54329" not in text or path.name.endswith(".md"), path
            # Elsewhere comments may take it as an example.
            place = path.relative_to(folder).parts[0]
            assert place not in {"db", "tests"} or "contact" not in text.lower(), path
            assert "pgplumb-template" not in text, path
    assert (folder / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"

    for target in ("setup", "check", "test"):
        done = in_project(folder, "make", target)
        assert done.returncode == 0, f"make {target}\n{done.stdout}{done.stderr}"
        if target == "check":
            assert done.stdout.endswith("\n7 ok\n")
    for command in (["check"], ["format", "--check"]):
        done = in_project(folder, "ruff", *command)
        assert done.returncode == 0, done.stdout

    # The next step is that of any project.
    (folder / "db" / "schema" / "tables.sql").write_text("create table t (id int primary key);\n")
    done = in_project(folder, ".venv/bin/plumb", "diff", "first")
    assert done.returncode == 0, done.stderr
    done = in_project(folder, ".venv/bin/plumb", "apply")
    assert done.returncode == 0, done.stderr

    again = plumb_here("init", str(folder))
    assert (again.code, again.out) == (2, "")
    assert again.err.startswith(f"error: {folder} is there already; nothing was written.\n")


def test_a_database_that_is_there(plumb_here: Plumb, shelf: Path, odd_url: str) -> None:
    folder = shelf / "adopted"
    made = plumb_here("init", str(folder), "--from", odd_url)
    assert made.code == 0, made.err
    assert "6 tables have first queries in db/query.\n" in made.err
    assert " was only read. Before `plumb apply` tell it that it has the baseline:\n" in made.err
    assert revisions(odd_url) == []

    # It has the schema, its code and one migration, and nothing differs.
    [migration] = (folder / "db" / "migrations").glob("*.sql")
    version, _, name = migration.stem.partition("_")
    assert name == "baseline"
    url = str(parse_url(odd_url))
    checked = in_project(folder, "plumb", "check", DATABASE_URL=url)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.endswith("\n7 ok\n")
    assert in_project(folder, "plumb", "diff", "--check", DATABASE_URL=url).returncode == 0
    ran = in_project(
        folder,
        sys.executable,
        str(Path(__file__).parent / "first_queries.txt"),
        odd_url,
        PYTHONPATH=str(folder / "src"),
    )
    assert ran.returncode == 0, ran.stderr

    # Atlas would create all that is there already; it has to be told.
    early = in_project(folder, "plumb", "apply", DATABASE_URL=url)
    assert early.returncode != 0
    marked = in_project(
        folder, "atlas", "migrate", "set", version, "--env", "default", DATABASE_URL=url
    )
    assert marked.returncode == 0, marked.stderr
    applied = in_project(folder, "plumb", "apply", DATABASE_URL=url)
    assert applied.returncode == 0, applied.stderr
    assert "No migration files to execute" in applied.stdout
    password = parse_url(odd_url).password or ""
    for done in (made.err, made.out, checked.stdout, applied.stdout, early.stderr):
        assert password not in done
    for path in folder.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes(), path

    known = plumb_here("init", str(shelf / "another"), "--from", odd_url)
    assert known.code == 2
    assert "atlas_schema_revisions that migrations have run on it." in known.err
    assert not (shelf / "another").exists()


def test_the_database_is_told_when_that_is_asked_for(
    plumb_here: Plumb, shelf: Path, empty_database: str, server_url: str
) -> None:
    """With another server to try things out on than a temporary one."""
    with psycopg.connect(empty_database) as conn:
        conn.execute("create table t (id int primary key)")
    named = ("--from", empty_database, "--scratch", server_url)
    made = plumb_here("init", str(shelf / "marked"), *named, "--mark")
    assert made.code == 0, made.err
    [(version, name)] = revisions(empty_database)
    [migration] = (shelf / "marked" / "db" / "migrations").glob("*.sql")
    assert (migration.stem, name) == (f"{version}_baseline", "baseline")
    assert f"/{parse_url(empty_database).database} is what its one migration makes\n" in made.err


def test_what_can_not_be_done_leaves_nothing_behind(
    plumb_here: Plumb, shelf: Path, empty_database: str
) -> None:
    def refused(*arguments: str) -> str:
        done = plumb_here("init", *arguments)
        assert (done.code, done.out) == (2, "")
        assert list(shelf.iterdir()) == []
        return done.err

    new = str(shelf / "new")
    assert " is empty.\n  Leave --from out.\n" in refused(new, "--from", empty_database)
    gone = parse_url(empty_database).with_database("gone")
    assert 'database "gone" does not exist' in refused(new, "--from", str(gone))
    assert "--from is not a PostgreSQL URL" in refused(new, "--from", "shop")
    assert "--mark is for a database: name it by --from URL." in refused(new, "--mark")
    assert "--rev is the revision of a repository" in refused(new, "--rev", "v1")
    assert "A project can't be called 'my shop'." in refused(str(shelf / "my shop"))
    assert "is no clone of the template." in refused(new, "--template", str(shelf))
    assert "would be inside of the template." in refused(str(ROOT / "new"))
    nowhere = refused(new, "--git", f"file://{shelf}/nowhere")
    assert nowhere.startswith("error: `uv lock` failed; nothing was written.\n")

    (shelf / "taken").mkdir()
    (shelf / "taken" / "file").touch()
    done = plumb_here("init", str(shelf / "taken"))
    assert (done.code, " is there already; nothing was written." in done.err) == (2, True)
    assert [each.name for each in (shelf / "taken").iterdir()] == ["file"]


def test_the_tools_from_a_repository(plumb_here: Plumb, shelf: Path) -> None:
    commit = in_project(ROOT, "git", "rev-parse", "HEAD").stdout.strip()
    folder = shelf / "slim"
    made = plumb_here("init", str(folder), "--git", f"file://{ROOT}", "--rev", commit)
    assert made.code == 0, made.err
    assert not (folder / "packages").exists()
    lock = (folder / "uv.lock").read_text(encoding="utf-8")
    for package in ("pgplumb", "pgplumb-atlas"):
        assert f"subdirectory=packages%2F{package}&rev={commit}#{commit}" in lock


def test_what_is_taken_over_is_there() -> None:
    assert [name for name in KEPT if not (ROOT / name).exists()] == []
    groups = read_pyproject(ROOT)["dependency-groups"]
    assert len(list(among([*groups["dev"], *groups["web"]], NEEDED))) == len(NEEDED)
