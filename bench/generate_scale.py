"""How `sqlc generate` grows with the schema: sqlc alone, and with pgplumb's plugin.

    uv run python bench/generate_scale.py

It starts a server of its own, makes projects of 5 tables with 30 queries, and of 10, 100 and 1,000
tables with two queries a table, and writes bench/results/generate_scale.md and .json. sqlc alone is
sqlc with a plugin that answers with no files; "psycopg" is one that imports psycopg first, which
any plugin does that asks PostgreSQL; cold means that the shadow database has to be built first. The
ways take turns. Times are wall-clock medians; memory is the highest sum of the resident memory of
sqlc and the plugin.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import psycopg
from psycopg import sql

from pgplumb import __version__
from pgplumb.server import TemporaryServer

RESULTS = Path(__file__).parent / "results"
BINARIES = Path(sys.executable).parent
SIZES = ("5x6", "10", "100", "1000")
WAYS = ("nothing", "psycopg", "warm", "cold")
TABLES_A_FILE = 20
SAMPLING_SECONDS = 0.02

CONFIGURATION = """\
version: "2"
plugins:
  - name: {plugin}
    process: {{cmd: {command}, format: json}}
    env: [DATABASE_URL]
sql:
  - engine: postgresql
    schema: schema.sql
    queries: query
    codegen:
      - plugin: {plugin}
        out: {plugin}
"""
TYPES = """\
create type status as enum ('new', 'open', 'closed');
create domain email_address as text check (value like '%@%');
"""
TABLE = """
create table item_{number} (
    id bigint generated always as identity primary key,
    parent_id bigint references item_{parent} (id),
    public_id uuid not null default gen_random_uuid(),
    name text not null,
    email email_address,
    status status not null default 'new',
    amount numeric(12, 2),
    tags text[] not null default '{{}}',
    details jsonb,
    created_at timestamptz not null default now()
);
create index on item_{number} (parent_id);
comment on column item_{number}.amount is 'In the currency of the account';
"""
QUERIES = """
-- name: GetItem{number}{variant} :one
select * from item_{number} where id = @id;

