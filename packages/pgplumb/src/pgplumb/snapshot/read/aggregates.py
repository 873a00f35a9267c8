"""Aggregates."""

from collections.abc import Iterator
from typing import Any, Final

from pgplumb.snapshot.facts_routines import Aggregate
from pgplumb.snapshot.model import Identity, Kind
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector
from pgplumb.snapshot.read.routines import ARGUMENT_TYPES

_AGGREGATES: Final = f"""
    select p.oid, n.nspname as schema, p.proname as name, {ARGUMENT_TYPES.format("p")} as types,
           pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
           pg_get_userbyid(p.proowner) as owner, p.proacl::text[] as acl, p.proparallel as parallel,
           a.aggkind as kind, a.aggtransfn::regproc::text as transition,
           format_type(a.aggtranstype, null) as state, a.aggtransspace as space,
           nullif(a.aggfinalfn::oid, 0)::regproc::text as final, a.aggfinalextra as final_extra,
           a.aggfinalmodify as final_modify,
           nullif(a.aggcombinefn::oid, 0)::regproc::text as combine,
           nullif(a.aggserialfn::oid, 0)::regproc::text as serialize,
           nullif(a.aggdeserialfn::oid, 0)::regproc::text as deserialize,
           quote_literal(a.agginitval) as initial,
           nullif(a.aggmtransfn::oid, 0)::regproc::text as moving_transition,
           nullif(a.aggminvtransfn::oid, 0)::regproc::text as moving_inverse,
           format_type(nullif(a.aggmtranstype, 0), null) as moving_state,
           a.aggmtransspace as moving_space,
           nullif(a.aggmfinalfn::oid, 0)::regproc::text as moving_final,
           a.aggmfinalextra as moving_final_extra, a.aggmfinalmodify as moving_final_modify,
           quote_literal(a.aggminitval) as moving_initial,
           'OPERATOR(' || quote_ident(opn.nspname) || '.' || op.oprname || ')' as sort_operator
      from pg_aggregate a
      join pg_proc p on p.oid = a.aggfnoid
      join pg_namespace n on n.oid = p.pronamespace
      left join pg_operator op on op.oid = a.aggsortop
      left join pg_namespace opn on opn.oid = op.oprnamespace
     where {USER_SCHEMA.format("n")}
     order by p.oid
"""
_MODIFY: Final = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
_PARALLEL: Final = {"s": "SAFE", "r": "RESTRICTED"}


def read_aggregates(collector: Collector) -> None:
    """Add every aggregate."""
    for row in collector.rows(_AGGREGATES):
        if not collector.is_member("pg_proc", row.oid):
            collector.add(
                "pg_proc",
                row.oid,
                Identity(Kind.AGGREGATE, (row.schema, row.name, row.types)),
                Aggregate(row.arguments or "*", row.result, row.kind, tuple(_clauses(row))),
                owner=row.owner,
                acl=row.acl,
                acl_kind="f",
            )


def _clauses(row: Any) -> Iterator[str]:
    # An ordered-set aggregate's final function may change the state, a normal one's may not.
    modify = "r" if row.kind == "n" else "w"
    values = {
        "SFUNC": row.transition,
        "STYPE": row.state,
        "SSPACE": row.space,
        "FINALFUNC": row.final,
        "FINALFUNC_EXTRA": row.final_extra,
        "FINALFUNC_MODIFY": row.final_modify != modify and _MODIFY[row.final_modify],
        "COMBINEFUNC": row.combine,
        "SERIALFUNC": row.serialize,
        "DESERIALFUNC": row.deserialize,
        "INITCOND": row.initial,
        "MSFUNC": row.moving_transition,
        "MINVFUNC": row.moving_inverse,
        "MSTYPE": row.moving_state,
        "MSSPACE": row.moving_space,
        "MFINALFUNC": row.moving_final,
        "MFINALFUNC_EXTRA": row.moving_final_extra,
        "MFINALFUNC_MODIFY": row.moving_final_modify != modify and _MODIFY[row.moving_final_modify],
        "MINITCOND": row.moving_initial,
        "SORTOP": row.sort_operator,
        "HYPOTHETICAL": row.kind == "h",
        "PARALLEL": _PARALLEL.get(row.parallel),
    }
    for name, value in values.items():
        if value is True:
            yield name
        elif value:
            yield f"{name} = {value}"
