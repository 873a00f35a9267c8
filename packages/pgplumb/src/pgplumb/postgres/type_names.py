"""Types as PostgreSQL writes them: format_type, with what a column is restricted to."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from pgplumb.postgres.describe import Description

# A column of a table knows its domain, which the wire shows as the type below it.
_NAMES = """
select coalesce(
    format_type(a.atttypid, a.atttypmod), format_type(given.type::oid, given.modifier)
)
from unnest(%s::int8[], %s::int4[], %s::int8[], %s::int4[])
    with ordinality as given (type, modifier, relation, attribute, number)
left join pg_attribute as a
    on a.attrelid = given.relation::oid and a.attnum = given.attribute and given.relation <> 0
order by given.number
"""


def type_names(
    connection: Connection[Any], descriptions: Sequence[Description]
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each description the names of its parameters' types, and those of its columns'."""
    wanted: list[tuple[int, int, int, int]] = []
    for description in descriptions:
        wanted += [(oid, -1, 0, 0) for oid in description.parameters]
        wanted += [
            (column.type, column.modifier, column.table, column.column)
            for column in description.columns
        ]
    arrays = [[each[position] for each in wanted] for position in range(4)]
    with connection.cursor(row_factory=tuple_row) as cursor:
        names = iter([name for (name,) in cursor.execute(_NAMES, arrays)])
    return [
        (
            tuple(next(names) for _ in description.parameters),
            tuple(next(names) for _ in description.columns),
        )
        for description in descriptions
    ]
