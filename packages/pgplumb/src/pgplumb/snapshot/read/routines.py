"""Functions and procedures; aggregates have a reader of their own."""

from typing import Final

from pgplumb.snapshot import facts
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector

ARGUMENT_TYPES: Final = (
    "array_to_string(array(select format_type(argument, null)"
    " from unnest({0}.proargtypes) with ordinality as a (argument, n) order by n), ', ')"
)
"""The types of a routine's arguments, as its identity has them."""

_ROUTINES: Final = f"""
    select p.oid, n.nspname as schema, p.proname as name, {ARGUMENT_TYPES.format("p")} as types,
           p.prokind as kind, pg_get_functiondef(p.oid) as definition,
           pg_get_function_identity_arguments(p.oid) as arguments,
           pg_get_function_result(p.oid) as result, p.pronargdefaults as defaults,
           l.lanname as language, case when p.prosqlbody is null then p.prosrc end as body,
           pg_get_userbyid(p.proowner) as owner, p.proacl::text[] as acl
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      join pg_language l on l.oid = p.prolang
     where p.prokind in ('f', 'p', 'w') and {USER_SCHEMA.format("n")}
       -- The constructors of a range type come with it.
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                          and d.objid = p.oid and d.deptype = 'i')
     order by p.oid
"""


def read_routines(collector: Collector) -> None:
    """Add every function and procedure."""
    for row in collector.rows(_ROUTINES):
        if not collector.is_member("pg_proc", row.oid):
            kind = Kind.PROCEDURE if row.kind == "p" else Kind.FUNCTION
            collector.add(
                "pg_proc",
                row.oid,
                Identity(kind, (row.schema, row.name, row.types)),
                facts.Routine(
                    definition=row.definition.rstrip(),
                    arguments=row.arguments,
                    result=row.result,
                    defaults=row.defaults,
                    language=row.language,
                    kind=row.kind,
                    body=row.body if row.language in {"sql", "plpgsql"} else None,
                ),
                owner=row.owner,
                acl=row.acl,
                acl_kind="f",
            )
