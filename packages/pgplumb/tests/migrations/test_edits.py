"""Golden migrations: a schema from nothing, then one edit after another, as a project lives.

An edit is a folder under edits/: schema.patch changes the schema files of the edit before it; one
whose name ends with _online is planned with --online. migration_1.sql and so on are what `plumb
diff` writes. UPDATE_EDITS=1 writes what came out.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from pgplumb.migrations.diff import Ends
from pgplumb.migrations.write import NewFile, new_files
from pgplumb.planner.difference import described, differences
from pgplumb.planner.directives import read_directives
from pgplumb.postgres.schema_files import read_schema_files
from pgplumb.programs import find_program
from pgplumb.server import TemporaryServer
from pgplumb.sources.build import Built, build
from pgplumb.sources.live import read_live
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import parse_url

EDITS = sorted((Path(__file__).parent / "edits").iterdir())
FILES = (
    *("extensions", "types", "tables", "functions", "views", "views_materialized", "triggers"),
    *("policies", "grants", "replication"),
)
ROLES = ("plumb_test_billing", "plumb_test_report")
HOW_TO_UPDATE = "If that is right: UPDATE_EDITS=1 uv run pytest packages/pgplumb/tests/migrations"


@pytest.fixture
def server(server_url: str) -> Iterator[Server]:
    """PostgreSQL 18 or newer, with the roles that the schema grants to."""
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(server_url, autocommit=True))
        if connection.info.server_version < 180000:
            server_url = str(stack.enter_context(TemporaryServer()).url)
            connection = stack.enter_context(psycopg.connect(server_url, autocommit=True))
        for role in ROLES:
            connection.execute(f"create role {role}".encode())
        yield Server(parse_url(server_url), makes_roles=False)
        for role in ROLES:
            connection.execute(f"drop role {role}".encode())


def test_every_edit_gives_the_migration_a_careful_person_would_write(
    server: Server, database_on: Callable[[str], str], tmp_path: Path
) -> None:
    schema, migrations = tmp_path / "schema", tmp_path / "migrations"
    schema.mkdir()
    migrations.mkdir()
    wrong: list[str] = []
    with ExitStack() as stack:
        before = stack.enter_context(build(Script("nothing", ()), server))
        for edit in EDITS:
            change(schema, edit)
            after, ends = next_ends(schema, before, server, stack)
            online = edit.name.endswith("_online")
            proof = ends.way(ends.renames(), online=online, effects=online)
            number = int(edit.name[:2])
            files = new_files(
                proof.transactions(),
                format="atlas",
                name=edit.name[3:],
                versions=(f"20270101{number:02}{part:04}" for part in range(99)),
                lock_timeout="5s" if online else None,
            )
            for file in files:
                (migrations / file.name).write_text(file.text)
            wrong += compare(edit, files)
            before = after
        database = database_on(str(server.url))
        apply(migrations, database)
        left = differences(read_live(parse_url(database)).without_owners(), before.snapshot)
        assert not left, described(left)
    assert not wrong, "\n".join([*wrong, HOW_TO_UPDATE])


def change(schema: Path, edit: Path) -> None:
    """Bring the schema files into the state that the edit leaves them in."""
    for file in (edit / "schema").glob("*.sql"):
        (schema / file.name).write_text(file.read_text())
    patch = edit / "schema.patch"
    if patch.exists():
        subprocess.run(["git", "apply", str(patch)], cwd=schema, check=True)


def next_ends(schema: Path, before: Built, server: Server, stack: ExitStack) -> tuple[Built, Ends]:
    files = read_schema_files(schema, [f"{name}.sql" for name in FILES])
    source = Script("schema", tuple(SqlText(file.path, file.text) for file in files))
    after = stack.enter_context(build(source, server))
    return after, Ends(before, after, read_directives(files))


def compare(edit: Path, files: list[NewFile]) -> list[str]:
    """What differs from the golden files, after writing them where that is asked for."""
    found = {f"migration_{number}.sql": file.text for number, file in enumerate(files, start=1)}
    old = {path.name for path in edit.glob("migration_*.sql")}
    if os.environ.get("UPDATE_EDITS"):
        for name in old:
            (edit / name).unlink()
        for name, text in found.items():
            (edit / name).write_text(text)
        return []
    expected = {name: (edit / name).read_text() for name in old}
    return [
        f"{edit.name}/{name}:\n{found.get(name)}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def apply(migrations: Path, url: str) -> None:
    """Apply the migrations with `atlas`."""
    directory = f"file://{migrations}"
    atlas = find_program("atlas")
    assert atlas is not None
    subprocess.run([atlas, "migrate", "hash", "--dir", directory], check=True)
    done = subprocess.run(
        [atlas, "migrate", "apply", "--dir", directory, "--url", url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
