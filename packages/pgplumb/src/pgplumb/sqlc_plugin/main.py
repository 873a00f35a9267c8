"""`pgplumb-sqlc`: reads sqlc's request on stdin, writes its response on stdout.

Its start-up is felt on every run of sqlc, so it imports no more than it needs.
"""

import base64
import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import psycopg

from pgplumb.codegen.build import build_package, check_query_columns
from pgplumb.codegen.drivers import check_driver
from pgplumb.codegen.format import format_files
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render import GeneratedFile, render_package
from pgplumb.errors import LocatedError, PlumbError, ServerDownError
from pgplumb.nullability import read_snapshot
from pgplumb.postgres.catalog import read_catalog
from pgplumb.postgres.schema_files import read_schema_files
from pgplumb.postgres.shadow import open_shadow
from pgplumb.settings import load_settings
from pgplumb.sqlc_plugin.answers import as_written, ask, relation_proofs, server_for
from pgplumb.sqlc_plugin.options import parse_options
from pgplumb.sqlc_plugin.presence import with_presence
from pgplumb.sqlc_plugin.request import Request, parse_request
from pgplumb.sqlc_plugin.sources import QuerySources

_USAGE = """\
pgplumb-sqlc is the process plugin that sqlc runs. Name it in sqlc.yaml:

    plugins:
      - name: pgplumb
        process: {cmd: pgplumb-sqlc, format: json}
        env: [DATABASE_URL]

and run: sqlc generate
"""


def run() -> NoReturn:
    """The console script: `main`, and no more work than its answer takes.

    The process ends with it: what collecting garbage and taking down the modules would free is free
    a moment later, and they take a tenth of the time.
    """
    gc.disable()
    main()
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    """Status 0 with a response on stdout, or SystemExit with the reason."""
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
    files = read_schema_files(root, request.schema)
    settings = load_settings(root)
    url, hint = server_for(settings, options)
    queries = [(query, sources.source_of(query)) for query in request.queries]
    choices = options.choices
    try:
        with open_shadow(url, files, makes_roles=settings.is_own(url)) as shadow:
            catalog = read_catalog(shadow)
            if options.orm is not None:
                # Few projects want these, and every run of sqlc pays for what is imported.
                from pgplumb.sqlc_plugin.orm import orm_files  # noqa: PLC0415

                written = orm_files(shadow, catalog, options)
                return format_files(written, root / request.out, options.line_length)
            snapshot = read_snapshot(shadow)
            asked, refused = ask(shadow, as_written(shadow, queries), snapshot)
            registry = Registry(catalog, relation_proofs(snapshot, catalog), choices.overrides)
            described = with_presence(shadow, registry, asked)
    except ServerDownError as error:
        raise ServerDownError(error.message, hint=hint) from error
    package, wrong = build_package(registry, described, choices)
    wrong += check_driver(package, described, options.style.driver)
    if refused or wrong:
        raise LocatedError(sources.explain_all([*refused, *wrong]))
    check_query_columns(described, choices)
    written = render_package(package, options.style)
    return format_files(written, root / request.out, options.line_length)


def _response(files: Sequence[GeneratedFile]) -> dict[str, Any]:
    return {
        "files": [
            {"name": file.name, "contents": base64.b64encode(file.text.encode()).decode()}
            for file in files
        ]
    }
