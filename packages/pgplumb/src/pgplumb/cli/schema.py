"""`plumb schema diff` and `plumb schema inspect`."""

import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.cli.schema_data import diff_data, inspect_data
from pgplumb.cli.terminal import end_progress, out, progress, say
from pgplumb.errors import PlumbError
from pgplumb.planner.directives import Directives, read_directives
from pgplumb.planner.prove import Wishes
from pgplumb.planner.renames import undone
from pgplumb.planner.script import written
from pgplumb.planner.statement import Hazard
from pgplumb.postgres.schema_files import SchemaFile
from pgplumb.snapshot.secrets import secret_notes
from pgplumb.sources.build import Built, build, taker
from pgplumb.sources.compare import Comparison, Transaction, compare
from pgplumb.sources.live import read_live
from pgplumb.sources.model import LiveDatabase, Script, Server, Source
from pgplumb.sources.parse import EMPTY, STDIN, parse_source
from pgplumb.sources.servers import scratch_server
from pgplumb.sources.split import check_split, split

_NOTHING: Final = Script(EMPTY, ())
_SERIOUS: Final = frozenset({Hazard.DATA_LOSS, Hazard.REWRITE, Hazard.MAY_FAIL})


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What was asked for on the command line.

    owners, column_order: None where nothing was said of them; then they count between two schemas
    that stand in files, which say all there is.
    """

    exit_code: bool = False
    as_json: bool = False
    output: Path | None = None
    owners: bool | None = None
    online: bool = False
    column_order: bool | None = None
    allow_drop: bool = False
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class InspectOptions:
    """What was asked for on the command line."""

    as_json: bool = False
    split_to: Path | None = None
    force: bool = False
    owners: bool = False


def diff(before: str, after: str, options: DiffOptions) -> int:
    """Print the SQL that turns one schema into the other: 0, or 1 where that was asked for.

    Raises PlumbError for what can't be read, can't be built or can't be done.
    """
    if before == after == STDIN:
        raise PlumbError("Standard input can't be both schemas.")
    source, target = parse_source(before), parse_source(after)
    directives = _directives(target)
    if options.reverse:
        source, target = target, source
        directives = Directives(undone(directives.renames))
    exact = _is_written(source) and _is_written(target)
    owners = exact if options.owners is None else options.owners
    wishes = Wishes(
        renames=directives.renames,
        column_order=exact if options.column_order is None else options.column_order,
        online=options.online,
        effects=True,
    )
    with (
        _server() as server,
        _built(source, server, owners=owners) as one,
        _built(target, server, owners=owners) as other,
    ):
        comparison = _compared(one, other, wishes)
        notes = [*one.notes, *other.notes, *_order_notes(comparison)]
        notes += secret_notes(one.snapshot, other.snapshot)
    for note in notes:
        say(f"note: {note}")
    _warn(comparison, directives, allow_drop=options.allow_drop)
    if options.as_json:
        _put(diff_data(source, target, comparison, notes), options.output)
    else:
        _put(_sql(comparison.transactions), options.output)
    if comparison.is_empty:
        say("The two schemas are equal.")
    return int(options.exit_code and not comparison.is_empty)


def _is_written(source: Source) -> bool:
    """Whether it is a schema as people write it down: no database in use, and no migrations."""
    return isinstance(source, Script) and not source.in_order


def inspect(schema: str, options: InspectOptions) -> int:
    """Print a schema as SQL or JSON, or write it into files by kind.

    Raises PlumbError for what can't be read or built, and for files that are there already.
    """
    source = parse_source(schema)
    if options.split_to is not None and options.as_json:
        raise PlumbError("--split-to writes SQL, not JSON: choose one of the two.")
    if options.as_json and isinstance(source, LiveDatabase):
        progress(f"reading {source.name} ...")
        snapshot = read_live(source.url, taker(owners=options.owners))
        end_progress()
        _put(inspect_data(source, snapshot))
        return 0
    with _server() as server, _built(source, server, owners=options.owners) as built:
        for note in built.notes:
            say(f"note: {note}")
        if options.as_json:
            _put(inspect_data(source, built.snapshot))
            return 0
        with _built(_NOTHING, server, owners=options.owners) as nothing:
            comparison = _compared(nothing, built, Wishes())
        if options.split_to is None:
            _put(_sql(comparison.transactions))
            return 0
        files = split(comparison.proof.statements, built.snapshot)
        progress("loading the files ...")
        check_split(files, built)
        end_progress()
    _write_files(options.split_to, files, force=options.force)
    return 0


@contextmanager
def _server() -> Generator[Server]:
    progress("starting PostgreSQL ...")
    with scratch_server(say) as server:
        yield server


@contextmanager
def _built(source: Source, server: Server, *, owners: bool) -> Generator[Built]:
    progress(f"building {source.name} ...")
    try:
        with build(source, server, owners=owners) as built:
            end_progress()
            yield built
    finally:
        end_progress()


def _compared(source: Built, target: Built, wishes: Wishes) -> Comparison:
    progress("planning, and trying the plan ...")
    try:
        return compare(source, target, wishes)
    finally:
        end_progress()


def _directives(source: Source) -> Directives:
    """What the files of a schema ask for; migrations are history, and ask for nothing."""
    if not isinstance(source, Script) or source.in_order:
        return Directives()
    return read_directives(SchemaFile(each.path, each.text) for each in source.texts)


def _order_notes(comparison: Comparison) -> list[str]:
    return [
        f"{each.table}: its columns would stand in the order {', '.join(each.before)},"
        f" not {', '.join(each.after)}. PostgreSQL can't move columns; --column-order makes them"
        " anew, which rewrites the table."
        for each in comparison.order
    ]


def _warn(comparison: Comparison, directives: Directives, *, allow_drop: bool) -> None:
    for planned in comparison.proof.statements:
        hazards = planned.statement.hazards & _SERIOUS
        if allow_drop or directives.allow_drop(planned.step.identity):
            hazards -= {Hazard.DATA_LOSS}
        if hazards:
            first = planned.statement.sql.partition("\n")[0]
            say(f"warning: {', '.join(sorted(hazards))}: {first}")


def _sql(transactions: Sequence[Transaction]) -> str:
    """SQL for psql or any other client; BEGIN and COMMIT only where one transaction won't do."""
    several = len(transactions) > 1
    parts: list[str] = []
    for transaction in transactions:
        paragraphs = ["".join(map(written, paragraph)) for paragraph in transaction]
        if several and transaction[0][0].in_transaction:
            paragraphs = ["BEGIN;\n", *paragraphs, "COMMIT;\n"]
        parts += paragraphs
    return "\n".join(parts)


def _put(text: str, output: Path | None = None) -> None:
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PlumbError(f"{output}: can't be written: {error}") from error


def _write_files(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        raise PlumbError(
            f"{folder} already has {', '.join(there)}; nothing was written.",
            hint="Choose another folder, or replace them with --force.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
            out(str(folder / name))
    except OSError as error:
        raise PlumbError(f"{folder}: can't be written: {error}") from error
