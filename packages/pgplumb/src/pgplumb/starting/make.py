"""A project, made whole in a folder beside its own and moved there at last."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.sqlc import run_sqlc
from pgplumb.gates.tools import Finished, find_tool
from pgplumb.migrations.baseline import from_nothing, need_unknown
from pgplumb.migrations.configuration import migrations_directory
from pgplumb.migrations.diff import migration_files, put_files
from pgplumb.migrations.directory import renew_sum
from pgplumb.migrations.write import NewFile
from pgplumb.settings import Settings, load_settings
from pgplumb.sources.model import Server
from pgplumb.sources.servers import temporary_server
from pgplumb.sources.split import FILES, check_split, split
from pgplumb.starting.project import SCHEMA, Plan, lay_out, name_schema_files
from pgplumb.starting.queries import query_files
from pgplumb.starting.tables import read_tables
from pgplumb.urls import DatabaseUrl

Report = Callable[[str], None]
"""Is told what people should know."""

_FORMAT: Final = "atlas"  # what the template's atlas.hcl has
_BASELINE: Final = "baseline"
# The linters' advice comes too late for what is there.
_BASELINE_HEAD: Final = """\
-- What the database held before this project began. It is marked as applied there, and runs on
-- empty databases only.
-- squawk-ignore-file -- it is there already
-- atlas:nolint -- it is there already
"""
_REFUSED: Final = re.compile(r"^db/query/(\w+\.sql):\d+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Made:
    """A project that is there.

    baseline: the migration that makes what its database holds; None for a new one. tables: how many
    have first queries.
    """

    settings: Settings
    baseline: NewFile | None
    tables: int


def make(
    template: Path,
    target: Path,
    plan: Plan,
    live: DatabaseUrl | None,
    *,
    pg_bin: Path | None,
    scratch: DatabaseUrl | None,
    report: Report,
    progress: Report,
) -> Made:
    """Make a project in `target`, which is not there or empty.

    live: the database that it is for, which is only read. pg_bin: other PostgreSQL programs than
    the embedded ones. scratch: the server to try things out on, a temporary one by default.
    Raises PlumbError, and then nothing has been written.
    """
    need_free(target)
    if live is not None:
        need_unknown(live, _FORMAT)
    with ExitStack() as stack:
        if scratch is None:
            progress("starting PostgreSQL ...")
        server = stack.enter_context(server_to_try_on(scratch, pg_bin))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)
        except OSError as error:
            raise PlumbError(f"{target.parent} can't be written to: {error.strerror}") from error
        stack.callback(shutil.rmtree, beside, ignore_errors=True)
        folder = Path(beside) / target.name
        try:
            progress("copying the template ...")
            folder.mkdir()
            lay_out(template, folder, plan)
            settings = replace(load_settings(folder, {}), url=server.url, pg_bin=pg_bin)
            baseline, tables = None, 0
            if live is not None:
                baseline, tables = _adopt(settings, server, live, report, progress)
            directory = migrations_directory(folder)
            renew_sum(settings, directory, directory)
            progress("sqlc generate ...")
            tables -= _generate(settings, report)
            progress("uv lock ...")
            _lock(template, folder)
            _begin_history(target, folder)
            folder.rename(target)
        except OSError as error:
            raise PlumbError(f"{target} can't be made: {error}") from error
        return Made(replace(settings, root=target.resolve()), baseline, tables)


def need_free(target: Path) -> None:
    """Raise PlumbError for a folder that has something in it."""
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise PlumbError(f"{target} can't be read: {error.strerror}") from error
    if taken:
        raise PlumbError(
            f"{target} is there already; nothing was written.",
            hint="Choose another name, or move it out of the way.",
        )


def server_to_try_on(
    scratch: DatabaseUrl | None, pg_bin: Path | None
) -> AbstractContextManager[Server]:
    """The server that was named for that, or a temporary one."""
    if scratch is not None:
        return nullcontext(Server(scratch, makes_roles=False))
    return temporary_server(pg_bin)


def _adopt(
    settings: Settings, server: Server, live: DatabaseUrl, report: Report, progress: Report
) -> tuple[NewFile, int]:
    """Write the schema, the baseline and the first queries; gives how many tables there are."""
    directory = migrations_directory(settings.root)
    progress(f"reading {live.redacted}, and building it again ...")
    with from_nothing(live, server, report) as ends:
        proof = ends.way([], effects=False)
        if not proof.statements:
            raise PlumbError(f"{live.redacted} is empty.", hint="Leave --from out.")
        progress("writing its schema into files, and loading them ...")
        files = split(proof.statements, ends.after.snapshot)
        check_split(files, ends.after)
        _write_all(settings.root / "db" / "schema", files)
        wanted = [name for name in FILES if name in files or name in SCHEMA]
        name_schema_files(settings.root, wanted)
        progress("replaying the baseline ...")
        made = migration_files(settings, directory, ends, proof, [], name=_BASELINE)
        made = [replace(each, text=_with_head(each.text)) for each in made]
        put_files(settings, directory, made)
        tables = read_tables(ends.after.url)
    _write_all(settings.root / "db" / "query", query_files(tables))
    return made[-1], len(tables)


def _with_head(text: str) -> str:
    # What Atlas reads has to stay in front.
    head, blank, rest = text.partition("\n\n")
    if head.startswith("-- atlas:"):
        return f"{head}{blank}{_BASELINE_HEAD}\n{rest}"
    return f"{_BASELINE_HEAD}\n{text}"


def _generate(settings: Settings, report: Report) -> int:
    """Run sqlc; first queries that it does not understand are left out. Gives how many files."""
    left_out = 0
    while True:
        finished = run_sqlc(settings, "generate")
        if finished.code == 0:
            return left_out
        refused = set(_REFUSED.findall(finished.text))
        if not refused:
            raise _not_generated(finished)
        for name in sorted(refused):
            (settings.root / "db" / "query" / name).unlink(missing_ok=True)
            report(f"note: there is no db/query/{name}: sqlc does not take its queries")
        for line in finished.text.splitlines():
            report(f"  {line}")
        left_out += len(refused)


def _not_generated(finished: Finished) -> PlumbError:
    if "db/schema/" not in finished.text:
        return PlumbError("`sqlc generate` failed; nothing was written.", hint=finished.text)
    return PlumbError(
        "sqlc, which has a parser of its own, does not take the schema; nothing was written.",
        hint=f"{finished.text}\n"
        "What is newer than that parser has to be left out, such as columns that are GENERATED ..."
        " VIRTUAL: STORED will do.",
    )


def _lock(template: Path, folder: Path) -> None:
    """Write uv.lock, with the versions that the template has."""
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(  # noqa: S603  the template's own
        [str(template / "scripts" / "uv"), "lock", "--quiet", "--project", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    if done.returncode != 0:
        raise PlumbError("`uv lock` failed; nothing was written.", hint=done.stderr.strip())


def _begin_history(target: Path, folder: Path) -> None:
    """Make it a repository, unless it will be in one."""
    git = find_tool("git")
    if git is None or _is_in_repository(str(git), target.parent):
        return
    subprocess.run(  # noqa: S603  git
        [str(git), "init", "--quiet", "--initial-branch=main", str(folder)],
        check=False,
        capture_output=True,
    )


def _is_in_repository(git: str, folder: Path) -> bool:
    asked = [git, "rev-parse", "--is-inside-work-tree"]
    return subprocess.run(asked, check=False, capture_output=True, cwd=folder).returncode == 0  # noqa: S603


def _write_all(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
