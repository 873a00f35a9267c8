"""Finds in the user's files the query that PostgreSQL complains about."""

import re
from collections.abc import Sequence
from pathlib import Path

from pgplumb.postgres.locations import corresponding_position, location_of
from pgplumb.postgres.schema_files import SchemaFile, read_schema_files
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery

_NAME = re.compile(r"^\s*(?:--|/\*|#)\s*name:\s*(\w+)\b.*$", re.MULTILINE)


class QuerySources:
    """The query files of a project, read only when one is needed."""

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        self._root = root
        self._paths = paths

    def explain(self, error: QueryError) -> str:
        """`file:line:column: query: message` with the line of SQL and the hint below it."""
        where, line = self._locate(error.query, error.position)
        lines = [f"{where}: {error.query.name}: {error.message}"]
        if line:
            lines.append(f"    {line.strip()}")
        if error.hint:
            lines.append(f"    Hint: {error.hint}")
        return "\n".join(lines)

    def _locate(self, query: RequestQuery, position: int) -> tuple[str, str]:
        for file in read_schema_files(self._root, self._paths):
            if Path(file.path).name != query.file:
                continue
            found = self._body(file, query.name)
            if found is not None:
                start, body = found
                inside = corresponding_position(query.text, body, max(position, 1))
                where = location_of(file.text, start + inside)
                line = file.text.splitlines()[int(where.partition(":")[0]) - 1]
                return f"{file.path}:{where}", line
        return query.file, ""

    @staticmethod
    def _body(file: SchemaFile, name: str) -> tuple[int, str] | None:
        """Where the query's SQL begins in its file, in characters from 0, and that SQL."""
        headers = list(_NAME.finditer(file.text))
        for header, following in zip(headers, [*headers[1:], None], strict=True):
            if header[1] == name:
                end = len(file.text) if following is None else following.start()
                return header.end(), file.text[header.end() : end]
        return None
