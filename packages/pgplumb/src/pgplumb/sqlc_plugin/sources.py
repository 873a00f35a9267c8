"""Finds in the user's files the query that PostgreSQL complains about."""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from pgplumb.postgres.locations import corresponding_position, location_of
from pgplumb.postgres.schema_files import SchemaFile, read_schema_files
from pgplumb.sqlc_plugin.request import QueryError, RequestQuery

_NAME = re.compile(r"^\s*(?:--|/\*|#)\s*name:\s*(\w+)\b.*$", re.MULTILINE)


class QuerySources:
    """The query files of a project."""

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        """Reads the files that `paths` in sqlc.yaml name. Raises PlumbError for one it can't."""
        self._queries = _by_name(read_schema_files(root, paths))

    def explain(self, error: QueryError) -> str:
        """`file:line:column: query: message`; below it the line of SQL, a caret and the hint."""
        where, line = self._locate(error.query, error.position)
        lines = [f"{where}: {error.query.name}: {error.message}"]
        if line:
            before = line[: int(where.rpartition(":")[2]) - 1].lstrip()
            lines += [f"    {line.strip()}", f"    {' ' * len(before)}^"]
        if error.other is not None:
            lines.append(f"    {error.other.name} is at {self._locate(error.other, 0)[0]}.")
        if error.hint:
            lines.append(f"    Hint: {error.hint}")
        return "\n".join(lines)

    def explain_all(self, errors: Iterable[QueryError]) -> str:
        """All of them, in the order of the files."""
        order = {place: number for number, place in enumerate(self._queries)}
        found = sorted(errors, key=lambda error: order.get(_key(error.query), -1))
        return "\n".join(map(self.explain, found))

    def source_of(self, query: RequestQuery) -> str | None:
        """What the query's author wrote, below its `-- name:` line; None when it is not found."""
        found = self._find(query)
        return None if found is None else found[2]

    def _locate(self, query: RequestQuery, position: int) -> tuple[str, str]:
        found = self._find(query)
        if found is None:
            return query.file, ""
        file, start, body = found
        inside = corresponding_position(query.text, body, max(position, 1))
        where = location_of(file.text, start + inside)
        line = file.text.splitlines()[int(where.partition(":")[0]) - 1]
        return f"{file.path}:{where}", line

    def _find(self, query: RequestQuery) -> tuple[SchemaFile, int, str] | None:
        """The file, where the query's SQL begins in it (in characters from 0), and that SQL."""
        return self._queries.get(_key(query))


def _key(query: RequestQuery) -> tuple[str, str]:
    return query.file, query.name


def _by_name(files: Sequence[SchemaFile]) -> dict[tuple[str, str], tuple[SchemaFile, int, str]]:
    """What `_find` gives, by the file's name and the query's."""
    found: dict[tuple[str, str], tuple[SchemaFile, int, str]] = {}
    for file in files:
        name = Path(file.path).name
        headers = list(_NAME.finditer(file.text))
        for header, following in zip_longest(headers, headers[1:]):
            end = len(file.text) if following is None else following.start()
            place = (file, header.end(), file.text[header.end() : end])
            found.setdefault((name, header[1]), place)
    return found
