"""Describes the queries of a sqlc configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from pgplumb.codegen.registry import Registry
from pgplumb.describing.analysis import Analysis, Analyst
from pgplumb.describing.configuration import Block, QueryFile, choose_files, read_blocks
from pgplumb.describing.facts import facts_of
from pgplumb.describing.model import Problem, QueryFacts
from pgplumb.describing.pieces import Piece, cut
from pgplumb.errors import PlumbError, ServerDownError
from pgplumb.nullability import read_snapshot
from pgplumb.postgres.catalog import read_catalog
from pgplumb.postgres.locations import corresponding_position
from pgplumb.postgres.schema_files import read_schema_files
from pgplumb.postgres.shadow import open_shadow
from pgplumb.postgres.type_names import type_names
from pgplumb.settings import Settings
from pgplumb.sqlc_plugin.answers import as_written, ask, relation_proofs, server_for
from pgplumb.sqlc_plugin.presence import with_presence
from pgplumb.sqlc_plugin.request import QueryError


@dataclass(frozen=True, slots=True)
class Report:
    """What is described, and what sqlc or PostgreSQL rejects, each in the files' order."""

    queries: tuple[QueryFacts, ...]
    problems: tuple[Problem, ...]


def describe_queries(settings: Settings, config_file: Path, given: str | None) -> Report:
    """Describe the queries of a sqlc configuration, or those of one file.

    In: where the server is, the configuration, and a query file (`-`: standard input).
    Raises PlumbError when that can't be done: the configuration, the schema or the file can't be
    read, or the server does not answer.
    """
    config, blocks = read_blocks(config_file)
    queries: list[QueryFacts] = []
    problems: list[Problem] = []
    for block, files in choose_files(blocks, given):
        found = _describe_block(settings, config, block, files)
        queries += found.queries
        problems += found.problems
    return Report(tuple(queries), tuple(problems))


def _describe_block(
    settings: Settings, config: Mapping[str, Any], block: Block, files: Sequence[QueryFile]
) -> Report:
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for file in files:
        own_pieces, own_problems = cut(file)
        pieces += own_pieces
        problems += own_problems
    schema = read_schema_files(block.root, block.schema)
    url, hint = server_for(settings, block.options)
    try:
        with open_shadow(url, schema, makes_roles=settings.is_own(url)) as shadow:
            shadow_url = url.with_database(shadow.info.dbname)
            analysis = Analyst(config, block, pieces, shadow_url, settings).analyse()
            described, refused = _ask(shadow, block, pieces, analysis)
    except ServerDownError as error:
        raise ServerDownError(error.message, hint=hint) from error
    except psycopg.Error as error:
        raise PlumbError(f"PostgreSQL failed: {' '.join(str(error).split())}") from error
    order = {file.path: number for number, file in enumerate(files)}
    for found in (*analysis.rejected.values(), *refused.values()):
        problems += found
    problems.sort(key=lambda each: (order[each.file or ""], each.line or 0, each.column or 0))
    return Report(tuple(described), tuple(problems))


def _ask(
    shadow: psycopg.Connection[Any], block: Block, pieces: Sequence[Piece], analysis: Analysis
) -> tuple[list[QueryFacts], dict[int, list[Problem]]]:
    """What PostgreSQL says of each query; what is wrong with others by the number of its piece."""
    found = sorted(analysis.queries.items())
    queries = as_written(shadow, ((query, pieces[number].source) for number, query in found))
    numbers = {query.file: number for number, query in found}
    choices = block.options.choices
    catalog, snapshot = read_catalog(shadow), read_snapshot(shadow)
    registry = Registry(catalog, relation_proofs(snapshot, catalog), choices.overrides)
    asked, errors = ask(shadow, queries, snapshot)
    answers = with_presence(shadow, registry, asked)
    names = type_names(shadow, [answer.description for answer in answers])
    described: list[QueryFacts] = []
    for answer, own_names in zip(answers, names, strict=True):
        piece = pieces[numbers[answer.request.file]]
        try:
            described.append(facts_of(piece, answer, own_names, registry, choices))
        except QueryError as error:
            errors.append(error)
    refused: dict[int, list[Problem]] = {}
    for each in errors:
        number = numbers[each.query.file]
        # Where sqlc alone was not content either, it has said more of what the author wrote.
        refused[number] = analysis.doubts.get(number) or [_problem(pieces[number], each)]
    return described, refused


def _problem(piece: Piece, error: QueryError) -> Problem:
    position = corresponding_position(error.query.text, piece.source, max(error.position, 1))
    return piece.problem(error.message, error.hint, position - 1)
