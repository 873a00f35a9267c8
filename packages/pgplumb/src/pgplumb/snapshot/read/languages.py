"""Procedural languages and transforms."""

from typing import Final

from pgplumb.snapshot.facts_routines import Language, Transform
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import FIRST_USER_OID, Collector

_LANGUAGES: Final = f"""
    select l.oid, l.lanname as name, pg_get_userbyid(l.lanowner) as owner,
           l.lanacl::text[] as acl, l.lanpltrusted as trusted,
           l.lanplcallfoid::regproc::text as handler,
           nullif(l.laninline, 0)::regproc::text as inline,
           nullif(l.lanvalidator, 0)::regproc::text as validator
      from pg_language l
     where l.lanispl and l.oid >= {FIRST_USER_OID}
     order by l.oid
"""

_TRANSFORMS: Final = f"""
    select t.oid, format_type(t.trftype, null) as type, quote_ident(l.lanname) as language,
           nullif(t.trffromsql::oid, 0)::regprocedure::text as from_sql,
           nullif(t.trftosql::oid, 0)::regprocedure::text as to_sql
      from pg_transform t
      join pg_language l on l.oid = t.trflang
     where t.oid >= {FIRST_USER_OID}
     order by t.oid
"""


def read_languages(collector: Collector) -> None:
    """Add every language that was installed without an extension, and every transform."""
    for row in collector.rows(_LANGUAGES):
        if not collector.is_member("pg_language", row.oid):
            collector.add(
                "pg_language",
                row.oid,
                Identity(Kind.LANGUAGE, (row.name,)),
                Language(row.trusted, row.handler, row.inline, row.validator),
                owner=row.owner,
                acl=row.acl,
                acl_kind="l",
            )
    for row in collector.rows(_TRANSFORMS):
        if not collector.is_member("pg_transform", row.oid):
            collector.add(
                "pg_transform",
                row.oid,
                Identity(Kind.TRANSFORM, (f"FOR {row.type} LANGUAGE {row.language}",)),
                Transform(row.from_sql, row.to_sql),
            )
