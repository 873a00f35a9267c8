"""What belongs to a table or view: constraints, indexes, triggers, rules, policies."""

from typing import Final

from pgplumb.snapshot import facts
from pgplumb.snapshot.model import Identity, Kind, Options
from pgplumb.snapshot.read.collector import Collector

_NOT_VALID: Final = " NOT VALID"
_CONSTRAINTS: Final = """
    select c.oid, c.conrelid as relation, c.conname as name, c.contype as type,
           pg_get_constraintdef(c.oid, true) as definition, c.conindid as index,
           i.reloptions as options, ts.spcname as tablespace, c.conislocal as local,
           c.convalidated as validated, c.conparentid as parent, c.coninhcount as inherited,
           case when a.conrelid = c.conrelid then c.confrelid end as referenced,
           h.inhparent as index_above, array[n.nspname, above.relname]::text[] as name_above
      from pg_constraint c
      left join pg_constraint a on a.oid = c.conparentid
      left join pg_class i on i.oid = c.conindid and c.contype in ('p', 'u', 'x')
      left join pg_tablespace ts on ts.oid = i.reltablespace
      left join pg_inherits h on h.inhrelid = i.oid and c.conparentid = 0
      left join pg_class above on above.oid = h.inhparent
      left join pg_namespace n on n.oid = above.relnamespace
     where c.conrelid <> 0 and c.contype in ('c', 'f', 'p', 'u', 'x')
     order by c.conrelid, c.oid
"""

_INDEXES: Final = """
    select i.indexrelid as oid, i.indrelid as relation, c.relname as name,
           pg_get_indexdef(i.indexrelid, 0, true) as definition, i.indisvalid as valid,
           h.inhparent as parent, ts.spcname as tablespace,
           array(select array[a.attnum, a.attstattarget] from pg_attribute a
                  where a.attrelid = c.oid and a.attstattarget >= 0 order by a.attnum)
               as statistics
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_inherits h on h.inhrelid = i.indexrelid
      left join pg_tablespace ts on ts.oid = c.reltablespace
     where not exists (select from pg_constraint k where k.conindid = i.indexrelid
                          and k.contype in ('p', 'u', 'x'))
       and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
     order by i.indexrelid
"""

_TRIGGERS: Final = """
    select t.oid, t.tgrelid as relation, t.tgname as name,
           pg_get_triggerdef(t.oid, true) as definition,
           t.tgenabled as enabled, t.tgparentid as parent, t.tgconstraint as constraint
      from pg_trigger t
     where not t.tgisinternal
     order by t.oid
"""

_RULES: Final = """
    select r.oid, r.ev_class as relation, r.rulename as name, r.ev_type as event,
           case when r.rulename <> '_RETURN' then pg_get_ruledef(r.oid, true) end as definition,
           r.ev_enabled as enabled
      from pg_rewrite r
     order by r.oid
"""

_POLICIES: Final = """
    select p.oid, p.polrelid as relation, p.polname as name, p.polpermissive as permissive,
           p.polcmd as command,
           array(select case when role = 0 then '' else pg_get_userbyid(role) end
                   from unnest(p.polroles) role order by 1)::text[] as roles,
           pg_get_expr(p.polqual, p.polrelid, true) as using,
           pg_get_expr(p.polwithcheck, p.polrelid, true) as check
      from pg_policy p
     order by p.oid
"""


def read_table_parts(collector: Collector) -> None:
    """Add the parts of every relation that read_relations has added."""
    _add_constraints(collector)
    _add_indexes(collector)
    _add_triggers(collector)
    for row in collector.rows(_RULES):
        relation = collector.identity("pg_class", row.relation)
        if relation is None:
            continue
        if row.definition is None:  # the query of a view, which is the view itself
            collector.alias("pg_rewrite", row.oid, relation)
            continue
        collector.add(
            "pg_rewrite",
            row.oid,
            Identity(Kind.RULE, (*relation.path, row.name)),
            facts.Rule(row.definition, row.enabled),
            parent=relation,
        )
    for row in collector.rows(_POLICIES):
        relation = collector.identity("pg_class", row.relation)
        if relation is not None:
            collector.add(
                "pg_policy",
                row.oid,
                Identity(Kind.POLICY, (*relation.path, row.name)),
                facts.Policy(row.permissive, row.command, tuple(row.roles), row.using, row.check),
                parent=relation,
            )


def _add_constraints(collector: Collector) -> None:
    names: dict[int, str] = {}
    for row in collector.rows(_CONSTRAINTS):
        relation = collector.identity("pg_class", row.relation)
        if relation is None:
            continue
        name: str = row.name
        names[row.oid] = name
        if row.referenced is not None:
            # A foreign key's part for one partition that it refers to. PostgreSQL numbers them as
            # the partitions come; nobody can name them in a statement, and pg_dump does not.
            partition = collector.identity("pg_class", row.referenced)
            whole = names[row.oid] = names.get(row.parent, name)
            name = f"{whole} ({'.'.join(partition.path) if partition else name})"
        identity = Identity(Kind.CONSTRAINT, (*relation.path, name))
        above = collector.identity("pg_constraint", row.parent) if row.parent else None
        inherited = above is not None or (row.inherited and not row.local)
        # Whether what is inherited has been validated follows from which table was there first;
        # it is validated, and dumped, with that above.
        definition = row.definition.removesuffix(_NOT_VALID) if inherited else row.definition
        collector.add(
            "pg_constraint",
            row.oid,
            identity,
            facts.Constraint(
                row.type,
                definition,
                Options(row.options or ()),
                row.tablespace,
                row.local,
                row.validated or inherited,
                collector.comment("pg_class", row.index) if row.type in facts.WITH_INDEX else None,
                Identity(Kind.INDEX, tuple(row.name_above)) if row.index_above else None,
            ),
            parent=relation,
            implied_by=(above or relation) if inherited else None,
        )
        if row.type in facts.WITH_INDEX:
            collector.alias("pg_class", row.index, identity)
            if row.index_above is not None:
                # The one above may be made before or after it.
                collector.ignore("pg_class", row.index, "pg_class", row.index_above)


def _add_indexes(collector: Collector) -> None:
    rows = collector.rows(_INDEXES)
    # An index below a partitioned one may have been created first, so identities come first.
    identities: dict[int, Identity] = {}
    for row in rows:
        relation = collector.identity("pg_class", row.relation)
        if relation is not None:
            identities[row.oid] = Identity(Kind.INDEX, (relation.path[0], row.name))
    for row in rows:
        if row.oid not in identities:
            continue
        above = identities.get(row.parent) or collector.identity("pg_class", row.parent or 0)
        collector.add(
            "pg_class",
            row.oid,
            identities[row.oid],
            facts.Index(
                row.definition.replace(" ON ONLY ", " ON ", 1)
                + (f" TABLESPACE {row.tablespace}" if row.tablespace else ""),
                row.valid,
                above,
                tuple((number, target) for number, target in row.statistics),
            ),
            parent=collector.identity("pg_class", row.relation),
            implied_by=above,
        )


def _add_triggers(collector: Collector) -> None:
    for row in collector.rows(_TRIGGERS):
        relation = collector.identity("pg_class", row.relation)
        if relation is None:
            continue
        identity = Identity(Kind.TRIGGER, (*relation.path, row.name))
        collector.add(
            "pg_trigger",
            row.oid,
            identity,
            facts.Trigger(row.definition, row.enabled),
            parent=relation,
            implied_by=collector.identity("pg_trigger", row.parent) if row.parent else None,
        )
        if row.constraint:
            collector.alias("pg_constraint", row.constraint, identity)
