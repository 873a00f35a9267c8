"""How `plumb diff` grows with the schema, side by side with `atlas migrate diff`.

    uv run python bench/diff_scale.py

It starts a server of its own and makes projects of 100, 1,000 and 10,000 objects: tables with a
primary key, a foreign key and an index each, which both tools see. The migrations give the schema
as it was; in one table of twenty a column and an index are new. Both tools print the migration
they would write; what plumb prints is applied to see that it is right. The runs of the two are
interleaved; times are wall-clock medians, and the ratio is of those.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from pgplumb import __version__
from pgplumb.server import TemporaryServer

RESULTS = Path(__file__).parent / "results"
BINARIES = Path(sys.executable).parent
OBJECTS_A_TABLE = 4
SIZES = (100, 1000, 10000)
CHANGED = 20

ATLAS = """\
env "default" {{
  url = "{url}"
  dev = "{dev}"
  src = ["file://schema.sql"]
  migration {{
    dir = "file://migrations"
  }}
}}
"""
TABLE = """
create table item_{number} (
    id bigint generated always as identity primary key,
    parent_id bigint constraint item_{number}_parent references item_{parent} (id),
    name text not null,
    amount numeric(12, 2),{extra}
    created_at timestamptz not null default now()
);
create index item_{number}_name on item_{number} (name);
"""
NEW_INDEX = "create index item_{number}_note on item_{number} (note);\n"


@dataclass(frozen=True)
class Size:
    """What was measured at one size: medians in seconds, the fastest and the slowest run."""

    objects: int
    plumb: float
    atlas: float
    plumb_range: tuple[float, float]
    atlas_range: tuple[float, float]


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description="Measure how plumb diff grows with the schema.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of objects")
    parser.add_argument("--runs", type=int, default=5, help="runs that a median is of")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    arguments = parser.parse_args()
    with TemporaryServer() as server, tempfile.TemporaryDirectory() as folder:
        sizes = [
            _measure(Path(folder), str(server.url), objects, arguments.runs)
            for objects in arguments.sizes
        ]
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = {"runs": arguments.runs, "sizes": [asdict(each) for each in sizes]}
    (arguments.out / "diff_scale.json").write_text(json.dumps(report, indent=2) + "\n")
    text = _markdown(sizes, arguments.runs)
    (arguments.out / "diff_scale.md").write_text(text)
    print(text)


def _measure(folder: Path, url: str, objects: int, runs: int) -> Size:
    project = folder / str(objects)
    _write_project(project, url, objects // OBJECTS_A_TABLE)
    _run(project, url, "plumb", "diff", "--dry-run")  # once for the caches
    times: dict[str, list[float]] = {"plumb": [], "atlas": []}
    for _ in range(runs):
        for name, command in (
            ("plumb", ("plumb", "diff", "--dry-run")),
            ("atlas", ("atlas", "migrate", "diff", "change", "--env", "default", "--dry-run")),
        ):
            started = time.perf_counter()
            printed = _run(project, url, *command)
            times[name].append(time.perf_counter() - started)
            created = sum(line.startswith("CREATE INDEX") for line in printed.splitlines())
            if created != len(range(0, objects // OBJECTS_A_TABLE, CHANGED)):
                raise SystemExit(f"{name} prints another migration:\n{printed[:2000]}")
    print(f"{objects} objects: {times}", file=sys.stderr)
    plumb, atlas = times["plumb"], times["atlas"]
    return Size(objects, _median(plumb), _median(atlas), _range(plumb), _range(atlas))


def _median(seconds: list[float]) -> float:
    return round(statistics.median(seconds), 3)


def _range(seconds: list[float]) -> tuple[float, float]:
    return round(min(seconds), 3), round(max(seconds), 3)


def _write_project(project: Path, url: str, tables: int) -> None:
    (project / "migrations").mkdir(parents=True)
    old, new = (
        "".join(_table(number, changed=changed) for number in range(tables))
        for changed in (False, True)
    )
    (project / "migrations" / "20260101000000_initial.sql").write_text(old)
    (project / "schema.sql").write_text(new)
    dev = url.replace("/postgres", "/plumb_shadow_dev", 1)
    (project / "atlas.hcl").write_text(ATLAS.format(url=url, dev=dev))
    _run(project, url, "atlas", "migrate", "hash", "--env", "default")


def _table(number: int, *, changed: bool) -> str:
    changes = changed and number % CHANGED == 0
    extra = "\n    note text," if changes else ""
    text = TABLE.format(number=number, parent=max(number - 1, 0), extra=extra)
    return text + (NEW_INDEX.format(number=number) if changes else "")


def _run(project: Path, url: str, *command: str) -> str:
    environment = {"PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}", "DATABASE_URL": url}
    done = subprocess.run(  # noqa: S603  fixed commands
        [str(BINARIES / command[0]), *command[1:]],
        cwd=project,
        env=environment | {"HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed in {project}:\n{done.stderr}{done.stdout}")
    return done.stdout


def _markdown(sizes: list[Size], runs: int) -> str:
    lines = [
        "# plumb diff by the size of the schema",
        "",
        "Made by `make bench`: tables, keys and indexes, which Atlas sees, too; what is new is a",
        "column and an index in one table of twenty. plumb also compares every other kind of",
        "object, and runs its plan before it prints it.",
        "",
        "| objects | plumb diff | atlas migrate diff | plumb / atlas |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {each.objects:,} | {each.plumb:.2f} s ({each.plumb_range[0]:.2f} to"
        f" {each.plumb_range[1]:.2f}) | {each.atlas:.2f} s ({each.atlas_range[0]:.2f} to"
        f" {each.atlas_range[1]:.2f}) | {each.plumb / each.atlas:.2f} |"
        for each in sizes
    ]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return "\n".join(
        [*lines, "", f"Medians of {runs} interleaved runs. pgplumb {__version__}, {machine}.", ""]
    )


if __name__ == "__main__":
    main()
