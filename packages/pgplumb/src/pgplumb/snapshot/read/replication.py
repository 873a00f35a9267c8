"""Publications and subscriptions."""

from collections.abc import Iterator
from typing import Any, Final

from pgplumb.snapshot.facts_replication import (
    Publication,
    PublicationSchema,
    PublicationTable,
    Subscription,
)
from pgplumb.snapshot.model import Identity, Kind, Options
from pgplumb.snapshot.read.collector import Collector
from pgplumb.snapshot.secrets import public_connection, secret_parameters

# pubgencols came with PostgreSQL 18.
_PUBLICATIONS: Final = """
    select p.oid, p.pubname as name, pg_get_userbyid(p.pubowner) as owner,
           p.puballtables as all_tables, p.pubviaroot as via_partition_root,
           array_remove(array[case when p.pubinsert then 'insert' end,
                              case when p.pubupdate then 'update' end,
                              case when p.pubdelete then 'delete' end,
                              case when p.pubtruncate then 'truncate' end], null) as operations,
           coalesce(to_jsonb(p) ->> 'pubgencols', 'n') as generated_columns
      from pg_publication p
     order by p.oid
"""

_TABLES: Final = """
    select r.oid, r.prpubid as publication, r.prrelid as relation,
           case when r.prattrs is not null then
               array(select a.attname::text from pg_attribute a
                      where a.attrelid = r.prrelid and a.attnum = any(r.prattrs)
                      order by a.attname) end as columns,
           pg_get_expr(r.prqual, r.prrelid) as filter
      from pg_publication_rel r
     order by r.oid
"""

_SCHEMAS: Final = """
    select s.oid, s.pnpubid as publication, n.nspname as schema
      from pg_publication_namespace s
      join pg_namespace n on n.oid = s.pnnspid
     order by s.oid
"""

# The connection string is for superusers only.
_SUBSCRIPTIONS: Final = """
    select s.oid, s.subname as name, pg_get_userbyid(s.subowner) as owner,
           {connection} as connection, s.subpublications as publications, s.subslotname as slot,
           s.subbinary as binary, s.substream::text as streaming,
           s.subsynccommit as synchronous_commit, s.subtwophasestate as two_phase,
           s.subdisableonerr as disable_on_error, {origin} as origin,
           {run_as_owner} as run_as_owner, {password_required} as password_required,
           {failover} as failover
      from pg_subscription s
     where s.subdbid = (select oid from pg_database where datname = current_database())
     order by s.oid
"""
# What servers before 16 and 17 can't be asked, and what it is on them.
_SINCE_16: Final = {
    "origin": ("s.suborigin", "'any'"),
    "run_as_owner": ("s.subrunasowner", "false"),
    "password_required": ("s.subpasswordrequired", "true"),
}
_SINCE_17: Final = {"failover": ("s.subfailover", "false")}

_STREAMING: Final = {"f": "off", "false": "off", "t": "on", "true": "on", "p": "parallel"}


def read_publications(collector: Collector) -> None:
    """Add every publication with its tables and schemas."""
    for row in collector.rows(_PUBLICATIONS):
        if not collector.is_member("pg_publication", row.oid):
            collector.add(
                "pg_publication",
                row.oid,
                Identity(Kind.PUBLICATION, (row.name,)),
                Publication(
                    row.all_tables,
                    tuple(row.operations),
                    row.via_partition_root,
                    row.generated_columns,
                ),
                owner=row.owner,
            )
    for row in collector.rows(_TABLES):
        publication = collector.identity("pg_publication", row.publication)
        relation = collector.identity("pg_class", row.relation)
        if publication is not None and relation is not None:
            collector.add(
                "pg_publication_rel",
                row.oid,
                Identity(Kind.PUBLICATION_TABLE, (*publication.path, *relation.path)),
                PublicationTable(None if row.columns is None else tuple(row.columns), row.filter),
                parent=publication,
            )
    for row in collector.rows(_SCHEMAS):
        publication = collector.identity("pg_publication", row.publication)
        if publication is not None:
            collector.add(
                "pg_publication_namespace",
                row.oid,
                Identity(Kind.PUBLICATION_SCHEMA, (*publication.path, row.schema)),
                PublicationSchema(),
                parent=publication,
            )


def read_subscriptions(collector: Collector) -> None:
    """Add every subscription of this database."""
    readable = collector.rows(
        "select has_column_privilege('pg_subscription', 'subconninfo', 'select') as connection"
    )[0].connection
    newer = {
        name: asked if collector.server_version >= version else otherwise
        for version, columns in ((160000, _SINCE_16), (170000, _SINCE_17))
        for name, (asked, otherwise) in columns.items()
    }
    query = _SUBSCRIPTIONS.format(connection="s.subconninfo" if readable else "null::text", **newer)
    for row in collector.rows(query):
        if not collector.is_member("pg_subscription", row.oid):
            collector.add(
                "pg_subscription",
                row.oid,
                Identity(Kind.SUBSCRIPTION, (row.name,)),
                Subscription(
                    None if row.connection is None else public_connection(row.connection),
                    tuple(row.publications),
                    row.slot,
                    Options(_options(row)),
                ),
                owner=row.owner,
                secrets=secret_parameters(row.connection or ""),
            )


def _options(row: Any) -> Iterator[str]:
    """What is not as CREATE SUBSCRIPTION would have it, in alphabetical order."""
    if row.binary:
        yield "binary=true"
    if row.disable_on_error:
        yield "disable_on_error=true"
    if row.failover:
        yield "failover=true"
    if row.origin != "any":
        yield f"origin={row.origin}"
    if not row.password_required:
        yield "password_required=false"
    if row.run_as_owner:
        yield "run_as_owner=true"
    # Always said: what PostgreSQL would choose is not the same before and since 18.
    yield f"streaming={_STREAMING[row.streaming]}"
    if row.synchronous_commit != "off":
        yield f"synchronous_commit={row.synchronous_commit}"
    if row.two_phase != "d":
        yield "two_phase=true"
