"""Foreign-data wrappers, servers and user mappings."""

from typing import Final

from pgplumb.snapshot.facts_foreign import ForeignDataWrapper, Server, UserMapping
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import Collector
from pgplumb.snapshot.secrets import public_options, secret_options

CURRENT_USER: Final = "CURRENT_USER"
"""Stands for the role that reads in the path of a user mapping."""

_WRAPPERS: Final = """
    select w.oid, w.fdwname as name, pg_get_userbyid(w.fdwowner) as owner, w.fdwacl::text[] as acl,
           nullif(w.fdwhandler, 0)::regproc::text as handler,
           nullif(w.fdwvalidator, 0)::regproc::text as validator, w.fdwoptions as options
      from pg_foreign_data_wrapper w
     order by w.oid
"""

_SERVERS: Final = """
    select s.oid, s.srvname as name, pg_get_userbyid(s.srvowner) as owner, s.srvacl::text[] as acl,
           w.fdwname as wrapper, s.srvtype as type, s.srvversion as version,
           s.srvoptions as options
      from pg_foreign_server s
      join pg_foreign_data_wrapper w on w.oid = s.srvfdw
     order by s.oid
"""

# The catalog itself is closed to all but superusers; the view hides options one may not see.
_USER_MAPPINGS: Final = f"""
    select m.umid as oid, m.srvname as server, m.umoptions as options,
           case when m.umuser = 0 then 'PUBLIC' when m.usename = current_user then '{CURRENT_USER}'
                else m.usename end as role
      from pg_user_mappings m
     order by m.umid
"""


def read_foreign(collector: Collector) -> None:
    """Add what leads to foreign tables."""
    for row in collector.rows(_WRAPPERS):
        if not collector.is_member("pg_foreign_data_wrapper", row.oid):
            collector.add(
                "pg_foreign_data_wrapper",
                row.oid,
                Identity(Kind.FOREIGN_DATA_WRAPPER, (row.name,)),
                ForeignDataWrapper(row.handler, row.validator, public_options(row.options)),
                owner=row.owner,
                acl=row.acl,
                acl_kind="F",
                secrets=secret_options(row.options),
            )
    for row in collector.rows(_SERVERS):
        if not collector.is_member("pg_foreign_server", row.oid):
            collector.add(
                "pg_foreign_server",
                row.oid,
                Identity(Kind.SERVER, (row.name,)),
                Server(row.wrapper, row.type, row.version, public_options(row.options)),
                owner=row.owner,
                acl=row.acl,
                acl_kind="S",
                secrets=secret_options(row.options),
            )
    for row in collector.rows(_USER_MAPPINGS):
        if not collector.is_member("pg_user_mapping", row.oid):
            collector.add(
                "pg_user_mapping",
                row.oid,
                Identity(Kind.USER_MAPPING, (row.server, row.role)),
                UserMapping(public_options(row.options)),
                secrets=secret_options(row.options),
            )
