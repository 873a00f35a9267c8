"""Privileges on members of extensions: pg_dump writes those that are not as they came."""

from typing import Final

from pgplumb.snapshot.facts_privileges import ExtensionPrivileges
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import Collector, grants_of

# Each kind of member that has privileges: its catalog, what GRANT calls it, and how it is named.
# pg_init_privs has what an extension's script granted (manual, chapter 52.28).
_MEMBERS: Final = """
    with member as (
        select d.refobjid as extension, d.classid, d.objid from pg_depend d
         where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
    ),
    privileged as (
        select m.*, 0 as part, null::text as column,
               'FUNCTION ' || p.oid::regprocedure::text as target,
               p.proowner as owner, p.proacl as acl, 'f'::"char" as kind
          from member m join pg_proc p
            on m.classid = 'pg_proc'::regclass and p.oid = m.objid and p.prokind <> 'p'
        union all
        select m.*, 0, null, 'PROCEDURE ' || p.oid::regprocedure::text, p.proowner, p.proacl, 'f'
          from member m join pg_proc p
            on m.classid = 'pg_proc'::regclass and p.oid = m.objid and p.prokind = 'p'
        union all
        select m.*, 0, null,
               case c.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || c.oid::regclass::text,
               c.relowner, c.relacl, case c.relkind when 'S' then 's' else 'r' end::"char"
          from member m join pg_class c
            on m.classid = 'pg_class'::regclass and c.oid = m.objid
           and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select m.*, a.attnum, a.attname::text, 'TABLE ' || c.oid::regclass::text,
               c.relowner, a.attacl, 'c'::"char"
          from member m join pg_class c on m.classid = 'pg_class'::regclass and c.oid = m.objid
          join pg_attribute a on a.attrelid = c.oid and a.attacl is not null and not attisdropped
        union all
        select m.*, 0, null, 'TYPE ' || t.oid::regtype::text, t.typowner, t.typacl, 'T'
          from member m join pg_type t on m.classid = 'pg_type'::regclass and t.oid = m.objid
        union all
        select m.*, 0, null, 'SCHEMA ' || n.oid::regnamespace::text, n.nspowner, n.nspacl, 'n'
          from member m join pg_namespace n
            on m.classid = 'pg_namespace'::regclass and n.oid = m.objid
        union all
        select m.*, 0, null, 'LANGUAGE ' || quote_ident(l.lanname), l.lanowner, l.lanacl, 'l'
          from member m join pg_language l
            on m.classid = 'pg_language'::regclass and l.oid = m.objid
        union all
        select m.*, 0, null, 'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname),
               w.fdwowner, w.fdwacl, 'F'
          from member m join pg_foreign_data_wrapper w
            on m.classid = 'pg_foreign_data_wrapper'::regclass and w.oid = m.objid
        union all
        select m.*, 0, null, 'FOREIGN SERVER ' || quote_ident(s.srvname),
               s.srvowner, s.srvacl, 'S'
          from member m join pg_foreign_server s
            on m.classid = 'pg_foreign_server'::regclass and s.oid = m.objid
    )
    select e.oid, p.target, p.column, pg_get_userbyid(p.owner) as owner,
           coalesce(p.acl, acldefault(p.kind, p.owner))::text[] as acl,
           coalesce(i.initprivs, acldefault(p.kind, p.owner))::text[] as initial
      from privileged p
      join pg_extension e on e.oid = p.extension
      left join pg_init_privs i
        on i.classoid = p.classid and i.objoid = p.objid and i.objsubid = p.part
     where p.acl is not null or i.initprivs is not null
     order by p.target, p.part
"""


def read_extension_privileges(collector: Collector) -> None:
    """Add the privileges on members of extensions that are not those they came with."""
    for row in collector.rows(_MEMBERS):
        extension = collector.identity("pg_extension", row.oid)
        grants, initial = (grants_of(acl, row.owner) for acl in (row.acl, row.initial))
        if extension is None or grants == initial:
            continue
        path = (*extension.path, row.target, *([row.column] if row.column else []))
        owner = collector.role(row.owner) or None
        made = ExtensionPrivileges(
            row.target, row.column, owner, tuple(sorted(grants)), tuple(sorted(initial))
        )
        identity = Identity(Kind.EXTENSION_PRIVILEGES, path)
        collector.add_derived(identity, made, parent=extension, needs=[extension])
