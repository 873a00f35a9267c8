"""`plumb diff`."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, say, styled
from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import (
    MigrationsDirectory,
    migrations_directory,
    schema_patterns,
)
from pgplumb.migrations.diff import (
    Ends,
    answered,
    both_ends,
    latest_ends,
    unpermitted,
    write_migration,
)
from pgplumb.migrations.write import NewFile, check_name, new_files, next_version
from pgplumb.planner.difference import described
from pgplumb.planner.plan import PlannedStatement, Verb
from pgplumb.planner.prove import Proof, Wishes
from pgplumb.planner.renames import Candidate
from pgplumb.planner.script import script
from pgplumb.planner.statement import Hazard
from pgplumb.settings import Settings, load_settings

_FORMATS_WITH_WAY_BACK: Final = frozenset({"goose", "dbmate", "golang-migrate", "flyway"})
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
    settings = load_settings()
    start_server(settings)
    directory = migrations_directory(settings.root)
    progress("replaying the migrations and building the schema ...")
    try:
        if options.reverse:
            return _reverse(settings, directory)
        with both_ends(settings, directory, schema_patterns(settings.root)) as ends:
            end_progress()
            return _diff(name, options, settings, directory, ends)
    finally:
        end_progress()


def _diff(
    name: str, options: Options, settings: Settings, directory: MigrationsDirectory, ends: Ends
) -> int:
    asking = sys.stdin.isatty() and sys.stderr.isatty() and not options.check
    renames = answered(ends, _ask if asking else None)
    progress("planning, and trying the plan ...")
    proof = ends.prove(Wishes(renames=renames, online=options.online))
    end_progress()
    _need(proof)
    for note in _notes(ends):
        say(styled(f"note: {note}", Style.WARNING, sys.stderr))
    if not proof.statements:
        _nothing(_relative(directory.folder, settings.root), options)
        return 0
    files = _files(name, options, directory, proof, ends)
    if options.as_json:
        out(json.dumps(_data(proof, files), indent=2, ensure_ascii=False))
    if options.check or options.dry_run:
        if not options.as_json:
            out(_text(proof, colours=True).rstrip("\n"))
        _show_hazards(proof)
        return int(options.check)
    _need_permission(proof, options, ends)
    progress("replaying the migrations with the new one ...")
    written = write_migration(settings, directory, files, ends)
    end_progress()
    if not options.as_json:
        for path in written:
            out(_relative(path, settings.root))
    _show_hazards(proof)
    return 0


def _reverse(settings: Settings, directory: MigrationsDirectory) -> int:
    with latest_ends(settings, directory) as ends:
        back = ends.prove_reverse()
    end_progress()
    _need(back)
    out(_text(back).rstrip("\n"))
    _show_hazards(back)
    return 0


def _ask(candidate: Candidate) -> bool:
    end_progress()
    sys.stderr.write(f"Was {candidate.old} renamed to {candidate.new_name}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _need(proof: Proof) -> None:
    """Raise PlumbError for a proof that does not hold: nothing is written then."""
    if proof.refusal is not None:
        refused = proof.refusal
        raise PlumbError(
            f"PostgreSQL refuses the plan at {refused.planned.step.identity}: "
            f"{refused.error.diag.message_primary or refused.error}\n"
            f"  {refused.planned.statement.sql}",
            hint="Nothing was written. Write this migration by hand (`atlas migrate new`), then "
            "run `plumb diff` for the rest.",
        )
    if proof.left:
        raise PlumbError(
            "The plan does not lead to the schema; this would be left:\n" + described(proof.left),
            hint="Nothing was written. Write this part by hand (`atlas migrate new`).",
        )


def _need_permission(proof: Proof, options: Options, ends: Ends) -> None:
    losing = unpermitted(proof, ends.directives)
    if not losing or options.allow_drop:
        return
    lines = "\n".join(f"  {planned.statement.sql};" for planned in losing)
    dropped = [planned.step.identity for planned in losing if planned.step.verb is Verb.DROP]
    directives = "\n".join(f"  -- plumb:drop {identity}" for identity in dropped)
    raise PlumbError(
        f"The migration would lose data; nothing was written.\n{lines}",
        hint="If it is meant: `plumb diff --allow-drop`"
        + (f", or in a schema file:\n{directives}" if directives else "")
        + "\nIf something was renamed, say so in a schema file, for example:\n"
        "  -- plumb:rename column contact.kind to category",
    )


def _files(
    name: str, options: Options, directory: MigrationsDirectory, proof: Proof, ends: Ends
) -> list[NewFile]:
    back = None
    if directory.format in _FORMATS_WITH_WAY_BACK:
        reverse = ends.prove_reverse()
        back = reverse.transactions() if reverse.holds else None
    preamble = f"SET lock_timeout = '{options.lock_timeout}';\n\n" if options.online else ""
    version = next_version(directory)
    return new_files(
        directory, name, proof.transactions(), back, version=version, preamble=preamble
    )


def _notes(ends: Ends) -> list[str]:
    notes = [*ends.before.notes, *ends.after.notes]
    notes += (
        f"{difference.table}: its columns stand in the order {', '.join(difference.before)};"
        f" the schema files write {', '.join(difference.after)}."
        " PostgreSQL can't move columns, and nothing needs it to."
        for difference in ends.order_differences()
    )
    return notes


def _nothing(folder: str, options: Options) -> None:
    if options.as_json:
        out(json.dumps({"version": 1, "statements": [], "files": []}, indent=2))
    else:
        say(f"The migrations in {folder} already give the schema: nothing to do.")


def _text(proof: Proof, *, colours: bool = False) -> str:
    parts = proof.transactions()
    text = "\nCOMMIT;\n\n".join(script(part) for part in parts)
    if not colours:
        return text
    lines = [
        styled(line, Style.BAD if line.startswith("DROP ") or " DROP " in line else Style.GOOD)
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def _show_hazards(proof: Proof) -> None:
    for planned in proof.statements:
        serious = sorted(planned.statement.hazards & _SERIOUS)
        if serious:
            first = planned.statement.sql.partition("\n")[0]
            words = ", ".join(serious)
            say(f"{styled('hazard:', Style.WARNING, sys.stderr)} {words}: {first}")


def _data(proof: Proof, files: list[NewFile]) -> dict[str, Any]:
    return {
        "version": 1,
        "statements": [statement_data(planned) for planned in proof.statements],
        "files": [{"name": file.name, "text": file.text} for file in files],
    }


def statement_data(planned: PlannedStatement) -> dict[str, Any]:
    """One statement for --json."""
    identity = planned.step.identity
    return {
        "action": "drop" if planned.step.verb is Verb.DROP else "make",
        "kind": str(identity.kind),
        "name": list(identity.path),
        "sql": planned.statement.sql,
        "hazards": sorted(planned.statement.hazards),
        "in_transaction": planned.statement.in_transaction,
    }


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