-- name: ListItems{number}{variant} :many
select i.id, i.name, i.status, p.name as parent_name, count(c.id) as children
from item_{number} i
left join item_{parent} p on p.id = i.parent_id
left join item_{number} c on c.parent_id = i.id
where i.created_at >= @since and i.tags && @tags::text[]
group by i.id, p.id
order by i.name
limit @page_size;
"""


@dataclass(frozen=True)
class Measured:
    """One way of generating, at one size."""

    seconds: float
    peak_mebibytes: float


@dataclass(frozen=True)
class Size:
    """All that was measured at one size."""

    tables: int
    queries: int
    sqlc_alone: Measured
    psycopg: Measured
    warm: Measured
    cold: Measured

    @property
    def share_warm(self) -> float:
        """The part of the whole time that is the plugin's, with the shadow database there."""
        return 1 - self.sqlc_alone.seconds / self.warm.seconds

    @property
    def share_cold(self) -> float:
        """The part that is the plugin's and the shadow database's."""
        return 1 - self.sqlc_alone.seconds / self.cold.seconds


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description="Measure how sqlc generate grows with the schema.")
    parser.add_argument(
        "--sizes", nargs="+", default=SIZES, help="numbers of tables; 5x6 is 5 with 6 queries each"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs that a median is of")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    arguments = parser.parse_args()
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as folder:
        url = str(server.url)
        sizes = [_measure(Path(folder), url, size, arguments.runs) for size in arguments.sizes]
        versions = _versions(url)
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = {
        "versions": versions,
        "runs": arguments.runs,
        "sizes": [asdict(each) for each in sizes],
    }
    (arguments.out / "generate_scale.json").write_text(json.dumps(report, indent=2) + "\n")
    text = _markdown(sizes, versions, arguments.runs)
    (arguments.out / "generate_scale.md").write_text(text)
    print(text)


def _measure(folder: Path, url: str, size: str, runs: int) -> Size:
    number, _, each = size.partition("x")
    tables, queries = int(number), int(each or 2)
    if queries < 1 or queries % 2:  # they come in pairs
        raise SystemExit(f"{size}: a table has 2, 4, 6, ... queries.")
    project = folder / size
    _write_project(project, tables, queries)
    for way in WAYS:
        _run(project, way, url)  # once for the caches, and the shadow database
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            if way == "cold":
                _drop_shadows(url)
            started = time.perf_counter()
            _run(project, way, url)
            seconds[way].append(time.perf_counter() - started)
    measured: dict[str, Measured] = {}
    for way in WAYS:
        if way == "cold":
            _drop_shadows(url)
        peak = _run(project, way, url, sampled=True)
        median = round(statistics.median(seconds[way]), 3)
        measured[way] = Measured(median, round(peak / 2**20, 1))
        print(f"{size} tables, {way}: {measured[way]}", file=sys.stderr)
    return Size(tables, tables * queries, *measured.values())


def _write_project(project: Path, tables: int, queries: int) -> None:
    (project / "query").mkdir(parents=True)
    schema = [TABLE.format(number=each, parent=max(each - 1, 0)) for each in range(tables)]
    (project / "schema.sql").write_text(TYPES + "".join(schema))
    variants = ["", *(f"Again{each}" for each in range(1, queries // 2))]
    for start in range(0, tables, TABLES_A_FILE):
        numbers = range(start, min(start + TABLES_A_FILE, tables))
        texts = [
            QUERIES.format(number=each, parent=max(each - 1, 0), variant=variant)
            for each in numbers
            for variant in variants
        ]
        (project / "query" / f"items_{start:04}.sql").write_text("".join(texts))
    plugins = {"pgplumb": BINARIES / "pgplumb-sqlc"}
    for plugin, line in (("nothing", ""), ("psycopg", f"{sys.executable} -c 'import psycopg'\n")):
        script = project / f"{plugin}.sh"
        script.write_text(f"#!/bin/sh\ncat > /dev/null\n{line}echo '{{\"files\": []}}'\n")
        script.chmod(0o755)
        plugins[plugin] = script
    for plugin, command in plugins.items():
        text = CONFIGURATION.format(plugin=plugin, command=command)
        (project / f"{plugin}.yaml").write_text(text)
    (project / "sqlc.yaml").write_text((project / "pgplumb.yaml").read_text())


def _run(project: Path, way: str, url: str, *, sampled: bool = False) -> int:
    plugin = "pgplumb" if way in ("warm", "cold") else way
    return _generate(project, plugin, url, sampled=sampled)


def _generate(project: Path, plugin: str, url: str, *, sampled: bool = False) -> int:
    """Run `sqlc generate`; return its peak memory in bytes when that is sampled, else 0."""
    environment = {"PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}", "DATABASE_URL": url}
    process = subprocess.Popen(  # noqa: S603  a fixed command
        [str(BINARIES / "sqlc"), "-f", f"{plugin}.yaml", "generate"],
        cwd=project,
        env=environment | {"HOME": os.environ.get("HOME", "/")},
        start_new_session=True,
    )
    peak = 0
    sampling = threading.Event()
    while sampled and process.poll() is None:
        peak = max(peak, _resident_memory(process.pid))
        sampling.wait(SAMPLING_SECONDS)
    if process.wait() != 0:
        raise SystemExit(f"sqlc generate failed in {project}")
    return peak


def _resident_memory(session: int) -> int:
    """The memory of all processes of a session, in bytes; 0 where there is no /proc."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        # proc(5), counted from the state, which is field 3: session is 6, rss 24.
        if int(fields[3]) == session:
            total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total


def _drop_shadows(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute(
            r"select datname from pg_database where datname like 'plumb\_shadow\_%'"
        ).fetchall()
        for (name,) in names:
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _versions(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        postgres = connection.info.parameter_status("server_version") or ""
    done = subprocess.run(  # noqa: S603  a fixed command
        [str(BINARIES / "sqlc"), "version"], capture_output=True, text=True, check=True
    )
    return {
        "pgplumb": __version__,
        "sqlc": done.stdout.strip(),
        "PostgreSQL": postgres.partition(" ")[0],
        "Python": platform.python_version(),
        "psycopg": psycopg.__version__,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def _markdown(sizes: list[Size], versions: dict[str, str], runs: int) -> str:
    lines = [
        "# sqlc generate by the size of the schema",
        "",
        "Made by `make bench`. *psycopg*: a plugin that does nothing but import it. *Adds*: what",
        "ours adds to sqlc alone, PostgreSQL's answers included, and its part of the whole; *cold*",
        "builds the shadow database first.",
        "",
        "| tables | queries | sqlc alone | psycopg | with pgplumb | adds | cold | adds, cold"
        " | memory, sqlc alone | memory, with pgplumb |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.tables:,} | {each.queries:,} | {each.sqlc_alone.seconds:.2f} s"
        f" | {each.psycopg.seconds:.2f} s"
        f" | {each.warm.seconds:.2f} s | {_added(each.warm, each)}, {each.share_warm:.0%}"
        f" | {each.cold.seconds:.2f} s | {_added(each.cold, each)}, {each.share_cold:.0%}"
        f" | {each.sqlc_alone.peak_mebibytes:.0f} MiB | {each.warm.peak_mebibytes:.0f} MiB |"
        for each in sizes
    ]
    grown = [each for each in sizes if each.queries == 2 * each.tables]
    lines += ["", "Growth: the time that is ours, against the number of tables.", ""]
    lines += ["| tables | ours, warm | ours, cold |", "|---|---|---|"]
    for smaller, larger in pairwise(grown):
        warm = _ratio(larger.warm, larger, smaller.warm, smaller)
        cold = _ratio(larger.cold, larger, smaller.cold, smaller)
        lines.append(
            f"| x {larger.tables / smaller.tables:.0f} ({smaller.tables:,} to {larger.tables:,})"
            f" | x {warm:.1f} | x {cold:.1f} |"
        )
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join([*lines, "", f"Medians of {runs} runs. {listed}.", ""])


def _added(measured: Measured, size: Size) -> str:
    return f"{measured.seconds - size.sqlc_alone.seconds:.2f} s"


def _ratio(larger: Measured, size: Size, smaller: Measured, than: Size) -> float:
    ours = larger.seconds - size.sqlc_alone.seconds
    return ours / max(smaller.seconds - than.sqlc_alone.seconds, 0.001)


if __name__ == "__main__":
    main()
