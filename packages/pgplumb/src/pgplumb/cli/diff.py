"""`plumb diff`."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, say, styled
from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import (
    MigrationsDirectory,
    migrations_directory,
    read_schema,
)
from pgplumb.migrations.diff import (
    Ask,
    Ends,
    both_ends,
    latest_ends,
    migration_files,
    put_files,
)
from pgplumb.migrations.write import NewFile, check_lock_timeout, check_name, marked
from pgplumb.planner.names import qualified
from pgplumb.planner.prove import Proof
from pgplumb.planner.renames import Rename
from pgplumb.planner.script import script
from pgplumb.planner.statement import Hazard
from pgplumb.planner.steps import PlannedStatement, Verb
from pgplumb.settings import Settings, load_settings
from pgplumb.snapshot.secrets import secret_notes

# What a person should know of a migration that is written without being looked at.
_SERIOUS: Final = frozenset({Hazard.DATA_LOSS, Hazard.REWRITE, Hazard.MAY_FAIL})


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    dry_run: bool = False
    check: bool = False
    as_json: bool = False
    online: bool = False
    allow_drop: bool = False
    reverse: bool = False
    lock_timeout: str = "5s"


def run(name: str, options: Options) -> int:
    """Write the next migration, or show it.

    Out: 0, or 1 where `check` finds something to do. Raises PlumbError for what can't be done.
    """
    check_name(name)
    check_lock_timeout(options.lock_timeout)
    settings = load_settings()
    start_server(settings)
    directory = migrations_directory(settings.root)
    files = read_schema(settings.root)
    progress("replaying the migrations and building the schema ...")
    try:
        if options.reverse:
            with latest_ends(settings, directory, files) as ends:
                return _reverse(options, ends)
        with both_ends(settings, directory, files) as ends:
            return _diff(name, options, settings, directory, ends)
    finally:
        end_progress()


def _diff(
    name: str, options: Options, settings: Settings, directory: MigrationsDirectory, ends: Ends
) -> int:
    renames = ends.renames(_asker(options))
    progress("planning, and trying the plan ...")
    proof = ends.way(renames, online=options.online)
    end_progress()
    for note in _notes(ends):
        say(styled(f"note: {note}", Style.WARNING, sys.stderr))
    if not proof.statements:
        _show_nothing(_relative(directory.folder, settings.root), options)
        return 0
    if not (options.check or options.dry_run or options.allow_drop):
        _need_permission(ends.unpermitted(proof))
    progress("replaying the migrations with the new one ...")
    timeout = options.lock_timeout if options.online else None
    files = migration_files(
        settings, directory, ends, proof, renames, name=name, lock_timeout=timeout
    )
    end_progress()
    if options.as_json:
        _put_data(proof, files)
    if options.check or options.dry_run:
        if not options.as_json:
            _show(_relative(directory.folder, settings.root), files)
            _show_effects(proof.statements)
        return int(options.check)
    written = put_files(settings, directory, files)
    if not options.as_json:
        for path in written:
            out(_relative(path, settings.root))
    _show_hazards(proof.statements)
    return 0


def _reverse(options: Options, ends: Ends) -> int:
    renames = ends.renames(_asker(options))
    progress("planning the way back, and trying it ...")
    back = ends.way_back(renames)
    end_progress()
    if options.as_json:
        _put_data(back, [])
        return 0
    parts = [script(marked(part)) for part in back.transactions()]
    if len(parts) > 1:
        parts = [f"BEGIN;\n\n{part}\nCOMMIT;\n" for part in parts]
    out("\n".join(parts).rstrip("\n"))
    _show_effects(back.statements)
    return 0


def _asker(options: Options) -> Ask | None:
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() and not options.check else None


def _ask(rename: Rename) -> bool:
    end_progress()
    sys.stderr.write(f"Was {rename.before} renamed to {rename.after}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _need_permission(losing: Sequence[PlannedStatement]) -> None:
    if not losing:
        return
    lines = "\n".join(f"  {planned.statement.sql};" for planned in losing)
    dropped = [planned.step.identity for planned in losing if planned.step.verb is Verb.DROP]
    directives = "\n".join(
        f"  -- plumb:drop {identity.kind} {qualified(identity.path)}" for identity in dropped
    )
    raise PlumbError(
        f"The migration would lose data; nothing was written.\n{lines}",
        hint="If it is meant: `plumb diff --allow-drop`"
        + (f", or in a schema file:\n{directives}" if directives else ".")
        + "\nIf something was renamed, say so in a schema file, for example:\n"
        "  -- plumb:rename column contact.kind to category",
    )


def _notes(ends: Ends) -> list[str]:
    notes = [*ends.before.notes, *ends.after.notes]
    notes += (
        f"{difference.table}: its columns stand in the order {', '.join(difference.before)};"
        f" the schema files write {', '.join(difference.after)}."
        " PostgreSQL can't move columns, and nothing needs it to."
        for difference in ends.order_differences()
    )
    return notes + secret_notes(ends.before.snapshot, ends.after.snapshot)


def _show_nothing(folder: str, options: Options) -> None:
    if options.as_json:
        _put_data(Proof(()), [])
    else:
        say(f"The migrations in {folder} already give the schema: nothing to do.")


def _show(folder: str, files: Iterable[NewFile]) -> None:
    for number, file in enumerate(files):
        out(("\n" if number else "") + styled(f"-- {folder}/{file.name}", Style.QUIET))
        for line in file.text.rstrip("\n").splitlines():
            gone = line.startswith("DROP ") or " DROP " in line
            style = Style.QUIET if line.startswith("--") else Style.BAD if gone else Style.GOOD
            out(styled(line, style) if line else "")


def _show_effects(statements: Iterable[PlannedStatement]) -> None:
    """Say what each statement locks, and what else it does to a database in use."""
    for planned in statements:
        statement = planned.statement
        words = [f"locks {lock.relation}: {lock.mode}" for lock in statement.locks]
        words += [styled(hazard, Style.WARNING, sys.stderr) for hazard in sorted(statement.hazards)]
        if words:
            say(statement.sql.partition("\n")[0])
            for each in words:
                say(f"  {each}")


def _show_hazards(statements: Iterable[PlannedStatement]) -> None:
    for planned in statements:
        serious = sorted(planned.statement.hazards & _SERIOUS)
        if serious:
            first = planned.statement.sql.partition("\n")[0]
            words = ", ".join(serious)
            say(f"{styled('hazard:', Style.WARNING, sys.stderr)} {words}: {first}")


def _put_data(proof: Proof, files: Iterable[NewFile]) -> None:
    data = {
        "version": 1,
        "statements": [
            {**statement_data(planned), "transaction": number}
            for number, transaction in enumerate(proof.transactions(), start=1)
            for planned in transaction
        ],
        "files": [{"name": file.name, "text": file.text} for file in files],
    }
    out(json.dumps(data, indent=2, ensure_ascii=False))


def statement_data(planned: PlannedStatement) -> dict[str, Any]:
    """One statement for --json."""
    identity = planned.step.identity
    return {
        "action": "drop" if planned.step.verb is Verb.DROP else "make",
        "kind": str(identity.kind),
        "name": list(identity.path),
        "sql": planned.statement.sql,
        "locks": [
            {"relation": lock.relation, "mode": lock.mode} for lock in planned.statement.locks
        ],
        "hazards": sorted(planned.statement.hazards),
        "in_transaction": planned.statement.in_transaction,
    }


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
