"""How long `plumb check` takes: on the template, and by the number of tables and queries.

    uv run python bench/check.py

It starts a server of its own, checks a copy of the template, then projects of its own making, and
writes bench/results/check.md and .json. Each is on a branch with one new migration. Times are
wall-clock medians of whole commands with the server up, caches warm; those of the gates overlap.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from pgplumb import __version__
from pgplumb.server import TemporaryServer
from pgplumb.settings import DEFAULT_URL
from pgplumb.urls import DatabaseUrl

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
BINARIES = Path(sys.executable).parent
# Tables, and queries in all: the second differs from the first in tables, the third in queries.
SIZES = ((20, 40), (220, 40), (20, 440))
TEMPLATE_FILES = ("db", "src", "sqlc.yaml", "atlas.hcl", ".squawk.toml", "pyproject.toml")
DATABASE = "plumb_shadow_bench"
OPTIONS = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")

SQLC = """\
version: "2"
plugins:
  - name: pgplumb
    process: {{cmd: pgplumb-sqlc, format: json}}
    env: [DATABASE_URL]
servers:
  - {{engine: postgresql, uri: "{url}"}}
sql:
  - engine: postgresql
    schema: db/schema
    queries: db/query
    database: {{managed: true}}
    analyzer: {{database: false}}
    rules: [sqlc/db-prepare]
    codegen:
      - {{plugin: pgplumb, out: src/db}}
"""
ATLAS = """\
env "default" {
  url = getenv("DATABASE_URL")
  dev = urlsetpath(getenv("DATABASE_URL"), "plumb_shadow_dev")
  src = "file://db/schema"
  migration {
    dir = "file://db/migrations"
  }
}
"""
TABLE = """\
create table item_{number} (
    id bigint generated always as identity primary key,
    parent_id bigint references item_{number} (id),
    name text not null,
    amount numeric(12, 2) not null default 0 check (amount >= 0),
    tags text[] not null default '{{}}',
    created_at timestamptz not null default now()
);
create index item_{number}_parent_id on item_{number} (parent_id);
comment on table item_{number} is 'Made by bench/check.py';
"""
QUERY = """\
-- name: ListItems{number} :many
select i.id, i.name, p.name as parent_name
from item_{table} i
left join item_{table} p on p.id = i.parent_id
where i.created_at >= @since and i.amount > {number};

