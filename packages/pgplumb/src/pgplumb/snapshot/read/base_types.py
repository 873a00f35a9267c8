"""Base types, also those that are a mere name so far."""

from typing import Final

from pgplumb.snapshot.facts_types import BaseType, ShellType
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

_BASE_TYPES: Final = f"""
    select t.oid, n.nspname as schema, t.typname as name, t.typisdefined as defined,
           pg_get_userbyid(t.typowner) as owner, t.typacl::text[] as acl,
           t.typinput::regproc::text as input, t.typoutput::regproc::text as output,
           nullif(t.typreceive::oid, 0)::regproc::text as receive,
           nullif(t.typsend::oid, 0)::regproc::text as send,
           nullif(t.typmodin::oid, 0)::regproc::text as modifier_input,
           nullif(t.typmodout::oid, 0)::regproc::text as modifier_output,
           nullif(t.typanalyze::oid, 0)::regproc::text as analyze,
           nullif(t.typsubscript::oid, 0)::regproc::text as subscript,
           t.typlen as length, t.typbyval as by_value, t.typalign as alignment,
           t.typstorage as storage, t.typcategory as category, t.typispreferred as preferred,
           t.typdefault as default, format_type(nullif(t.typelem, 0), null) as element,
           t.typdelim as delimiter, t.typcollation <> 0 as collatable,
           -- These take the type or give it: they come and go with it.
           array(select p.oid from pg_proc p
                  where p.oid in (t.typinput, t.typoutput, t.typreceive, t.typsend)
                    and t.oid in (p.prorettype, p.proargtypes[0])) as functions
      from pg_type t
      join pg_namespace n on n.oid = t.typnamespace
     where (t.typtype = 'b' or not t.typisdefined)
       and not exists (select from pg_type e where e.typarray = t.oid)
       and {USER_SCHEMA.format("n")}
     order by t.oid
"""


def read_base_types(collector: Collector) -> None:
    """Add every base type; to be called before the functions are read."""
    for row in collector.rows(_BASE_TYPES):
        if collector.is_member("pg_type", row.oid):
            continue
        identity = Identity(Kind.BASE_TYPE, (row.schema, row.name))
        collector.add(
            "pg_type",
            row.oid,
            identity,
            BaseType(
                input=row.input,
                output=row.output,
                receive=row.receive,
                send=row.send,
                modifier_input=row.modifier_input,
                modifier_output=row.modifier_output,
                analyze=row.analyze,
                subscript=row.subscript,
                length=row.length,
                by_value=row.by_value,
                alignment=row.alignment,
                storage=row.storage,
                category=row.category,
                preferred=row.preferred,
                default=row.default,
                element=row.element,
                delimiter=row.delimiter,
                collatable=row.collatable,
            )
            if row.defined
            else ShellType(),
            owner=row.owner,
            acl=row.acl,
            acl_kind="T",
        )
        for function in row.functions if row.defined else ():
            collector.adopt("pg_proc", function, identity)
