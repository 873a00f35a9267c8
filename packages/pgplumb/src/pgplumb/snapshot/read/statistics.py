"""Extended statistics."""

from typing import Final

from pgplumb.snapshot.facts import Statistics
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

_STATISTICS: Final = f"""
    select s.oid, n.nspname as schema, s.stxname as name, s.stxrelid as relation,
           pg_get_userbyid(s.stxowner) as owner, pg_get_statisticsobjdef(s.oid) as definition,
           nullif(s.stxstattarget, -1) as target
      from pg_statistic_ext s
      join pg_namespace n on n.oid = s.stxnamespace
     where {USER_SCHEMA.format("n")}
     order by s.oid
"""


def read_statistics(collector: Collector) -> None:
    """Add every statistics object of a relation that was added before."""
    for row in collector.rows(_STATISTICS):
        relation = collector.identity("pg_class", row.relation)
        if relation is not None and not collector.is_member("pg_statistic_ext", row.oid):
            collector.add(
                "pg_statistic_ext",
                row.oid,
                Identity(Kind.STATISTICS, (row.schema, row.name)),
                Statistics(row.definition, row.target),
                owner=row.owner,
                parent=relation,
            )
