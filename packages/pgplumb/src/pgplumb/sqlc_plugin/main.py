"""`pgplumb-sqlc`: reads sqlc's request on stdin, writes its response on stdout.

Its start-up is felt on every run of sqlc, so it imports no more than it needs.
"""

import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql

from pgplumb.codegen.build import DescribedQuery, build_package
from pgplumb.codegen.format import format_files
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render import GeneratedFile, render_package
from pgplumb.errors import LocatedError, PlumbError, ServerDownError
from pgplumb.nullability import Statement, prove
from pgplumb.postgres.catalog import Catalog, read_catalog
from pgplumb.postgres.describe import Description, Refusal, describe
from pgplumb.postgres.schema_files import read_schema_files
from pgplumb.postgres.shadow import open_shadow
from pgplumb.settings import load_settings
from pgplumb.sqlc_plugin.arguments import with_nullable_arguments
from pgplumb.sqlc_plugin.copying import copy_statement
from pgplumb.sqlc_plugin.options import Options, parse_options
from pgplumb.sqlc_plugin.request import QueryError, Request, RequestQuery, parse_request
from pgplumb.sqlc_plugin.slices import with_arrays
from pgplumb.sqlc_plugin.sources import QuerySources
from pgplumb.urls import DatabaseUrl, parse_url

_USAGE = """\
pgplumb-sqlc is the process plugin that sqlc runs. Name it in sqlc.yaml:

    plugins:
      - name: pgplumb
        process: {cmd: pgplumb-sqlc, format: json}
        env: [DATABASE_URL]

and run: sqlc generate
"""


def main() -> None:
    """The console script: status 0 with a response on stdout, or 1 with the reason on stderr."""
    if sys.stdin.isatty() or {"-h", "--help"} & set(sys.argv[1:]):
        print(_USAGE, end="")
        return
    try:
        response = generate(parse_request(sys.stdin.buffer.read()), Path.cwd())
    except LocatedError as error:
        # sqlc puts words of its own in front: file:line:column goes to the start of a line.
        sys.exit(f"\n{error}")
    except PlumbError as error:
        sys.exit(" ".join(str(error).split("\n")))
    except psycopg.Error as error:
        sys.exit(f"PostgreSQL failed: {' '.join(str(error).split())}")
    json.dump(_response(response), sys.stdout)


def generate(request: Request, root: Path) -> list[GeneratedFile]:
    """Generate all files for a request.

    In: the request, and the folder that its paths are relative to.
    Raises PlumbError for whatever the user can mend.
    """
    options = parse_options(request.options)
    if request.engine != "postgresql":
        raise PlumbError(f"pgplumb generates code for PostgreSQL, not for {request.engine}.")
    sources = QuerySources(root, request.query_paths)
    queries = [
        with_nullable_arguments(query, sources.source_of(query)) for query in request.queries
    ]
    files = read_schema_files(root, request.schema)
    url, hint = _server(root, options)
    try:
        with open_shadow(url, files) as shadow:
            catalog = read_catalog(shadow)
            described = _describe(shadow, queries, sources)
            registry = Registry(catalog, _views(shadow, catalog), options.choices.overrides)
        package = build_package(registry, described, options.choices)
    except ServerDownError as error:
        raise ServerDownError(error.message, hint=hint) from error
    except QueryError as error:
        raise LocatedError(sources.explain(error)) from error
    written = render_package(package, options.style)
    return format_files(written, root / request.out)


def _server(root: Path, options: Options) -> tuple[DatabaseUrl, str]:
    """The server for shadow databases, and what to do when it is down."""
    settings = load_settings(root)
    if options.database_url is not None and settings.url == settings.project_url:
        source = 'the option "database_url" in sqlc.yaml'
        return parse_url(options.database_url, source=source), f"It is named by {source}."
    if settings.is_override:
        return settings.url, "DATABASE_URL names that server: start it, or correct the URL."
    return settings.url, "Start the development server with: uv run plumb up"


def _describe(
    shadow: psycopg.Connection[Any], queries: Sequence[RequestQuery], sources: QuerySources
) -> list[DescribedQuery]:
    texts = [with_arrays(query) for query in queries]
    answers = describe(shadow, texts)
    refused = [
        QueryError(query, answer.message, hint=_hint(answer), position=answer.position)
        for query, answer in zip(queries, answers, strict=True)
        if isinstance(answer, Refusal)
    ]
    if refused:
        raise LocatedError("\n".join(map(sources.explain, refused)))
    descriptions = [answer for answer in answers if isinstance(answer, Description)]
    proofs = prove(
        shadow,
        [
            Statement(text, description.parameters, _non_null_parameters(query))
            for query, text, description in zip(queries, texts, descriptions, strict=True)
        ],
    )
    return [
        DescribedQuery(
            query,
            copy_statement(query) if query.command == ":copyfrom" else text,
            description,
            proof or (False,) * len(description.columns),
        )
        for query, text, description, proof in zip(
            queries, texts, descriptions, proofs, strict=True
        )
    ]


def _non_null_parameters(query: RequestQuery) -> frozenset[int]:
    return frozenset(each.number for each in query.parameters if each.not_null or each.is_slice)


def _hint(refusal: Refusal) -> str | None:
    if refusal.message.startswith("could not determine data type of parameter"):
        return "Say which type it is: @name::type or $1::type"
    return refusal.hint


def _views(shadow: psycopg.Connection[Any], catalog: Catalog) -> dict[int, tuple[bool, ...]]:
    """Which columns of each view may be NULL: pg_attribute says "all of them"."""
    views = [relation for relation in catalog.user_relations() if relation.kind in "vm"]
    selects = [
        psycopg.sql.SQL("select * from {}")
        .format(psycopg.sql.Identifier(view.schema, view.name))
        .as_string()
        for view in views
    ]
    proofs = prove(shadow, [Statement(select, ()) for select in selects])
    return {
        view.oid: tuple(not proven for proven in proof)
        for view, proof in zip(views, proofs, strict=True)
        if proof is not None
    }


def _response(files: Sequence[GeneratedFile]) -> dict[str, Any]:
    return {
        "files": [
            {"name": file.name, "contents": base64.b64encode(file.text.encode()).decode()}
            for file in files
        ]
    }
