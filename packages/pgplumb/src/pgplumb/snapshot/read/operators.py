"""Operators, operator families and classes, access methods."""

from typing import Any, Final

from pgplumb.snapshot.facts_operators import (
    AccessMethod,
    Member,
    Operator,
    OperatorClass,
    OperatorFamily,
)
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import FIRST_USER_OID, USER_SCHEMA, Collector

_ACCESS_METHODS: Final = f"""
    select a.oid, a.amname as name, a.amtype as type, a.amhandler::text as handler
      from pg_am a
     where a.oid >= {FIRST_USER_OID}
     order by a.oid
"""

# An operator without a function is a name that another one's COMMUTATOR or NEGATOR has left.
_OPERATORS: Final = f"""
    select o.oid, n.nspname as schema, o.oprname as name, pg_get_userbyid(o.oprowner) as owner,
           coalesce(format_type(nullif(o.oprleft, 0), null), 'NONE') || ', '
               || coalesce(format_type(nullif(o.oprright, 0), null), 'NONE') as types,
           o.oprcode::text as function,
           quote_ident(cn.nspname) || '.' || c.oprname as commutator,
           quote_ident(nn.nspname) || '.' || ng.oprname as negator,
           nullif(o.oprrest::oid, 0)::regproc::text as restrict,
           nullif(o.oprjoin::oid, 0)::regproc::text as join,
           o.oprcanmerge as merges, o.oprcanhash as hashes
      from pg_operator o
      join pg_namespace n on n.oid = o.oprnamespace
      left join pg_operator c on c.oid = o.oprcom
      left join pg_namespace cn on cn.oid = c.oprnamespace
      left join pg_operator ng on ng.oid = o.oprnegate
      left join pg_namespace nn on nn.oid = ng.oprnamespace
     where o.oprcode <> 0 and {USER_SCHEMA.format("n")}
     order by o.oid
"""

_FAMILIES: Final = f"""
    select f.oid, n.nspname as schema, f.opfname as name, pg_get_userbyid(f.opfowner) as owner,
           a.amname as access_method
      from pg_opfamily f
      join pg_namespace n on n.oid = f.opfnamespace
      join pg_am a on a.oid = f.opfmethod
     where {USER_SCHEMA.format("n")}
     order by f.oid
"""

_CLASSES: Final = f"""
    select c.oid, n.nspname as schema, c.opcname as name, pg_get_userbyid(c.opcowner) as owner,
           a.amname as access_method, format_type(c.opcintype, null) as type,
           c.opcdefault as default,
           quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) as family,
           format_type(nullif(c.opckeytype, 0), null) as storage
      from pg_opclass c
      join pg_namespace n on n.oid = c.opcnamespace
      join pg_am a on a.oid = c.opcmethod
      join pg_opfamily f on f.oid = c.opcfamily
      join pg_namespace fn on fn.oid = f.opfnamespace
     where {USER_SCHEMA.format("n")}
     order by c.oid
"""

# A member belongs to the class or the family that it depends on.
_MEMBERS: Final = f"""
    select d.refclassid::regclass::text as holder_catalog, d.refobjid as holder,
           'pg_amop' as catalog, m.oid, 'OPERATOR ' || m.amopstrategy as slot,
           format_type(m.amoplefttype, null) || ', ' || format_type(m.amoprighttype, null) as types,
           quote_ident(n.nspname) || '.' || o.oprname || ' ('
               || format_type(o.oprleft, null) || ', ' || format_type(o.oprright, null) || ')'
               || coalesce(' FOR ORDER BY ' || quote_ident(fn.nspname) || '.'
                           || quote_ident(f.opfname), '') as definition
      from pg_amop m
      join pg_operator o on o.oid = m.amopopr
      join pg_namespace n on n.oid = o.oprnamespace
      left join pg_opfamily f on f.oid = m.amopsortfamily
      left join pg_namespace fn on fn.oid = f.opfnamespace
      join pg_depend d on d.classid = 'pg_amop'::regclass and d.objid = m.oid
           and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
           and d.refobjid <> m.amopsortfamily
     where m.oid >= {FIRST_USER_OID}
    union all
    select d.refclassid::regclass::text, d.refobjid, 'pg_amproc', m.oid, 'FUNCTION ' || m.amprocnum,
           format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null),
           m.amproc::regprocedure::text
      from pg_amproc m
      join pg_depend d on d.classid = 'pg_amproc'::regclass and d.objid = m.oid
           and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
     where m.oid >= {FIRST_USER_OID}
"""


def read_operators(collector: Collector) -> None:
    """Add access methods, operators, operator families and operator classes."""
    for row in collector.rows(_ACCESS_METHODS):
        if not collector.is_member("pg_am", row.oid):
            collector.add(
                "pg_am",
                row.oid,
                Identity(Kind.ACCESS_METHOD, (row.name,)),
                AccessMethod(row.type, row.handler),
            )
    for row in collector.rows(_OPERATORS):
        if not collector.is_member("pg_operator", row.oid):
            collector.add(
                "pg_operator",
                row.oid,
                Identity(Kind.OPERATOR, (row.schema, row.name, row.types)),
                Operator(
                    row.function,
                    row.commutator,
                    row.negator,
                    row.restrict,
                    row.join,
                    row.merges,
                    row.hashes,
                ),
                owner=row.owner,
            )
    _add_families(collector)


def _add_families(collector: Collector) -> None:
    members: dict[tuple[str, int], list[Any]] = {}
    for row in collector.rows(_MEMBERS):
        members.setdefault((row.holder_catalog, row.holder), []).append(row)
    for catalog, query in (("pg_opfamily", _FAMILIES), ("pg_opclass", _CLASSES)):
        for row in collector.rows(query):
            if collector.is_member(catalog, row.oid):
                continue
            own = members.get((catalog, row.oid), [])
            path = (row.schema, row.name, row.access_method)
            if catalog == "pg_opfamily":
                identity = Identity(Kind.OPERATOR_FAMILY, path)
                facts = OperatorFamily(_members(own))
                collector.add(catalog, row.oid, identity, facts, owner=row.owner)
            else:
                identity = Identity(Kind.OPERATOR_CLASS, path)
                collector.add(
                    catalog,
                    row.oid,
                    identity,
                    OperatorClass(row.type, row.default, row.family, row.storage, _members(own)),
                    owner=row.owner,
                )
            for member in own:
                collector.alias(member.catalog, member.oid, identity)


def _members(rows: list[Any]) -> tuple[Member, ...]:
    def number(row: Any) -> tuple[int, int, str]:
        word, _, slot = row.slot.partition(" ")
        return ("OPERATOR", "FUNCTION").index(word), int(slot), row.types

    return tuple(
        Member(f"{row.slot} ({row.types})", _definition(row)) for row in sorted(rows, key=number)
    )


def _definition(row: Any) -> str:
    types = f" ({row.types})" if row.catalog == "pg_amproc" else ""
    return f"{row.slot}{types} {row.definition}"
