"""Schemas, extensions and types: enums, domains, ranges, base types."""

from typing import Final

from pgplumb.snapshot import facts
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

_SCHEMAS: Final = f"""
    select n.oid, n.nspname as name, pg_get_userbyid(n.nspowner) as owner,
           n.nspacl::text[] as acl
      from pg_namespace n
     where {USER_SCHEMA.format("n")}
     order by n.nspname
"""

_EXTENSIONS: Final = """
    select e.oid, e.extname as name, n.nspname as schema, a.comment
      from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      left join pg_available_extensions() a on a.name = e.extname
     where e.extname <> 'plpgsql'
     order by e.extname
"""

_ENUMS: Final = f"""
    select t.oid, n.nspname as schema, t.typname as name, pg_get_userbyid(t.typowner) as owner,
           t.typacl::text[] as acl,
           array(select enumlabel::text from pg_enum where enumtypid = t.oid
                  order by enumsortorder) as labels
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typtype = 'e' and {USER_SCHEMA.format("n")}
     order by t.oid
"""

_DOMAINS: Final = f"""
    select t.oid, n.nspname as schema, t.typname as name, pg_get_userbyid(t.typowner) as owner,
           t.typacl::text[] as acl, format_type(t.typbasetype, t.typtypmod) as base,
           case when t.typcollation <> b.typcollation
                then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
           pg_get_expr(t.typdefaultbin, 0, true) as default, t.typnotnull as not_null
      from pg_type t
      join pg_namespace n on n.oid = t.typnamespace
      join pg_type b on b.oid = t.typbasetype
      left join pg_collation co on co.oid = t.typcollation
      left join pg_namespace cn on cn.oid = co.collnamespace
     where t.typtype = 'd' and {USER_SCHEMA.format("n")}
     order by t.oid
"""

_DOMAIN_CONSTRAINTS: Final = """
    select c.oid, c.contypid as domain, c.conname as name,
           pg_get_constraintdef(c.oid, true) as definition
      from pg_constraint c
     where c.contypid <> 0 and c.contype = 'c'
     order by c.oid
"""

_RANGES: Final = f"""
    select t.oid, n.nspname as schema, t.typname as name, pg_get_userbyid(t.typowner) as owner,
           t.typacl::text[] as acl, format_type(r.rngsubtype, null) as subtype,
           quote_ident(opn.nspname) || '.' || quote_ident(op.opcname) as operator_class,
           case when r.rngcollation <> s.typcollation
                then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
           nullif(r.rngcanonical::oid, 0)::regproc::text as canonical,
           nullif(r.rngsubdiff::oid, 0)::regproc::text as difference,
           m.oid as multirange_oid, quote_ident(mn.nspname) || '.' || quote_ident(m.typname)
               as multirange
      from pg_range r
      join pg_type t on t.oid = r.rngtypid
      join pg_namespace n on n.oid = t.typnamespace
      join pg_type s on s.oid = r.rngsubtype
      join pg_type m on m.oid = r.rngmultitypid
      join pg_namespace mn on mn.oid = m.typnamespace
      join pg_opclass op on op.oid = r.rngsubopc
      join pg_namespace opn on opn.oid = op.opcnamespace
      left join pg_collation co on co.oid = r.rngcollation
      left join pg_namespace cn on cn.oid = co.collnamespace
     where {USER_SCHEMA.format("n")}
     order by t.oid
"""

_ARRAYS: Final = f"""
    select a.oid, a.typelem as element
      from pg_type a join pg_namespace n on n.oid = a.typnamespace
     where a.typcategory = 'A' and a.typelem <> 0 and {USER_SCHEMA.format("n")}
"""


def read_types(collector: Collector) -> None:
    """Add schemas, extensions and every type that is not a relation's row."""
    _add_schemas(collector)
    for row in collector.rows(_ENUMS):
        if not collector.is_member("pg_type", row.oid):
            collector.add(
                "pg_type",
                row.oid,
                Identity(Kind.ENUM, (row.schema, row.name)),
                facts.Enum(tuple(row.labels)),
                owner=row.owner,
                acl=row.acl,
                acl_kind="T",
            )
    _add_domains(collector)
    for row in collector.rows(_RANGES):
        if not collector.is_member("pg_type", row.oid):
            identity = Identity(Kind.RANGE, (row.schema, row.name))
            collector.add(
                "pg_type",
                row.oid,
                identity,
                facts.Range(
                    row.subtype,
                    row.operator_class,
                    row.collation,
                    row.canonical,
                    row.difference,
                    row.multirange,
                ),
                owner=row.owner,
                acl=row.acl,
                acl_kind="T",
            )
            collector.alias("pg_type", row.multirange_oid, identity)


def read_array_types(collector: Collector) -> None:
    """Let what needs an array type need its element's; to be called when all types are there."""
    for row in collector.rows(_ARRAYS):
        element = collector.identity("pg_type", row.element)
        if element is not None:
            collector.alias("pg_type", row.oid, element)


def _add_schemas(collector: Collector) -> None:
    for row in collector.rows(_SCHEMAS):
        if not collector.is_member("pg_namespace", row.oid):
            collector.add(
                "pg_namespace",
                row.oid,
                Identity(Kind.SCHEMA, (row.name,)),
                facts.Schema(),
                owner=row.owner,
                acl=row.acl,
                acl_kind="n",
            )
    for row in collector.rows(_EXTENSIONS):
        identity = Identity(Kind.EXTENSION, (row.name,))
        made = facts.Extension(row.schema)
        collector.add("pg_extension", row.oid, identity, made, default_comment=row.comment)
        collector.alias_members(row.oid, identity)


def _add_domains(collector: Collector) -> None:
    for row in collector.rows(_DOMAINS):
        if not collector.is_member("pg_type", row.oid):
            collector.add(
                "pg_type",
                row.oid,
                Identity(Kind.DOMAIN, (row.schema, row.name)),
                facts.Domain(row.base, row.collation, row.default, row.not_null),
                owner=row.owner,
                acl=row.acl,
                acl_kind="T",
            )
    for row in collector.rows(_DOMAIN_CONSTRAINTS):
        domain = collector.identity("pg_type", row.domain)
        if domain is not None and domain.kind is Kind.DOMAIN:
            collector.add(
                "pg_constraint",
                row.oid,
                Identity(Kind.DOMAIN_CONSTRAINT, (*domain.path, row.name)),
                facts.DomainConstraint(row.definition),
                parent=domain,
            )
