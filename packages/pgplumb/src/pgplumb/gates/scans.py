"""Which queries have to read all of a table: by EXPLAIN, with sequential scans switched off.

What PostgreSQL then still scans from end to end it has no other way to read. Plans are generic, so
they hold for all arguments, and they depend on no statistics: scratch databases are empty.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from psycopg import Connection, sql

from pgplumb.postgres.databases import connect
from pgplumb.urls import DatabaseUrl

_SETTINGS: Final = (
    "set local enable_seqscan = off",
    "set local plan_cache_mode = force_generic_plan",
    "set local max_parallel_workers_per_gather = 0",
)
# Every partition of a table is found by the name of the table.
_PARTS: Final = """
select n.nspname, c.relname
from pg_partition_tree(to_regclass(%s)) as part
join pg_class as c on c.oid = part.relid join pg_namespace as n on n.oid = c.relnamespace
union
select n.nspname, c.relname
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.oid = to_regclass(%s)
"""
# Reading all of such an index is not reading all of the table.
_PARTIAL: Final = """
select c.relname from pg_index as i join pg_class as c on c.oid = i.indexrelid
where i.indpred is not null
"""
# What reads all of its input before it gives a first row: a LIMIT above it saves nothing.
_BLOCKING: Final = frozenset({"Sort", "Aggregate", "Hash", "Group", "WindowAgg", "SetOp", "Unique"})
# The inputs of which a plan takes only as many rows as it needs.
_PASSES_ON: Final = frozenset({"Outer", "Member", "Subquery"})
_INDEX_SCANS: Final = frozenset({"Index Scan", "Index Only Scan"})

Table = tuple[str, str]


class Explainer:
    """Asks a database for plans; nothing is executed.

    unknown: the tables that are said to be large and are not there.
    """

    def __init__(self, connection: Connection[Any], large: Iterable[tuple[str, ...]]) -> None:
        """In: the tables that are large, by schema and name."""
        self._connection = connection
        self._large: dict[Table, tuple[str, ...]] = {}
        self.unknown: list[tuple[str, ...]] = []
        for path in large:
            parts = self._parts(path)
            if not parts:
                self.unknown.append(path)
            self._large |= dict.fromkeys(parts, path)
        self._partial = {name for (name,) in connection.execute(_PARTIAL).fetchall()}

    def _parts(self, path: tuple[str, ...]) -> list[Table]:
        name = sql.Identifier(*path).as_string(self._connection)
        rows = self._connection.execute(_PARTS, [name, name]).fetchall()
        return [(schema, table) for schema, table in rows]

    def full_scans(self, text: str, parameters: int) -> list[tuple[tuple[str, ...], str]]:
        """The large tables that a statement reads all of, each with how; in the plan's order."""
        if not self._large:
            return []
        plan = self._plan(text, parameters)
        found: dict[tuple[str, ...], str] = {}
        for table, index in _full_scans(plan, bounded=False):
            if table in self._large and index not in self._partial:
                how = "row by row" if index is None else f"along its index {index}"
                found.setdefault(self._large[table], how)
        return list(found.items())

    def _plan(self, text: str, parameters: int) -> Mapping[str, Any]:
        """The plan of a statement; empty for one that has none (NOTIFY, say)."""
        arguments = f"({', '.join(['null'] * parameters)})" if parameters else ""
        try:
            with self._connection.transaction(force_rollback=True):
                for setting in _SETTINGS:
                    self._connection.execute(setting.encode())
                # The line break ends a comment that the statement may end with.
                statement = f"prepare plumb_explained as {text.rstrip().rstrip(';')}\n"
                self._connection.execute(statement.encode())
                explain = f"explain (format json, verbose) execute plumb_explained{arguments}"
                row = self._connection.execute(explain.encode()).fetchone()
        except psycopg.Error:
            # What can't be prepared by its text alone was found out, and said, before.
            return {}
        finally:
            self._connection.execute("deallocate all")
        return cast("Mapping[str, Any]", row[0][0]["Plan"]) if row else {}


@contextmanager
def explainer(url: DatabaseUrl, large: Iterable[tuple[str, ...]]) -> Generator[Explainer]:
    """An explainer on a database. Raises PlumbError when it can't be reached."""
    with connect(url) as connection:
        yield Explainer(connection, large)


def _full_scans(plan: Mapping[str, Any], *, bounded: bool) -> Iterator[tuple[Table, str | None]]:
    """The tables that a plan reads from end to end, each with the index that it goes along.

    bounded: a LIMIT stops it early.
    """
    kind = str(plan.get("Node Type", ""))
    inner = cast("list[Mapping[str, Any]]", plan.get("Plans", []))
    if kind == "Limit":
        bounded = True
    elif kind in _BLOCKING:
        bounded = False
    table = (str(plan.get("Schema", "")), str(plan.get("Relation Name", "")))
    if kind == "Seq Scan" and not (bounded and "Filter" not in plan):
        yield table, None
    elif kind in _INDEX_SCANS and not bounded and "Index Cond" not in plan:
        yield table, str(plan.get("Index Name"))
    elif kind == "Bitmap Heap Scan" and not bounded:
        yield from ((table, index) for index in _unconditional(inner))
    for each in inner:
        # What is run for each row of something else, or before all, is run to its end.
        goes_on = each.get("Parent Relationship") in _PASSES_ON
        yield from _full_scans(each, bounded=bounded and goes_on)


def _unconditional(bitmaps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The index that the one bitmap of a scan takes whole."""
    for each in bitmaps:
        if each.get("Node Type") == "Bitmap Index Scan" and "Index Cond" not in each:
            yield str(each.get("Index Name"))
