"""Default privileges."""

from typing import Final

from pgplumb.snapshot.facts_privileges import DefaultPrivileges
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import Collector, grants_of

_DEFAULT_PRIVILEGES: Final = """
    select d.oid, pg_get_userbyid(d.defaclrole) as role, n.oid as schema_oid,
           coalesce(n.nspname, '') as schema, d.defaclobjtype as type, d.defaclacl::text[] as acl
      from pg_default_acl d
      left join pg_namespace n on n.oid = d.defaclnamespace
     order by d.oid
"""
# pg_default_acl's letters: what ALTER DEFAULT PRIVILEGES calls them, and what acldefault() does.
_TYPES: Final = {
    "r": ("TABLES", "r"),
    "S": ("SEQUENCES", "s"),
    "f": ("FUNCTIONS", "f"),
    "T": ("TYPES", "T"),
    "n": ("SCHEMAS", "n"),
    "L": ("LARGE OBJECTS", "L"),
}


def read_default_privileges(collector: Collector) -> None:
    """Add the default privileges of every role; "" in the path is the one that reads."""
    for row in collector.rows(_DEFAULT_PRIVILEGES):
        schema = collector.identity("pg_namespace", row.schema_oid) if row.schema_oid else None
        objects, acl_kind = _TYPES[row.type]
        # Those of a schema start from nothing and are added to those that hold everywhere.
        built_in = () if row.schema else sorted(collector.default_grants(acl_kind))
        collector.add(
            "pg_default_acl",
            row.oid,
            Identity(Kind.DEFAULT_PRIVILEGES, (collector.role(row.role), row.schema, objects)),
            DefaultPrivileges(tuple(sorted(grants_of(row.acl, row.role))), tuple(built_in)),
            parent=schema,
        )
