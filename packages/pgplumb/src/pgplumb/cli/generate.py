"""`plumb generate`."""

import time
from typing import Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import end_progress, progress, say
from pgplumb.gates.sqlc import (
    is_refused_by_static_analysis_alone,
    is_sql_error,
    outputs,
    read_config,
    run_sqlc,
)
from pgplumb.settings import Settings, load_settings

_ADVICE: Final = (
    "PostgreSQL accepts these queries; it is sqlc's own analysis that does not understand them.\n"
    "Let sqlc ask the server: in sqlc.yaml write `analyzer: {database: true}`."
)


def run() -> int:
    """Generate the code: 0 done, 1 the SQL is wrong, 2 could not run."""
    settings = load_settings()
    folders = outputs(read_config(settings))
    start_server(settings)
    before = _contents(settings, folders)
    begin = time.monotonic()
    progress("sqlc generate")
    try:
        finished = run_sqlc(settings, "generate")
    finally:
        end_progress()
    if finished.text:
        say(finished.text)
    if finished.code != 0:
        if is_refused_by_static_analysis_alone(settings, finished):
            say(_ADVICE)
        return 1 if is_sql_error(finished) else 2
    after = _contents(settings, folders)
    changed = [name for name, content in after.items() if before.get(name) != content]
    for name in changed:
        say(f"{'changed' if name in before else 'new':<9}{name}")
    seconds = time.monotonic() - begin
    what = f"{len(changed)} of {len(after)} files changed" if changed else "nothing changed"
    say(f"{', '.join(folders)}: {what} ({seconds:.1f} s)")
    return 0


def _contents(settings: Settings, folders: list[str]) -> dict[str, bytes]:
    return {
        path.relative_to(settings.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((settings.root / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
