"""The queries of a project as sqlc reads them, and what PostgreSQL says of them in any database."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import psycopg

from pgplumb.codegen.described import DescribedQuery
from pgplumb.describing.analysis import Analysis, Analyst
from pgplumb.describing.configuration import Block, read_blocks
from pgplumb.describing.model import Problem
from pgplumb.describing.pieces import Piece, cut
from pgplumb.errors import PlumbError
from pgplumb.gates.once import Once
from pgplumb.postgres.databases import connect
from pgplumb.postgres.locations import corresponding_position
from pgplumb.postgres.schema_files import SchemaFile, read_schema_files
from pgplumb.postgres.shadow import open_shadow
from pgplumb.project import SQLC_FILES, sqlc_file
from pgplumb.settings import Settings
from pgplumb.sqlc_plugin.answers import as_written, ask, server_for
from pgplumb.sqlc_plugin.request import RequestQuery
from pgplumb.urls import DatabaseUrl


@dataclass(frozen=True, slots=True)
class ProjectQuery:
    """A query: where it is written, and as generated code runs it."""

    piece: Piece
    request: RequestQuery

    @property
    def name(self) -> str:
        """The name behind `-- name:`."""
        return self.request.name

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others: its file and its name."""
        return self.piece.file.path, self.name


@dataclass(frozen=True, slots=True)
class ProjectQueries:
    """The queries, what is wrong with others, and the schema files that sqlc reads.

    notes: what is left out, for people.
    """

    queries: tuple[ProjectQuery, ...]
    problems: tuple[Problem, ...]
    schema: tuple[SchemaFile, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What PostgreSQL says of queries in one database: of each one either this or that.

    By file and name.
    """

    described: dict[tuple[str, str], DescribedQuery]
    refused: dict[tuple[str, str], Problem]


def read_queries(settings: Settings) -> ProjectQueries:
    """The queries of the project's sqlc configuration.

    Only those for the schema of its first block: the migrations are those of one database. Raises
    LocatedError for a schema that PostgreSQL refuses, PlumbError for what can't be read.
    """
    file = sqlc_file(settings.root)
    if file is None:
        raise PlumbError(f"There is no {SQLC_FILES[0]} in {settings.root}.")
    config, blocks = read_blocks(file)
    own = [block for block in blocks if block.schema == blocks[0].schema]
    others = [block for block in blocks if block not in own]
    schema = read_schema_files(blocks[0].root, blocks[0].schema)
    queries: list[ProjectQuery] = []
    problems: list[Problem] = []
    for block in own:
        pieces, wrong = _pieces(block)
        problems += wrong
        server, _ = server_for(settings, block.options)
        with open_shadow(server, schema, makes_roles=settings.is_own(server)) as shadow:
            url = settings.url.with_database(shadow.info.dbname)
            analysis = Analyst(config, block, pieces, url, settings).analyse()
            queries += _queries(shadow, pieces, analysis)
        for found in analysis.rejected.values():
            problems += found
    notes = [
        f"not looked at, because their schema is another: {', '.join(block.queries)}"
        for block in others
    ]
    return ProjectQueries(tuple(queries), tuple(problems), tuple(schema), tuple(notes))


class Reads:
    """Queries by what they are read from: the same is read once. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[tuple[tuple[str, str], ...], Once[ProjectQueries]] = {}

    def get(self, settings: Settings) -> ProjectQueries:
        """The queries of a project. Raises as read_queries does."""
        inputs = _inputs(settings)
        with self._lock:
            once = self._found.setdefault(inputs, Once(lambda: read_queries(settings)))
        return once.get()


def _inputs(settings: Settings) -> tuple[tuple[str, str], ...]:
    """All that queries are read from, by the names of files. Raises PlumbError."""
    file = sqlc_file(settings.root)
    if file is None:
        raise PlumbError(f"There is no {SQLC_FILES[0]} in {settings.root}.")
    _, blocks = read_blocks(file)
    found = [(file.name, file.read_text(encoding="utf-8"))]
    for block in blocks:
        found += [(each.path, each.text) for each in read_schema_files(block.root, block.schema)]
        found += [(each.path, each.text) for each in block.query_files()]
    return tuple(found)


def ask_database(url: DatabaseUrl, queries: Sequence[ProjectQuery]) -> Answers:
    """What PostgreSQL says of the queries in a database, which stays as it is.

    Raises PlumbError when the database can't be reached, psycopg.Error when it is lost.
    """
    by_request = {id(query.request): query for query in queries}
    with connect(url) as connection:
        described, errors = ask(connection, [query.request for query in queries])
    keys = {(query.request.file, query.name): query.key for query in queries}
    answers = {keys[each.request.file, each.request.name]: each for each in described}
    refused: dict[tuple[str, str], Problem] = {}
    for error in errors:
        query = by_request[id(error.query)]
        position = corresponding_position(
            error.query.text, query.piece.source, max(error.position, 1)
        )
        refused[query.key] = query.piece.problem(error.message, error.hint, position - 1)
    return Answers(answers, refused)


def _pieces(block: Block) -> tuple[list[Piece], list[Problem]]:
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for file in block.query_files():
        own, wrong = cut(file)
        pieces += own
        problems += wrong
    return pieces, problems


def _queries(
    shadow: psycopg.Connection[object], pieces: Sequence[Piece], analysis: Analysis
) -> list[ProjectQuery]:
    found = sorted(analysis.queries.items())
    queries = as_written(shadow, ((query, pieces[number].source) for number, query in found))
    return [
        ProjectQuery(pieces[number], query)
        for (number, _), query in zip(found, queries, strict=True)
    ]
