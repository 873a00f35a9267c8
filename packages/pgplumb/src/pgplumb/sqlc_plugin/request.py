"""The request that sqlc writes to a process plugin's stdin, as plain data.

The fields are those of sqlc's codegen.proto in its JSON form; what we don't use is left out: its
types and its nullability are guesses, PostgreSQL is asked instead.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pgplumb.errors import PlumbError


class RequestColumn(NamedTuple):
    """A result column as sqlc names it; `embeds` says it stands for all columns of a table."""

    name: str
    embeds: bool


class RequestParameter(NamedTuple):
    """A parameter as sqlc names it.

    `column` of `table` (schema, which may be empty, and name) is what it is compared with or
    written to, where sqlc knows that.
    """

    number: int
    name: str
    column: str
    table: tuple[str, str] | None
    not_null: bool
    is_slice: bool


class RequestQuery(NamedTuple):
    """A query: its text has the star expanded and named parameters numbered ($1)."""

    name: str
    command: str
    text: str
    file: str
    comments: tuple[str, ...]
    columns: tuple[RequestColumn, ...]
    parameters: tuple[RequestParameter, ...]
    insert_table: tuple[str, str] | None


class QueryError(PlumbError):
    """Something is wrong with a query, at the character `position` of its text (0: all of it).

    other: a second query that it is wrong with.
    """

    def __init__(
        self,
        query: RequestQuery,
        message: str,
        *,
        hint: str | None = None,
        position: int = 0,
        other: RequestQuery | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.position = position
        self.other = other


class Request(NamedTuple):
    """What to generate: paths are as in sqlc.yaml, relative to its folder."""

    engine: str
    schema: tuple[str, ...]
    query_paths: tuple[str, ...]
    out: str
    queries: tuple[RequestQuery, ...]
    options: dict[str, Any]


def parse_request(data: bytes) -> Request:
    """Read sqlc's request. Raises PlumbError when it isn't one."""
    try:
        request = json.loads(data)
        settings = request["settings"]
        return Request(
            engine=settings["engine"],
            schema=tuple(settings["schema"]),
            query_paths=tuple(settings["queries"]),
            out=settings["codegen"]["out"],
            queries=tuple(_query(query) for query in request["queries"]),
            options=_options(request.get("plugin_options") or ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise PlumbError(
            f"This is not a request of sqlc's: {type(error).__name__}: {error}",
            hint="pgplumb-sqlc is run by sqlc: use `sqlc generate`,"
            " and say `format: json` for the plugin in sqlc.yaml.",
        ) from error


def _options(encoded: str) -> dict[str, Any]:
    text = base64.b64decode(encoded)
    return json.loads(text) if text.strip() else {}


def _query(query: Mapping[str, Any]) -> RequestQuery:
    target = query.get("insert_into_table")
    return RequestQuery(
        name=query["name"],
        command=query["cmd"],
        text=query["text"],
        file=query["filename"],
        comments=tuple(query.get("comments") or ()),
        columns=tuple(
            RequestColumn(column["name"], column.get("embed_table") is not None)
            for column in query.get("columns") or ()
        ),
        parameters=tuple(_parameter(parameter) for parameter in query.get("params") or ()),
        insert_table=None if target is None else (target.get("schema") or "", target["name"]),
    )


def _parameter(parameter: Mapping[str, Any]) -> RequestParameter:
    column = parameter["column"]
    table = column.get("table")
    return RequestParameter(
        number=parameter["number"],
        name=column.get("name") or "",
        column=column.get("original_name") or column.get("name") or "",
        table=None if table is None else (table.get("schema") or "", table["name"]),
        not_null=bool(column.get("not_null")),
        is_slice=bool(column.get("is_sqlc_slice")),
    )
