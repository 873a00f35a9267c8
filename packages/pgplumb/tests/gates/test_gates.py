"""`plumb check`, as people and CI run it."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from pgplumb.gates.registry import GATES
from pgplumb.urls import parse_url

from .conftest import Project

Run = Callable[..., subprocess.CompletedProcess[str]]
NAMES = [gate.name for gate in GATES if not gate.watches_live]


def test_the_template_passes_every_gate(run: Run) -> None:
    done = run("plumb", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[:2] for line in lines[:-1]] == [["ok", name] for name in NAMES]
    assert lines[-1] == f"{len(NAMES)} ok"
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_findings_are_shown_with_place_reason_and_remedy(sample_project: Project) -> None:
    sample_project.edit("db/schema/40_views.sql", "credit > 0", "credit > 1")
    sample_project.edit("db/schema/20_tables.sql", "default 'ok'", "default 'sad'")
    done = sample_project.check("lint", "schema")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("FAILED  schema      2 differences between the migrations and")
    assert (
        "    db/schema/20_tables.sql:6:5: default public.customer.mood: expression is "
        "'ok'::public.mood and should be 'sad'::public.mood [different]" in lines
    )
    assert (
        "    db/schema/40_views.sql:1:13: view public.good_customer: definition is not as "
        "expected [different]" in lines
    )
    assert "        +  WHERE credit > 1::numeric;" in lines
    assert [
        line.strip().split(":")[0] for line in lines if line.strip()[:4] in {"why:", "fix:"}
    ] == [
        "why",
        "fix",
    ]
    assert lines[-2].startswith("ok      lint ")
    assert lines[-1] == "1 ok, 1 failed"


def test_exit_code_2_is_for_what_could_not_run(sample_project: Project) -> None:
    done = sample_project.check("lint", "migrations", env={"PLUMB_ATLAS": "/bin/false"})
    assert done.returncode == 2
    assert done.stdout.startswith("NOT RUN migrations")
    assert "skipped lint        migrations comes first" in done.stdout

    url = sample_project.settings.url
    missing = {"DATABASE_URL": str(url.with_database("plumb_shadow_test_missing"))}
    done = sample_project.check(env=missing)
    assert done.returncode == 2
    assert done.stdout.count("NOT RUN") == len(NAMES)
    assert "plumb_shadow_test_missing" in done.stdout

    sample_project.write("atlas.hcl", "env {\n")
    done = sample_project.check("migrations", "lint")
    assert done.returncode == 2, done.stdout
    assert "atlas.hcl" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr

    done = sample_project.check("nothing")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "error: There is no gate 'nothing'.",
        f"  Gates: {', '.join(gate.name for gate in GATES)}.",
    ]


def test_findings_and_what_could_not_run_exit_2(sample_project: Project) -> None:
    sample_project.edit("db/schema/40_views.sql", "credit > 0", "credit > 1")
    sample_project.edit("sqlc.yaml", "queries: db/query", "queries: db/nowhere")
    done = sample_project.check("generated", "schema")
    assert done.returncode == 2, done.stdout
    assert done.stdout.startswith("NOT RUN generated")
    assert "FAILED  schema" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 failed, 1 could not run"


def test_what_blocks_a_gate_skips_it(sample_project: Project) -> None:
    sample_project.add("db/migrations/20260201000000_purchases.sql", "-- edited\n")
    done = sample_project.check("schema", "lint", "migrations")
    assert done.returncode == 1, done.stdout
    words = [line[:20].split() for line in done.stdout.splitlines() if line[0] != " "]
    assert words == [
        ["FAILED", "migrations"],
        ["skipped", "schema"],
        ["skipped", "lint"],
        ["1", "failed,", "2", "skipped"],
    ]
    # By itself, the gate has its say.
    done = sample_project.check("schema")
    assert done.returncode == 0, done.stdout


def test_json_is_all_there_is_on_stdout(sample_project: Project) -> None:
    sample_project.edit("db/schema/40_views.sql", "credit > 0", "credit > 1")
    done = sample_project.check("schema", "lint", "--json", env={"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["version"] == 1
    assert report["outcome"] == "findings"
    assert [(gate["name"], gate["outcome"]) for gate in report["gates"]] == [
        ("schema", "findings"),
        ("lint", "clean"),
    ]
    assert done.stderr.startswith("::error file=db/schema/40_views.sql,line=1,col=13,title=schema")


def test_sarif_is_written_with_paths_from_the_repository(
    sample_project: Project, tmp_path: Path
) -> None:
    inner = tmp_path / "repository" / "service"
    inner.parent.mkdir()
    sample_project.root.rename(inner)
    (inner / ".git").rename(inner.parent / ".git")
    project = Project(
        inner, sample_project.settings, sample_project.clean, sample_project.open_live
    )
    project.edit("db/schema/40_views.sql", "credit > 0", "credit > 1")
    log = tmp_path / "check.sarif"
    done = project.check("schema", "--sarif", str(log), env={"GITHUB_ACTIONS": "true"})
    assert done.returncode == 1
    assert "::error file=service/db/schema/40_views.sql,line=1" in done.stdout
    (result,) = json.loads(log.read_text())["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert location == "service/db/schema/40_views.sql"
    assert project.check("schema", "--sarif", str(tmp_path / "no" / "folder")).returncode == 2


def test_the_live_database_is_named_on_purpose(sample_project: Project) -> None:
    done = sample_project.check("drift")
    assert done.returncode == 2
    assert "No live database is named." in done.stdout
    assert "drift" not in sample_project.check("lint").stdout

    live = str(sample_project.live)
    done = sample_project.check("drift", env={"PLUMB_LIVE_URL": live})
    assert done.returncode == 0, done.stdout
    sample_project.sql("drop index customer_name")
    done = sample_project.check("drift", "--url", live)
    assert done.returncode == 1
    assert "index public.customer_name is missing [missing]" in done.stdout
    password = parse_url(live).password or "none"
    assert password not in done.stdout + done.stderr

    down = "postgres://plumb:secret@127.0.0.1:1/plumb"
    done = sample_project.check("drift", "--url", down)
    assert done.returncode == 2
    assert "127.0.0.1:1" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_the_live_database_is_not_written_to(sample_project: Project) -> None:
    live = sample_project.live
    sample_project.sql(f'alter database "{live.database}" set default_transaction_read_only = on')
    before = _written(live.for_libpq())
    done = sample_project.check("drift", "--url", str(live))
    assert done.returncode == 0, done.stdout
    assert _written(live.for_libpq()) == before


def _written(connection_string: str) -> list[tuple[str, int]]:
    """Rows ever written, by table and catalog of the database alone.

    Left out is what autovacuum writes by itself. A session's counts are there once it has ended.
    """
    with psycopg.connect(connection_string, autocommit=True) as connection:
        others = (
            "select from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend' and pid <> pg_backend_pid()"
        )
        while connection.execute(others).fetchone() is not None:
            time.sleep(0.02)
        return connection.execute(
            "select class.oid::regclass::text, n_tup_ins + n_tup_upd + n_tup_del"
            " from pg_stat_all_tables join pg_class class on class.oid = relid"
            " where not relisshared"
            " and class.relname not in ('pg_statistic', 'pg_statistic_ext_data') order by 1"
        ).fetchall()
