"""The gate `queries`: every query prepares on the migrated database, and keeps to the rules."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pgplumb.describing.model import Problem
from pgplumb.errors import LocatedError
from pgplumb.gates.findings import Finding, Place, Rule, Severity
from pgplumb.gates.located import refused
from pgplumb.gates.migration_files import migration_files
from pgplumb.gates.migrations import REPLAY
from pgplumb.gates.model import Result, judged
from pgplumb.gates.project_queries import Answers, ProjectQueries, ProjectQuery
from pgplumb.gates.query_ignores import ignores_in
from pgplumb.gates.query_text import stars, writes_without_where
from pgplumb.gates.scans import Explainer, explainer
from pgplumb.gates.sqlc import read_config
from pgplumb.gates.sqlc_rules import has_rules, vet
from pgplumb.gates.workspace import Workspace
from pgplumb.planner.directives import LargeTable, read_directives
from pgplumb.postgres.locations import location_of
from pgplumb.postgres.tokens import Kind, code_tokens, tokenize
from pgplumb.urls import DatabaseUrl

NAME: Final = "queries"
_IGNORE: Final = "or, if that is meant, write above the query: -- plumb:ignore {} -- why"
REFUSED: Final = Rule(
    NAME, "refused", "sqlc can't read it: no code can be generated from it.", "Mend the SQL."
)
DOES_NOT_PREPARE: Final = Rule(
    NAME,
    "does-not-prepare",
    "On the database that the migrations make, the function that is generated from it always "
    "fails.",
    "Mend the query; or write the migration that it needs: `plumb diff NAME`.",
)
NO_WHERE: Final = Rule(
    NAME,
    "no-where",
    "It changes every row of the table, and holds all of them locked until it is committed. Most "
    "often the condition was forgotten.",
    f"Write WHERE; {_IGNORE.format('no-where')}",
)
STAR: Final = Rule(
    NAME,
    "star-in-api",
    "The query is marked with plumb:api: what it returns is handed out as it is, and with a star "
    "the next column that somebody adds to the table is, too.",
    f"Name the columns; {_IGNORE.format('star-in-api')}",
)
FULL_SCAN: Final = Rule(
    NAME,
    "full-scan",
    "The schema says that the table is large (plumb:large), and PostgreSQL can only read it from "
    "end to end: the query gets slower with every row.",
    "Make an index for its condition, or give it one that an index has; "
    + _IGNORE.format("full-scan"),
)
UNKNOWN_LARGE: Final = Rule(
    NAME,
    "unknown-large-table",
    "The directive protects nothing.",
    "Correct the name; or take the directive out, if the table is gone.",
)
UNKNOWN: Final = Rule(
    NAME,
    "unknown-directive",
    "It does nothing, though it looks as if it did.",
    "There are plumb:ignore, plumb:api (for a query) and plumb:api file (for all of its file).",
)
UNEXPLAINED: Final = Rule(
    NAME,
    "ignore-without-reason",
    "Whoever reads this later can't tell a decision from a way around the check.",
    "Name the rule and say why behind two dashes: -- plumb:ignore no-where -- the table is a queue",
)
UNUSED: Final = Rule(
    NAME,
    "unused-ignore",
    "An ignore that ignores nothing hides the next mistake.",
    "Take it out.",
    Severity.WARNING,
)
_DIRECTIVE: Final = re.compile(r"--\s*plumb:(?P<name>[\w-]*)[^\S\n]*(?P<rest>.*?)\s*")


def examine(workspace: Workspace) -> Result:
    """Prepare the queries, and apply the rules of ours and of sqlc.yaml. Raises PlumbError."""
    try:
        read = workspace.queries()
        large = read_directives(read.schema).large
    except LocatedError as error:
        found = refused(REFUSED, error, workspace.settings.root)
        return judged(found, clean="", failed="the schema files are refused")
    notes = list(read.notes)
    if not migration_files(workspace.directory):
        notes.append("there are no migrations: the queries were prepared on the schema files")
    try:
        database = workspace.migrated()
        answers = workspace.answers()
    except LocatedError as error:
        found = refused(REPLAY, error, workspace.settings.root)
        return judged(found, clean="", failed="the migrations do not run")
    findings = [of_problem(REFUSED, problem) for problem in read.problems]
    findings += [of_problem(DOES_NOT_PREPARE, each) for each in answers.refused.values()]
    findings += _of_rules(read, answers, large, database.url)
    if has_rules(read_config(workspace.settings)) and not read.problems:
        found_by_sqlc = vet(workspace, NAME, read.queries)
        if isinstance(found_by_sqlc, Result):
            return found_by_sqlc
        findings += found_by_sqlc
    findings.sort(key=_order)
    count = len(findings)
    return judged(
        findings,
        clean=f"{_counted(len(read.queries))} on the migrated database, and keep to the rules",
        failed=f"{count} finding{'s' if count != 1 else ''} in the queries",
        notes=notes,
    )


def of_problem(rule: Rule, problem: Problem) -> Finding:
    """What is wrong with a query, as a finding."""
    name = f"{problem.query}: " if problem.query else ""
    return rule.finding(
        f"{name}{problem.message}", place=_place(problem), detail=problem.hint or ""
    )


def _place(problem: Problem) -> Place | None:
    return None if problem.file is None else Place(problem.file, problem.line, problem.column)


def _of_rules(
    read: ProjectQueries, answers: Answers, large: Iterable[LargeTable], database: DatabaseUrl
) -> Iterator[Finding]:
    """What the rules of ours find that no comment silences, and what is wrong with comments."""
    served = {query.piece.file.path for query in read.queries if _is_api(query, "file")}
    with explainer(database, [table.path for table in large]) as explained:
        for table in large:
            if table.path in explained.unknown:
                yield UNKNOWN_LARGE.finding(
                    f"there is no table {'.'.join(table.path)}", place=_located(table.location)
                )
        for query in read.queries:
            is_served = _is_api(query) or query.piece.file.path in served
            found = [*_of_text(query, is_served=is_served), *_of_plan(query, answers, explained)]
            yield from _left(query, found, is_known=query.key in answers.described)


def _of_text(query: ProjectQuery, *, is_served: bool) -> Iterator[Finding]:
    for word, token in writes_without_where(query.piece.source):
        what = "UPDATE changes" if word == "update" else "DELETE removes"
        yield _at(query, token.start, NO_WHERE, f"the {what} every row: it has no WHERE")
    if is_served:
        for token in stars(query.piece.source):
            yield _at(query, token.start, STAR, "the star hands out whatever the table holds")


def _of_plan(query: ProjectQuery, answers: Answers, explained: Explainer) -> Iterator[Finding]:
    answer = answers.described.get(query.key)
    if answer is None or query.request.command == ":copyfrom":
        return
    for path, how in explained.full_scans(answer.text, len(answer.description.parameters)):
        message = f"reads all of {'.'.join(path)}, {how}"
        yield _at(query, _mentioned(query, path[-1]), FULL_SCAN, message)


def _left(query: ProjectQuery, found: list[Finding], *, is_known: bool) -> Iterator[Finding]:
    """The findings that no comment in the query silences; and comments that are wrong.

    is_known: whether there was a plan to look at.
    """
    ignores = ignores_in(query.piece.source)
    for finding in found:
        silenced = [each for each in ignores if finding.rule in each.words]
        for each in silenced:
            each.used = True
        if not silenced:
            yield finding
    for each in ignores:
        if not each.has_reason or not each.words:
            yield _at(query, each.start, UNEXPLAINED, f"`{each.text}` gives no reason")
        elif is_known and not each.used:
            yield _at(query, each.start, UNUSED, f"`{each.text}` silences nothing")
    for start, name, _ in _directives(query):
        if name not in ("ignore", "api"):
            yield _at(query, start, UNKNOWN, f"there is no directive plumb:{name} for queries")


def _is_api(query: ProjectQuery, rest: str = "") -> bool:
    return any((name, said) == ("api", rest) for _, name, said in _directives(query))


def _directives(query: ProjectQuery) -> Iterator[tuple[int, str, str]]:
    """Where each `-- plumb:` comment of a query is, its name and the rest."""
    for token in tokenize(query.piece.source):
        found = _DIRECTIVE.fullmatch(token.text) if token.kind is Kind.COMMENT else None
        if found is not None:
            yield token.start, found["name"], found["rest"]


def _mentioned(query: ProjectQuery, table: str) -> int:
    """Where a table is named in a query: a view may hide it, then where its SQL begins."""
    tokens = code_tokens(query.piece.source)
    named = (each.start for each in tokens if each.text.strip('"').lower() == table.lower())
    return next(named, tokens[0].start if tokens else 0)


def _at(query: ProjectQuery, offset: int, rule: Rule, message: str) -> Finding:
    problem = query.piece.problem(message, None, offset)
    if rule in (UNEXPLAINED, UNUSED, UNKNOWN):
        # A comment in front of the SQL has a place of its own.
        start = query.piece.start + offset - len(query.piece.prefix)
        line, column = location_of(query.piece.file.text, start + 1).split(":")
        return rule.finding(
            f"{query.name}: {message}", place=Place(query.piece.file.path, int(line), int(column))
        )
    return of_problem(rule, problem)


def _located(location: str) -> Place:
    file, line, column = location.rsplit(":", 2)
    return Place(file, int(line), int(column))


def _counted(count: int) -> str:
    return "one query prepares" if count == 1 else f"{count} queries prepare"


def _order(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return ("", 0, 0) if place is None else (place.file, place.line or 0, place.column or 0)
