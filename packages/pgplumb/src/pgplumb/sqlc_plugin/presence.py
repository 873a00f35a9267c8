"""Lets rows say whether an outer join has found the row that is embedded in them: sqlc.embed.

A column that is never NULL in the table says so. A table or view without one gets a column more: a
row that is there is not NULL as a whole, even if all of its columns are.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from psycopg import Connection

from pgplumb.codegen.described import DescribedQuery
from pgplumb.codegen.registry import Registry
from pgplumb.postgres.describe import Refusal, describe
from pgplumb.sqlc_plugin.select_lists import with_columns


def with_presence(
    shadow: Connection[Any], registry: Registry, queries: Sequence[DescribedQuery]
) -> list[DescribedQuery]:
    """The queries, with a further column for each embedded row whose absence could not be seen.

    A query that can't take one (SELECT DISTINCT, GROUP BY, UNION and their kind, which would mean
    something else then) stays as it is.
    """
    return [
        _with_presence(shadow, query, unseen) if (unseen := _unseen(registry, query)) else query
        for query in queries
    ]


def _unseen(registry: Registry, query: DescribedQuery) -> dict[int, str]:
    """What the rows in question are called in the query, by the number of their first column."""
    if not query.takes_columns:
        return {}
    found: dict[int, str] = {}
    position = 0
    for column in query.request.columns:
        if not column.embeds:
            position += 1
            continue
        columns = query.description.columns[position : position + 1]
        if not columns or not registry.has_model(columns[0].table):
            return {}  # what is wrong with it is said where its row is built
        row, fields = query.proofs[position].row, registry.model_of(columns[0].table).fields
        may_lack = row is not None and not row.verdict.non_null
        if row is not None and may_lack and all(field.nullable for field in fields):
            found[position] = row.name
        position += len(fields)
    return found


def _with_presence(
    shadow: Connection[Any], query: DescribedQuery, unseen: dict[int, str]
) -> DescribedQuery:
    columns = [
        f"case when ({_quoted(name)}.*) is distinct from null then true end"
        for name in unseen.values()
    ]
    text = with_columns(query.text, columns)
    if text is None:
        return query
    [answer] = describe(shadow, [text])
    own = query.description.columns
    if isinstance(answer, Refusal) or answer.columns[: -len(columns)] != own:
        return query
    numbers = {position: len(own) + index for index, position in enumerate(unseen)}
    return replace(query, text=text, presence=numbers)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