"""


@dataclass(frozen=True)
class Measured:
    """One project."""

    name: str
    tables: int
    queries: int
    seconds: float
    gates: dict[str, float]


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description="Measure how long `plumb check` takes.")
    parser.add_argument("--runs", type=int, default=5, help="runs that a median is of")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    arguments = parser.parse_args()
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = server.url.with_database(DATABASE)
        _create_database(server.url)
        _copy_template(folder / "template", url)
        measured = [_measure("the template", folder / "template", url, arguments.runs)]
        for tables, queries in SIZES:
            project = folder / f"{tables}_{queries}"
            _write_project(project, url, tables, queries)
            measured.append(_measure("generated", project, url, arguments.runs))
        versions = _versions(server.url)
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = {
        "versions": versions,
        "runs": arguments.runs,
        "projects": [asdict(each) for each in measured],
    }
    (arguments.out / "check.json").write_text(json.dumps(report, indent=2) + "\n")
    text = _markdown(measured, versions, arguments.runs)
    (arguments.out / "check.md").write_text(text)
    print(text)


def _create_database(url: DatabaseUrl) -> None:
    with psycopg.connect(url.for_libpq(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def _copy_template(project: Path, url: DatabaseUrl) -> None:
    project.mkdir()
    for name in TEMPLATE_FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, project / name)
        else:
            shutil.copy2(ROOT / name, project / name)
    for name in ("sqlc.yaml", "atlas.hcl"):
        path = project / name
        path.write_text(path.read_text().replace(DEFAULT_URL, str(url)))
    _branch(project, url)


def _write_project(project: Path, url: DatabaseUrl, tables: int, queries: int) -> None:
    for name in ("schema", "query", "migrations"):
        (project / "db" / name).mkdir(parents=True)
    (project / "sqlc.yaml").write_text(SQLC.format(url=url))
    (project / "atlas.hcl").write_text(ATLAS)
    schema = "".join(TABLE.format(number=number) for number in range(tables))
    (project / "db" / "schema" / "tables.sql").write_text(schema)
    (project / "db" / "migrations" / "20260101000000_initial.sql").write_text(schema)
    for number in range(queries):
        with (project / "db" / "query" / f"topic_{number % 20}.sql").open("a") as file:
            file.write(QUERY.format(number=number, table=number % tables))
    _branch(project, url)


def _branch(project: Path, url: DatabaseUrl) -> None:
    """Generate the code, commit all on main, and write a migration on a branch."""
    (project / ".gitignore").write_text("/.plumb/\n")
    _run(project, url, "atlas", "migrate", "hash", "--env", "default")
    _run(project, url, "plumb", "generate")
    _run(project, url, "git", "init", "--quiet", "--initial-branch=main")
    _run(project, url, "git", "add", "--all")
    _run(project, url, "git", *OPTIONS, "commit", "--quiet", "--message=bench")
    _run(project, url, "git", "checkout", "--quiet", "-b", "feature")
    (project / "db" / "migrations" / "29990101000000_next.sql").write_text("SELECT 1;\n")
    _run(project, url, "atlas", "migrate", "hash", "--env", "default")


def _measure(name: str, project: Path, url: DatabaseUrl, runs: int) -> Measured:
    seconds: list[float] = []
    gates: list[dict[str, float]] = []
    _run(project, url, "plumb", "check", "--json")  # once for the caches
    for _ in range(runs):
        started = time.perf_counter()
        written = _run(project, url, "plumb", "check", "--json")
        seconds.append(time.perf_counter() - started)
        gates.append({gate["name"]: gate["seconds"] for gate in json.loads(written)["gates"]})
    schema = "".join(path.read_text() for path in (project / "db" / "schema").glob("*.sql"))
    queries = "".join(path.read_text() for path in (project / "db" / "query").glob("*.sql"))
    return Measured(
        name,
        len(re.findall(r"^create table\b", schema, re.MULTILINE | re.IGNORECASE)),
        len(re.findall(r"^-- name:", queries, re.MULTILINE)),
        statistics.median(seconds),
        {gate: statistics.median(each[gate] for each in gates) for gate in gates[0]},
    )


def _run(project: Path, url: DatabaseUrl, *command: str) -> str:
    path = f"{BINARIES}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  fixed commands
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=project,
        env=os.environ | {"PATH": path, "DATABASE_URL": str(url)},
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _versions(url: DatabaseUrl) -> dict[str, str]:
    with psycopg.connect(url.for_libpq()) as connection:
        postgres = connection.info.parameter_status("server_version") or ""
    return {
        "pgplumb": __version__,
        "PostgreSQL": postgres.partition(" ")[0],
        "Python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def _markdown(measured: list[Measured], versions: dict[str, str], runs: int) -> str:
    gates = list(measured[0].gates)
    lines = [
        "# plumb check",
        "",
        "Made by `make bench`. The whole command with the server up, on a branch with a new",
        "migration; the gates run side by side, so their times overlap.",
        "",
        f"| project | tables | queries | in all | {' | '.join(gates)} |",
        f"|---|---|---|---|{'---|' * len(gates)}",
    ]
    for each in measured:
        parts = " | ".join(f"{each.gates[gate]:.2f} s" for gate in gates)
        lines.append(
            f"| {each.name} | {each.tables:,} | {each.queries:,} | {each.seconds:.2f} s | {parts} |"
        )
    _, small, tables, queries = measured
    table = (tables.seconds - small.seconds) / (tables.tables - small.tables)
    query = (queries.seconds - small.seconds) / (queries.queries - small.queries)
    lines += [
        "",
        f"One more table costs {table * 1000:.1f} ms, one more query {query * 1000:.1f} ms.",
    ]
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join([*lines, "", f"Medians of {runs} runs. {listed}.", ""])


if __name__ == "__main__":
    main()
