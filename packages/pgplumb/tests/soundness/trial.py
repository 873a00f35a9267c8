"""Queries through the plugin, and then for real through what it has generated."""

import importlib
import json
import secrets
import shutil
import sys
import typing
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from pydantic import ValidationError

from pgplumb.nullability import Statement, explain
from pgplumb.postgres.describe import Description, describe
from pgplumb.sqlc_plugin.main import generate
from pgplumb.sqlc_plugin.request import parse_request

from .queries import Draft
from .schemas import Connection, Schema
from .values import cells, sample, takes_none, wrong


@dataclass
class Query:
    """A draft that PostgreSQL takes, and what it says of it."""

    name: str
    draft: Draft
    description: Description
    not_null: tuple[bool, ...]


@dataclass
class Counts:
    """What was tried: queries, those that returned rows, their rows and columns; the columns that
    were never None in any row, those of them that are annotated so; calls the server refused.
    """

    queries: int = 0
    returned_rows: int = 0
    rows: int = 0
    columns: int = 0
    never_null: int = 0
    proven: int = 0
    errors: int = 0

    def add(self, other: "Counts") -> None:
        """Count another schema's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Called:
    """A query's generated function, and the columns of its rows: which were None, which may be."""

    query: Query
    function: Callable[..., list[object] | None]
    hints: dict[str, Any]
    rows: int = 0
    none: dict[str, bool] = field(default_factory=lambda: defaultdict[str, bool](bool))
    may_be_none: dict[str, bool] = field(default_factory=dict[str, bool])

    def rounds(self) -> list[dict[str, object]]:
        """The arguments to call it with: None wherever it may be, and never None."""
        names = [name for name in self.hints if name not in ("conn", "return")]
        full = {name: sample(self.hints[name]) for name in names}
        bare = {name: None for name in names if takes_none(self.hints[name])}
        return [full | bare, full] if bare else [full]


class UnsoundError(AssertionError):
    """A generated function returned what its annotations rule out."""


