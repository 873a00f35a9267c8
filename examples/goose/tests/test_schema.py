"""Level 2: models against the catalog, and generated code against the migrations."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg

FOLDER = Path(__file__).parent.parent
BINARIES = str(Path(sys.executable).parent)


def plumb(*arguments: str, server: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([BINARIES, os.environ["PATH"]])
    return subprocess.run(
        [f"{BINARIES}/plumb", *arguments],
        cwd=FOLDER,
        env=os.environ | {"DATABASE_URL": server, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


CHANGES = """
alter table location add floor integer;
alter table location alter name drop not null;
alter table location rename capacity to seats;
"""


def test_the_models_are_those_of_the_migrations(plumb_dsn: str, server_url: str) -> None:
    done = plumb("check", "models", "--url", plumb_dsn, server=server_url)
    assert done.returncode == 0, done.stdout + done.stderr


def test_models_of_another_schema_are_found(plumb_dsn: str, server_url: str) -> None:
    with psycopg.connect(plumb_dsn) as conn:
        conn.execute(CHANGES)
    done = plumb("check", "models", "--url", plumb_dsn, "--json", server=server_url)
    assert done.returncode == 1, done.stdout + done.stderr
    [gate] = json.loads(done.stdout)["gates"]
    by_hand = [each for each in gate["findings"] if each["file"] == "src/goose_app/models.py"]
    assert sorted((each["rule"], each["line"]) for each in by_hand) == [
        ("models/extra-field", 11),
        ("models/missing-field", 6),
        ("models/missing-field", 6),
        ("models/nullable", 10),
    ]


def test_generated_code_is_up_to_date(server_url: str) -> None:
    done = plumb("check", "generated", server=server_url)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_migrations_make_the_template_s_schema(server_url: str) -> None:
    ends = ("--from", "db/migrations", "--to", "../../db/schema")
    done = plumb("schema", "diff", *ends, server=server_url)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout + done.stderr
