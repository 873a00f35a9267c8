"""Extended statistics."""

from typing import Any, Final

from pgplumb.snapshot.facts import Statistics
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

_STATISTICS: Final = f"""
    select s.oid, n.nspname as schema, s.stxname as name, s.stxrelid as relation,
           pg_get_userbyid(s.stxowner) as owner, nullif(s.stxstattarget, -1) as target,
           s.stxkind::text[] as kinds,
           array(select a.attname::text from pg_attribute a
                  where a.attrelid = s.stxrelid and a.attnum = any(s.stxkeys)
                  order by a.attname) as columns,
           coalesce(pg_get_statisticsobjdef_expressions(s.oid), '{{}}') as expressions
      from pg_statistic_ext s
      join pg_namespace n on n.oid = s.stxnamespace
     where {USER_SCHEMA.format("n")}
     order by s.oid
"""
_KINDS: Final = {"d": "ndistinct", "f": "dependencies", "m": "mcv"}


def read_statistics(collector: Collector) -> None:
    """Add every statistics object of a relation that was added before."""
    for row in collector.rows(_STATISTICS):
        relation = collector.identity("pg_class", row.relation)
        if relation is not None and not collector.is_member("pg_statistic_ext", row.oid):
            collector.add(
                "pg_statistic_ext",
                row.oid,
                Identity(Kind.STATISTICS, (row.schema, row.name)),
                Statistics(_kinds(row), tuple(row.columns), tuple(row.expressions), row.target),
                owner=row.owner,
                parent=relation,
            )


def _kinds(row: Any) -> tuple[str, ...]:
    """As CREATE STATISTICS takes them; a single expression has none but its own."""
    kinds = tuple(word for letter, word in _KINDS.items() if letter in row.kinds)
    return () if len(kinds) == len(_KINDS) else kinds
