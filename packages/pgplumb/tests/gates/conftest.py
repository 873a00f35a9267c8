"""A small project for the gates: made once a run, copied for each test."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pgplumb.gates.project_queries import Reads
from pgplumb.gates.sqlc import generate_into
from pgplumb.gates.workspace import Builds, Workspace, server_of
from pgplumb.postgres.databases import connect
from pgplumb.postgres.scratch import scratch_database
from pgplumb.settings import DEFAULT_URL, Settings, load_settings
from pgplumb.urls import DatabaseUrl, parse_url

SAMPLE = Path(__file__).parent / "sample"
COMMIT = ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet", "--message=x"]


@dataclass(frozen=True)
class Project:
    """A copy of the sample, on a branch off main; and a live database, made when first needed.

    settings: its own. clean: builds of what the sample holds. reads: queries that have been read.
    """

    root: Path
    settings: Settings
    clean: Builds
    open_live: Callable[[], DatabaseUrl]
    reads: Reads = field(default_factory=Reads)
    _live: list[DatabaseUrl] = field(default_factory=list[DatabaseUrl])

    @property
    def live(self) -> DatabaseUrl:
        """A database that has run the sample's migrations, of the test's own."""
        if not self._live:
            self._live.append(self.open_live())
        return self._live[0]

    def workspace(
        self, *, live: bool = False, watched: bool = False, base: str | None = None
    ) -> Workspace:
        """What gates are run with; what others have built already is not built again."""
        builds = Builds(server_of(self.settings), self.clean)
        return Workspace(
            self.settings,
            live=self.live if live else None,
            watched=self.live if watched else None,
            base=base,
            builds=builds,
            reads=self.reads,
        )

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace what must be there, once."""
        text = self.read(name)
        assert text.count(old) == 1, f"{name} has {text.count(old)} times: {old}"
        self.write(name, text.replace(old, new))

    def add(self, name: str, text: str) -> None:
        """Add to the end of a file, which may be new."""
        before = self.read(name) if (self.root / name).exists() else ""
        self.write(name, before + text)

    def migrate(self, name: str, text: str) -> None:
        """Add a migration and sign it."""
        self.write(f"db/migrations/{name}.sql", text)
        self.sign()

    def sign(self) -> None:
        run_in(self.root, "atlas", "migrate", "hash", "--dir", "file://db/migrations")

    def check(
        self, *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `plumb check`."""
        return try_in(self.root, "plumb", "check", *arguments, env=env)

    def git(self, *arguments: str) -> str:
        return run_in(self.root, "git", *arguments)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git(*COMMIT)

    def sql(self, statement: str) -> None:
        """Change the live database."""
        with connect(self.live) as connection:
            connection.execute(statement.encode())


@contextmanager
def database_on(server_url: str) -> Generator[DatabaseUrl]:
    """A fresh database, by a URL that every program takes."""
    server = parse_url(server_url)
    with scratch_database(server) as url:
        yield url.with_parameters(dict(server.parameters))


# A machine of CI's may know nobody's name.
GIT_IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Tester"), ("EMAIL", "tester@example.com"))
}


def run_in(folder: Path, *command: str, env: dict[str, str] | None = None) -> str:
    """Run a command that has to succeed; gives what it wrote."""
    done = try_in(folder, *command, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def try_in(
    folder: Path, *command: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command, however it ends."""
    environment = os.environ | GIT_IDENTITY | (env or {})
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env=environment
    )


@pytest.fixture(scope="session")
def sample(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample, generated and committed on main, with a branch `feature` checked out."""
    root = tmp_path_factory.mktemp("sample") / "project"
    shutil.copytree(SAMPLE, root)
    with database_on(server_url) as database:
        configuration = (root / "sqlc.yaml").read_text()
        assert DEFAULT_URL in configuration
        (root / "sqlc.yaml").write_text(configuration.replace(DEFAULT_URL, str(database)))
        (root / ".gitignore").write_text("/.plumb/\n/.sqlc-*.yaml\n")
        # The same tree as in src/db, for those who change that one.
        wanted = root / ".plumb" / "wanted"
        wanted.mkdir(parents=True)
        finished = generate_into(load_settings(root, {}), wanted)
        assert finished.code == 0, finished.text
        shutil.copytree(wanted / "src", root / "src")
        for arguments in (
            ["init", "--quiet", "--initial-branch=main"],
            ["add", "--all"],
            COMMIT,
            ["checkout", "--quiet", "-b", "feature"],
        ):
            run_in(root, "git", *arguments)
        yield root


@pytest.fixture(scope="session")
def generated(sample: Path) -> Path:
    """The folder in which src/db is what the sample generates; nobody may change it."""
    return sample / ".plumb" / "wanted"


@pytest.fixture(scope="session")
def clean_builds(sample: Path) -> Iterator[Builds]:
    """The sample's migrations and its schema, built."""
    settings = load_settings(sample, {})
    builds = Builds(server_of(settings))
    with Workspace(settings, builds=builds) as workspace:
        workspace.built(workspace.migrations_script())
        workspace.built(workspace.schema_script())
        yield builds


@pytest.fixture(scope="session")
def migrated(sample: Path, server_url: str) -> Iterator[DatabaseUrl]:
    """A database that atlas has migrated, to be copied: nobody may stay connected to it."""
    with database_on(server_url) as database:
        run_in(sample, "atlas", "migrate", "apply", "--env", "default", env=environment(database))
        yield database


@pytest.fixture(scope="session")
def reads() -> Reads:
    """What sqlc has read once it need not read again."""
    return Reads()


@pytest.fixture
def sample_project(
    sample: Path, clean_builds: Builds, reads: Reads, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Project]:
    """A copy of the sample of the test's own."""
    root = tmp_path / "sample"
    shutil.copytree(sample, root, ignore=shutil.ignore_patterns(".plumb", "__pycache__"))
    settings = load_settings(root, {})
    with ExitStack() as stack:

        def open_live() -> DatabaseUrl:
            template: DatabaseUrl = request.getfixturevalue("migrated")
            return stack.enter_context(scratch_database(settings.url, template=template))

        yield Project(root, settings, clean_builds, open_live, reads)


def environment(database: DatabaseUrl) -> dict[str, str]:
    """What leads commands to a database."""
    return {"DATABASE_URL": str(database)}
