"""Casts and conversions."""

from typing import Final

from pgplumb.snapshot.facts_routines import Cast, Conversion
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import FIRST_USER_OID, USER_SCHEMA, Collector

# The cast from a range to its multirange comes with them.
_CASTS: Final = f"""
    select c.oid, format_type(c.castsource, null) as source,
           format_type(c.casttarget, null) as target,
           c.castmethod as method, nullif(c.castfunc, 0)::regprocedure::text as function,
           c.castcontext as context
      from pg_cast c
     where c.oid >= {FIRST_USER_OID}
       and not exists (select from pg_range r
                        where r.rngtypid = c.castsource and r.rngmultitypid = c.casttarget)
     order by c.oid
"""

_CONVERSIONS: Final = f"""
    select c.oid, n.nspname as schema, c.conname as name, pg_get_userbyid(c.conowner) as owner,
           c.condefault as default, pg_encoding_to_char(c.conforencoding)::text as from_encoding,
           pg_encoding_to_char(c.contoencoding)::text as to_encoding, c.conproc::text as function
      from pg_conversion c
      join pg_namespace n on n.oid = c.connamespace
     where {USER_SCHEMA.format("n")}
     order by c.oid
"""


def read_conversions(collector: Collector) -> None:
    """Add every cast between types and every conversion between encodings."""
    for row in collector.rows(_CASTS):
        if not collector.is_member("pg_cast", row.oid):
            collector.add(
                "pg_cast",
                row.oid,
                Identity(Kind.CAST, (f"({row.source} AS {row.target})",)),
                Cast(row.method, row.function, row.context),
            )
    for row in collector.rows(_CONVERSIONS):
        if not collector.is_member("pg_conversion", row.oid):
            collector.add(
                "pg_conversion",
                row.oid,
                Identity(Kind.CONVERSION, (row.schema, row.name)),
                Conversion(row.default, row.from_encoding, row.to_encoding, row.function),
                owner=row.owner,
            )