class Trial:
    """One schema's queries: generates a package of them and calls every function."""

    def __init__(self, connection: Connection, url: str, schema: Schema, folder: Path) -> None:
        """In: a connection to a database that has the schema; the server for shadow databases."""
        self.connection = connection
        self.url = url
        self.schema = schema
        self.folder = folder
        self.queries: list[Query] = []

    def add(self, drafts: Sequence[Draft], choose: Callable[[int], int]) -> int:
        """Take what PostgreSQL takes; `choose` says which arguments sqlc lets be NULL."""
        answers = describe(self.connection, [draft.text for draft in drafts])
        for draft, answer in zip(drafts, answers, strict=True):
            if isinstance(answer, Description) and answer.columns:
                not_null = tuple(choose(2) == 1 for _ in answer.parameters)
                number = len(self.queries) + 1
                self.queries.append(Query(f"Query{number}", draft, answer, not_null))
        return len(self.queries)

    def run(self, load: Callable[[Sequence[str]], None]) -> Counts:
        """Generate, call everything in every state of the data, and judge what comes back.

        Raises UnsoundError, with schema, data and query.
        """
        package = f"generated_{secrets.token_hex(6)}"
        self._generate(package)
        counts = Counts(queries=len(self.queries))
        sys.path.insert(0, str(self.folder))
        try:
            functions = self._functions(package)
            for state in self.schema.states:
                load(state)
                for each in functions:
                    counts.errors += self._call(each, state)
        finally:
            sys.path.remove(str(self.folder))
            for name in [name for name in sys.modules if name.startswith(package)]:
                del sys.modules[name]
            shutil.rmtree(self.folder / package)
        for each in functions:
            counts.returned_rows += each.rows > 0
            counts.rows += each.rows
            counts.columns += len(each.may_be_none)
            never = [where for where in each.may_be_none if not each.none[where]]
            counts.never_null += len(never)
            counts.proven += sum(not each.may_be_none[where] for where in never)
        return counts

    def _functions(self, package: str) -> list[Called]:
        importlib.invalidate_caches()
        module = importlib.import_module(f"{package}.sync.query")
        functions = [getattr(module, query.name.lower()) for query in self.queries]
        return [
            Called(query, function, typing.get_type_hints(function))
            for query, function in zip(self.queries, functions, strict=True)
        ]

    def _generate(self, package: str) -> None:
        (self.folder / "schema.sql").write_text(self.schema.text, encoding="utf-8")
        (self.folder / "query.sql").write_text(
            "\n\n".join(map(_source, self.queries)), encoding="utf-8"
        )
        request = {
            "settings": {
                "engine": "postgresql",
                "schema": ["schema.sql"],
                "queries": ["query.sql"],
                "codegen": {"out": package},
            },
            "queries": [_request(query) for query in self.queries],
            "plugin_options": "",
        }
        (self.folder / "sqlc.yaml").write_text(
            f'version: "2"\nservers:\n  - {{engine: postgresql, uri: "{self.url}"}}\n'
        )
        for file in generate(parse_request(json.dumps(request).encode()), self.folder):
            path = self.folder / package / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")

    def _call(self, each: Called, state: Sequence[str]) -> int:
        """Call it with all its arguments; the number of times that the server refused."""
        refused = 0
        # What returns void alone gives no rows at all.
        row_type = next(iter(typing.get_args(each.hints["return"])), None)
        for arguments in each.rounds():
            try:
                with self.connection.transaction(force_rollback=True):
                    rows = each.function(self.connection, **arguments) or []
            except (ValidationError, psycopg.Error) as error:
                # Data can make any query fail; but what the server has sent must be readable.
                if isinstance(error, psycopg.Error) and error.sqlstate is not None:
                    refused += 1
                    continue
                report = self._report(each.query, state, arguments, str(error))
                raise UnsoundError(report) from error
            each.rows += len(rows)
            for row in rows:
                found = wrong(row, row_type)
                if found is not None:
                    raise UnsoundError(self._report(each.query, state, arguments, found))
                for where, is_none, may_be_none in cells(row, row_type):
                    each.none[where] |= is_none
                    each.may_be_none[where] = may_be_none
        return refused

    def _report(
        self, query: Query, state: Sequence[str], arguments: dict[str, Any], what: str
    ) -> str:
        """What went wrong, with all that is needed to see it again."""
        described = query.description
        non_null = frozenset(number + 1 for number, each in enumerate(query.not_null) if each)
        [verdicts] = explain(
            self.connection, [Statement(query.draft.text, described.parameters, non_null)]
        )
        columns = [
            f"-- column {number + 1}, {column.name}: {verdict}"
            for number, (column, verdict) in enumerate(
                zip(described.columns, verdicts or (), strict=False)
            )
        ]
        return "\n".join(
            [
                what,
                "-- schema",
                self.schema.text,
                "-- data",
                *(f"{statement};" for statement in self._read(query, state)),
                f"-- query, with {arguments}",
                _source(query),
                *columns,
            ]
        )

    def _read(self, query: Query, state: Sequence[str]) -> Sequence[str]:
        """The data of the tables that the query, or a view, may read."""
        if self.schema.views:
            return state
        return [
            statement for statement in state if statement.split()[2].strip('"') in query.draft.text
        ]


def _source(query: Query) -> str:
    text = query.draft.text
    for number, not_null in reversed(list(enumerate(query.not_null, start=1))):
        word = "arg" if not_null else "narg"
        text = text.replace(f"${number}", f"sqlc.{word}('p{number}')")
    return f"-- name: {query.name} :many\n{text};"


def _request(query: Query) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"name": name, "embed_table": {"name": name} if embeds else None}
        for name, embeds in query.draft.embeds
    ]
    return {
        "name": query.name,
        "cmd": ":many",
        "text": query.draft.text,
        "filename": "query.sql",
        "columns": columns or [{"name": column.name} for column in query.description.columns],
        "params": [
            {"number": number, "column": {"name": f"p{number}", "not_null": not_null}}
            for number, not_null in enumerate(query.not_null, start=1)
        ],
    }
