"""Collations."""

from typing import Final

from pgplumb.snapshot.facts_types import Collation
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

# The locale's column was called colliculocale before PostgreSQL 17; collicurules came with 16.
_COLLATIONS: Final = f"""
    select c.oid, n.nspname as schema, c.collname as name, pg_get_userbyid(c.collowner) as owner,
           c.collprovider as provider, c.collisdeterministic as deterministic,
           c.collcollate as collate, c.collctype as character_type,
           coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale') as locale,
           to_jsonb(c) ->> 'collicurules' as rules
      from pg_collation c
      join pg_namespace n on n.oid = c.collnamespace
     where {USER_SCHEMA.format("n")}
       and c.collencoding in (-1, (select encoding from pg_database
                                    where datname = current_database()))
     order by c.oid
"""
_PROVIDERS: Final = {"b": "builtin", "c": "libc", "i": "icu", "d": "default"}


def read_collations(collector: Collector) -> None:
    """Add every collation that this database's encoding can use."""
    for row in collector.rows(_COLLATIONS):
        if not collector.is_member("pg_collation", row.oid):
            same = row.provider == "c" and row.collate == row.character_type
            collector.add(
                "pg_collation",
                row.oid,
                Identity(Kind.COLLATION, (row.schema, row.name)),
                Collation(
                    provider=_PROVIDERS[row.provider],
                    deterministic=row.deterministic,
                    locale=row.collate if same else row.locale,
                    collate=None if same else row.collate,
                    character_type=None if same else row.character_type,
                    rules=row.rules,
                ),
                owner=row.owner,
            )
