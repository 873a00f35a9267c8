"""`plumb describe`."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pgplumb.cli.server_commands import start_server
from pgplumb.cli.terminal import Style, end_progress, out, progress, say, styled
from pgplumb.describing import ColumnFacts, Problem, QueryFacts, Report, describe_queries
from pgplumb.errors import PlumbError
from pgplumb.project import SQLC_FILES, find_root, sqlc_file
from pgplumb.settings import load_settings

# The version of the JSON: docs/describe.md says what may change without a new one.
VERSION: Final = 1
_WIDEST: Final = 36


def run(query_file: str | None, *, as_json: bool, config: Path | None) -> int:
    """Describe the queries: 0 all are described, 1 some are rejected."""
    config_file = _config_file() if config is None else config
    if not config_file.is_file():
        raise PlumbError(f"There is no file {config_file}.")
    settings = load_settings() if config is None else load_settings(config=config_file)
    start_server(settings)
    progress("asking sqlc and PostgreSQL")
    try:
        report = describe_queries(settings, config_file, query_file)
    finally:
        end_progress()
    if as_json:
        out(json.dumps(to_json(report), ensure_ascii=False, indent=2))
    else:
        show(report)
    return 1 if report.problems else 0


def to_json(report: Report) -> dict[str, Any]:
    """The report in the form that docs/describe.md documents."""
    return {
        "version": VERSION,
        "queries": [
            {**asdict(query), "columns": [_column(column) for column in query.columns]}
            for query in report.queries
        ],
        "errors": [
            {
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "query": problem.query,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in report.problems
        ],
    }


def _column(column: ColumnFacts) -> dict[str, Any]:
    written = asdict(column)
    del written["embed"]
    if column.embed is not None:
        written |= {"embed": column.embed.name, "embed_py_type": column.embed.py_type}
    return written


def _config_file() -> Path:
    root = find_root()
    found = sqlc_file(root)
    if found is None:
        raise PlumbError(f"There is no {SQLC_FILES[0]} in {root}.")
    return found


def show(report: Report) -> None:
    """Print the report for people: what is described on stdout, what is rejected on stderr."""
    blocks = [_block(query) for query in report.queries]
    if blocks:
        out("\n\n".join(blocks))
    for number, problem in enumerate(report.problems):
        say(("\n" if blocks or number else "") + _problem(problem))


def _block(query: QueryFacts) -> str:
    place = styled(f"{query.file}:{query.line}:", Style.QUIET)
    lines = [f"{place} {styled(query.name, Style.STRONG)} {query.cmd}"]
    takes = [
        (each.name, each.pg_type, each.py_type, ("may be NULL" * each.nullable, Style.WARNING))
        for each in query.params
    ]
    gives: list[tuple[str, str, str, tuple[str, Style]]] = []
    embed = None
    for column in query.columns:
        if column.embed is not None and column.embed != embed:
            gives.append((column.embed.name, "", column.embed.py_type, ("", Style.QUIET)))
        embed = column.embed
        name = column.name if embed is None else f"{embed.name}.{column.name}"
        gives.append((name, column.pg_type, column.py_type, _why(column)))
    rows = [*takes, *gives]
    # What is longer than this stands out of its column rather than moving all the others.
    widths = [
        max((len(row[part]) for row in rows if len(row[part]) <= _WIDEST), default=0)
        for part in range(3)
    ]
    for title, part in (("parameters", takes), ("columns", gives)):
        if part:
            lines += [f"  {styled(title, Style.QUIET)}", *_aligned(part, widths)]
    return "\n".join(lines)


def _why(column: ColumnFacts) -> tuple[str, Style]:
    if column.nullable:
        return f"may be NULL: {column.reason}", Style.WARNING
    return f"never NULL: {column.reason}", Style.GOOD


def _aligned(
    rows: Iterable[tuple[str, str, str, tuple[str, Style]]], widths: Sequence[int]
) -> list[str]:
    lines: list[str] = []
    for *cells, (why, style) in rows:
        padded = [str(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)]
        text = f"    {'  '.join(padded)}"
        lines.append(f"{text}  {styled(why, style)}" if why else text.rstrip())
    return lines


def _problem(problem: Problem) -> str:
    """`file:line:column: query: message`; below it the line of SQL, a caret and the hint."""
    parts = [str(each) for each in (problem.file, problem.line, problem.column) if each is not None]
    named = f"{problem.query}: " if problem.query else ""
    lines = [f"{':'.join(parts)}: {styled(named + problem.message, Style.BAD, sys.stderr)}"]
    if problem.source and problem.source.strip() and problem.column is not None:
        before = problem.source[: problem.column - 1].lstrip()
        lines += [f"    {problem.source.strip()}", f"    {' ' * len(before)}^"]
    if problem.hint:
        lines.append(f"    Hint: {problem.hint}")
    return "\n".join(lines)
