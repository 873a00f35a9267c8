"""`plumb diff`, as a person runs it."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pgplumb.planner.difference import described, differences
from pgplumb.server import free_port
from pgplumb.sources.build import build
from pgplumb.sources.live import read_live
from pgplumb.sources.model import Script, Server, SqlText
from pgplumb.urls import parse_url

from .small import ATLAS_HCL, CONTACT, Project

Run = Callable[..., subprocess.CompletedProcess[str]]
EVERY_KIND = Path(__file__).parents[1] / "migrations" / "every_kind.sql"


def test_the_whole_schema_from_nothing(project: Path, run: Run) -> None:
    migrations = project / "db" / "migrations"
    for file in migrations.iterdir():
        file.unlink()
    schema = project / "db" / "schema" / "every_kind.sql"
    schema.write_text(EVERY_KIND.read_text())
    config = (project / "atlas.hcl").read_text()
    last = '"file://db/schema/policies.sql",'
    assert last in config
    (project / "atlas.hcl").write_text(
        config.replace(last, f'{last} "file://db/schema/every_kind.sql",')
    )

    done = run("plumb", "diff", "initial")
    assert done.returncode == 0, done.stderr
    (written,) = migrations.glob("*.sql")
    assert done.stdout == f"db/migrations/{written.name}\n"
    assert re.fullmatch(r"\d{14}_initial\.sql", written.name)

    for command in ("validate", "diff"):
        answer = run("atlas", "migrate", command, "--env", "default")
        assert answer.returncode == 0, answer.stderr
        # Neither a difference of tables nor one of what Atlas leaves out.
        assert "Note" not in answer.stderr
    assert "synced" in answer.stdout
    applied = run("atlas", "migrate", "apply", "--env", "default")
    assert applied.returncode == 0, applied.stderr

    again = run("plumb", "diff", "nothing")
    assert (again.returncode, again.stdout) == (0, "")
    assert "already give the schema: nothing to do" in again.stderr
    assert list(migrations.glob("*.sql")) == [written]

    url = parse_url(run("plumb", "url").stdout.strip())
    names = re.findall(r'"file://(db/schema/\w+\.sql)"', (project / "atlas.hcl").read_text())
    texts = tuple(SqlText(name, (project / name).read_text()) for name in names)
    with build(Script("schema", texts), Server(url, makes_roles=False)) as built:
        left = differences(read_live(url).without_owners(), built.snapshot)
    assert not left, described(left)


def test_changes_one_after_another(small: Project) -> None:
    assert small.diff("--check").code == 1
    assert not small.migrations.exists()
    first = small.diff("first")
    assert (first.code, first.err) == (0, "")
    assert first.out == f"db/migrations/{small.files()[0].name}\n"
    assert small.diff("--check").code == 0

    small.schema.write_text(CONTACT.replace("kind text", "kind text, born date default now()"))
    shown = small.diff("born", "--dry-run")
    assert shown.code == 0
    assert re.fullmatch(
        r"-- db/migrations/\d{14}_born\.sql\n"
        r"ALTER TABLE public\.contact ADD COLUMN born date DEFAULT now\(\);\n",
        shown.out,
    )
    assert shown.err == (
        "ALTER TABLE public.contact ADD COLUMN born date DEFAULT now()\n"
        "  locks public.contact: ACCESS EXCLUSIVE\n"
    )
    assert len(small.files()) == 1
    checked = small.diff("--check")
    assert (checked.code, len(small.files())) == (1, 1)

    data = json.loads(small.diff("born", "--dry-run", "--json").out)
    (file,) = data.pop("files")
    assert file["name"].endswith("_born.sql")
    assert file["text"] == "ALTER TABLE public.contact ADD COLUMN born date DEFAULT now();\n"
    assert data == {
        "version": 1,
        "statements": [
            {
                "action": "make",
                "kind": "column",
                "name": ["public", "contact", "born"],
                "sql": "ALTER TABLE public.contact ADD COLUMN born date DEFAULT now()",
                "locks": [{"relation": "public.contact", "mode": "ACCESS EXCLUSIVE"}],
                "hazards": [],
                "in_transaction": True,
                "transaction": 1,
            }
        ],
    }

    written = small.diff("born", "--json")
    assert written.code == 0
    assert small.latest() == json.loads(written.out)["files"][0]["text"]
    assert json.loads(small.diff("--json").out) == {"version": 1, "statements": [], "files": []}


def test_what_would_lose_data(small: Project) -> None:
    small.diff("first")
    small.schema.write_text(CONTACT.replace(", kind text", ""))
    refused = small.diff("drop_kind")
    assert refused.code == 2
    assert refused.err == (
        "error: The migration would lose data; nothing was written.\n"
        "  ALTER TABLE public.contact DROP COLUMN kind;\n"
        "  If it is meant: `plumb diff --allow-drop`, or in a schema file:\n"
        "    -- plumb:drop column public.contact.kind\n"
        "  If something was renamed, say so in a schema file, for example:\n"
        "    -- plumb:rename column contact.kind to category\n"
    )
    assert len(small.files()) == 1
    assert small.diff("--check").code == 1
    assert "DROP COLUMN kind" in small.diff("--dry-run").out

    # What the message proposes is understood.
    (line,) = re.findall(r"-- plumb:drop .*", refused.err)
    small.schema.write_text(f"{line}\n{small.schema.read_text()}")
    assert small.diff("drop_kind").code == 0
    assert small.latest() == "ALTER TABLE public.contact DROP COLUMN kind;\n"


def test_data_may_be_lost_where_that_is_said(small: Project) -> None:
    small.schema.write_text("create table contact (number numeric);")
    small.diff("first")
    small.schema.write_text("create table contact (number integer);")
    # Rounding loses data, too, and no directive is for that.
    refused = small.diff("whole_numbers")
    assert refused.code == 2
    assert "plumb:drop" not in refused.err
    allowed = small.diff("whole_numbers", "--allow-drop")
    assert allowed.code == 0
    assert allowed.err.startswith("hazard: data loss, may fail on the data there is, rewrites")


def test_renames_by_directive_and_the_way_back(small: Project, empty_database: str) -> None:
    small.schema.write_text(CONTACT + "create type mood as enum ('good', 'bad');")
    small.diff("first")
    small.schema.write_text(
        "-- plumb:rename table contact to person\n-- plumb:rename column contact.kind to category\n"
        "-- plumb:rename value mood.good to fine\n"
        + CONTACT.replace("contact", "person").replace("kind", "category")
        + "create type mood as enum ('fine', 'bad'); create index person_name on person (name);"
    )
    assert small.diff("second").code == 0
    assert "RENAME COLUMN kind TO category" in small.latest()
    assert "RENAME VALUE 'good' TO 'fine'" in small.latest()
    # The directives may stay where they are.
    assert small.diff("third").code == 0
    assert len(small.files()) == 2

    back = small.diff("--reverse")
    assert (back.code, len(small.files())) == (0, 2)
    assert "data" not in back.err
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for text in (*(file.read_text() for file in small.files()), back.out):
            connection.execute(text.encode())
    server = Server(parse_url(empty_database), makes_roles=False)
    first = SqlText("first", small.files()[0].read_text())
    with build(Script("first", (first,)), server) as built:
        live = read_live(server.url).without_owners()
        assert differences(live, built.snapshot) == []
    data = json.loads(small.diff("--reverse", "--json").out)
    assert data["statements"][0]["sql"] in back.out
    assert data["files"] == []


def test_the_way_back_says_what_it_loses(small: Project) -> None:
    no_migration = small.diff("--reverse")
    assert no_migration.code == 2
    assert "There is no migration in " in no_migration.err
    small.diff("first")
    back = small.diff("--reverse")
    assert back.out == "-- This loses data.\nDROP TABLE public.contact;\n"


def test_the_low_lock_way(small: Project) -> None:
    small.diff("first")
    small.schema.write_text(
        CONTACT + "create index contact_name on contact (name);"
        "alter table contact add check (kind <> '');"
    )
    assert small.diff("index", "--online", "--lock-timeout", "2s").code == 0
    texts = [file.read_text() for file in small.files()[1:]]
    assert texts == [
        "SET LOCAL lock_timeout = '2s';\n\n"
        "ALTER TABLE public.contact"
        " ADD CONSTRAINT contact_kind_check CHECK (kind <> ''::text) NOT VALID;\n",
        "-- atlas:txmode none\n\n"
        "CREATE INDEX CONCURRENTLY contact_name ON public.contact USING btree (name);\n",
        "SET LOCAL lock_timeout = '2s';\n\n"
        "ALTER TABLE public.contact VALIDATE CONSTRAINT contact_kind_check;\n",
    ]
    assert [file.name[14:] for file in small.files()[1:]] == [
        f"_index_{number}.sql" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a/b"], "A migration can't be called 'a/b'."),
        (["é"], "A migration can't be called 'é'."),
        (["x", "--lock-timeout", "soon"], "--lock-timeout soon is no duration."),
    ],
)
def test_arguments_that_are_no_good(small: Project, arguments: list[str], message: str) -> None:
    done = small.diff(*arguments)
    assert (done.code, done.err.splitlines()[0]) == (2, f"error: {message}")


def test_files_that_are_no_good(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    small.schema.write_text("create table contact (\n    id int,\n    name texxt\n);")
    done = small.diff("broken")
    assert done.code == 2
    assert done.err == (
        'error: db/schema/schema.sql:3:10: type "texxt" does not exist\n'
        "    name texxt\n"
        "         ^\n"
    )
    small.schema.write_text(f"{CONTACT}-- plumb:rename contact to person\n")
    done = small.diff("broken")
    assert done.code == 2
    assert done.err.startswith("error: db/schema/schema.sql:2:1: plumb:rename is not understood")

    small.schema.write_text(CONTACT)
    small.diff("first")
    file = small.files()[0]
    text = file.read_text()
    file.write_text(f"{text}select 1;\n")
    done = small.diff("second")
    assert done.code == 2
    assert "are not those that atlas.sum was made of" in done.err
    assert "checksum" in done.err
    file.write_text(text)

    (small.root / "atlas.hcl").write_text(ATLAS_HCL.replace('["file://db/schema"]', "[]"))
    done = small.diff("second")
    assert (done.code, "names the schema's files" in done.err) == (2, True)
    (small.root / "atlas.hcl").write_text(ATLAS_HCL.replace("db/schema", "db/elsewhere"))
    done = small.diff("second")
    assert (done.code, "db/elsewhere: no such file or folder" in done.err) == (2, True)
    assert "Correct `src` in atlas.hcl." in done.err

    port = free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgres://u:secret@127.0.0.1:{port}/d")
    done = small.diff("second")
    assert done.code == 2
    assert f"No PostgreSQL answers at 127.0.0.1:{port}" in done.err
    assert "secret" not in done.err
    assert small.files() == [file]


def test_a_rename_is_asked_for_at_a_terminal(small: Project) -> None:
    small.diff("first")
    small.schema.write_text(CONTACT.replace("kind text", "category text"))
    assert b"renamed to category? [y/N]" in at_a_terminal(small.root, b"\n")
    assert len(small.files()) == 1
    assert b"Was column public.contact.kind renamed" in at_a_terminal(small.root, b"y\n")
    assert small.latest() == "ALTER TABLE public.contact RENAME COLUMN kind TO category;\n"


def at_a_terminal(folder: Path, answer: bytes) -> bytes:
    """What `plumb diff` says to a person who answers its question."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        command = [str(Path(sys.executable).with_name("plumb")), "diff", "rename"]
        child = subprocess.Popen(
            command, cwd=folder, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
        )
        os.close(theirs)
        said = b""
        try:
            while b"[y/N]" not in said:
                said += terminal.read(1024)
            terminal.write(answer)
            while chunk := terminal.read(1024):
                said += chunk
        except OSError:  # the other end is closed
            pass
        child.communicate(timeout=60)
    return said
