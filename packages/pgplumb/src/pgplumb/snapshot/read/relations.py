"""Tables, views and materialized views, their columns, defaults and inheritance; sequences."""

from typing import Any, Final

from pgplumb.snapshot import facts
from pgplumb.snapshot.automatic import automatic_name
from pgplumb.snapshot.model import Facts, Identity, Kind, Options
from pgplumb.snapshot.read.collector import USER_SCHEMA, Collector
from pgplumb.snapshot.secrets import public_options, secret_options

_KINDS: Final = {
    "r": Kind.TABLE,
    "p": Kind.TABLE,
    "f": Kind.FOREIGN_TABLE,
    "v": Kind.VIEW,
    "m": Kind.MATERIALIZED_VIEW,
    "c": Kind.COMPOSITE,
}

_RELATIONS: Final = f"""
    select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.reltype as row_type,
           c.relpersistence as persistence, am.amname as access_method, ts.spcname as tablespace,
           coalesce(c.reloptions, '{{}}') || array(
               select 'toast.' || option from unnest(t.reloptions) option) as options,
           c.relrowsecurity as row_security, c.relforcerowsecurity as force_row_security,
           c.relispartition as is_partition, pg_get_partkeydef(c.oid) as partition_key,
           c.reloftype, c.reloftype::regtype::text as of_type,
           pg_get_userbyid(c.relowner) as owner, c.relacl::text[] as acl, c.relispopulated,
           c.relreplident, t_row.typacl::text[] as type_acl,
           s.srvname as server, f.ftoptions as server_options,
           case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end as definition
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_type t_row on t_row.oid = c.reltype
      left join pg_am am on am.oid = c.relam and am.amname <> 'heap'
      left join pg_tablespace ts on ts.oid = c.reltablespace
      left join pg_class t on t.oid = c.reltoastrelid
      left join pg_foreign_table f on f.ftrelid = c.oid
      left join pg_foreign_server s on s.oid = f.ftserver
     where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and {USER_SCHEMA.format("n")}
     order by c.oid
"""

_COLUMNS: Final = f"""
    select a.attrelid as relation, a.attnum as number, a.attname as name,
           format_type(a.atttypid, a.atttypmod) as type,
           case when a.attcollation <> t.typcollation
                then quote_ident(cn.nspname) || '.' || quote_ident(co.collname) end as collation,
           a.attnotnull as not_null, a.attidentity as identity, a.attgenerated as generated,
           case when a.attstorage <> t.typstorage then a.attstorage end as storage,
           nullif(a.attcompression, '') as compression, nullif(a.attstattarget, -1) as statistics,
           coalesce(a.attoptions, '{{}}') as options,
           coalesce(a.attfdwoptions, '{{}}') as foreign_options,
           a.attislocal as local, a.attinhcount as inherited, a.attacl::text[] as acl,
           d.oid as default_oid, pg_get_expr(d.adbin, d.adrelid, true) as expression
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_type t on t.oid = a.atttypid
      left join pg_collation co on co.oid = a.attcollation
      left join pg_namespace cn on cn.oid = co.collnamespace
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0 and not a.attisdropped
       and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and {USER_SCHEMA.format("n")}
     order by a.attrelid, a.attnum
"""

_SEQUENCES: Final = f"""
    select c.oid, n.nspname as schema, c.relname as name, c.relpersistence as persistence,
           format_type(s.seqtypid, null) as type, s.seqstart as start, s.seqincrement as increment,
           s.seqmin as minimum, s.seqmax as maximum, s.seqcache as cache, s.seqcycle as cycle,
           pg_get_userbyid(c.relowner) as owner, c.relacl::text[] as acl,
           d.deptype, d.refobjid as table, d.refobjsubid as column
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_sequence s on s.seqrelid = c.oid
      left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
           and d.objsubid = 0 and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
     where {USER_SCHEMA.format("n")}
     order by c.oid
"""

_NOT_NULLS: Final = """
    select c.conrelid as relation, c.conkey[1] as number, c.conname as name,
           c.convalidated as valid, c.connoinherit as no_inherit,
           c.conislocal as local, c.coninhcount as inherited
      from pg_constraint c
     where c.contype = 'n' and c.conrelid <> 0
"""

_INHERITANCE: Final = f"""
    select i.inhrelid as child, i.inhparent as parent, i.inhseqno as number,
           pg_get_expr(c.relpartbound, c.oid) as bound
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f') and {USER_SCHEMA.format("n")}
     order by i.inhrelid, i.inhseqno
"""

_CLUSTERED: Final = f"""
    select i.indrelid as relation, c.relname as name, i.indexrelid as index,
           i.indisclustered as clustered, i.indisreplident as replica
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
     where (i.indisclustered or i.indisreplident) and {USER_SCHEMA.format("n")}
"""


def read_relations(collector: Collector) -> None:
    """Add every relation with its columns, defaults and inheritance, and every sequence."""
    columns = _columns_by_relation(collector)
    relations = [
        row
        for row in collector.rows(_RELATIONS)
        # An extension owns its composite types as types, its tables and views as relations.
        if not collector.is_member("pg_class", row.oid)
        and not collector.is_member("pg_type", row.row_type)
    ]
    by_oid: dict[int, tuple[Identity, Any]] = {}
    for row in relations:
        identity = Identity(_KINDS[row.kind], (row.schema, row.name))
        by_oid[row.oid] = (identity, row)
        _add_relation(collector, row, identity, columns.get(row.oid, []))
    sequences = collector.rows(_SEQUENCES)
    _add_columns(collector, by_oid, columns, sequences)
    _add_sequences(collector, sequences)
    _add_inheritance(collector, by_oid)
    _add_types_of_tables(collector, by_oid, columns)
    _add_index_choices(collector, by_oid)


def _columns_by_relation(collector: Collector) -> dict[int, list[Any]]:
    columns: dict[int, list[Any]] = {}
    for row in collector.rows(_COLUMNS):
        columns.setdefault(row.relation, []).append(row)
    return columns


def _add_relation(collector: Collector, row: Any, identity: Identity, columns: list[Any]) -> None:
    made: Facts
    if row.kind == "v":
        shape = tuple((each.name, each.type, each.collation or "") for each in columns)
        made = facts.View(row.definition, shape, Options(row.options or ()))
    elif row.kind == "m":
        made = facts.MaterializedView(
            row.definition,
            Options(row.options or ()),
            row.access_method,
            row.tablespace,
            row.relispopulated,
        )
    elif row.kind == "c":
        made = facts.Composite(
            tuple(facts.Attribute(each.name, each.type, each.collation) for each in columns)
        )
    else:
        made = facts.Table(
            persistence=row.persistence,
            partition_key=row.partition_key,
            access_method=row.access_method,
            tablespace=row.tablespace,
            options=Options(row.options or ()),
            row_security=row.row_security,
            force_row_security=row.force_row_security,
            server=row.server,
            server_options=public_options(row.server_options),
        )
    if row.kind == "c":
        # A composite type's comment, privileges and dependents are those of its pg_type row.
        collector.alias("pg_class", row.oid, identity)
        collector.add(
            "pg_type",
            row.row_type,
            identity,
            made,
            owner=row.owner,
            acl=row.type_acl,
            acl_kind="T",
        )
        return
    collector.alias("pg_type", row.row_type, identity)
    collector.add(
        "pg_class",
        row.oid,
        identity,
        made,
        owner=row.owner,
        acl=row.acl,
        acl_kind="r",
        secrets=secret_options(row.server_options),
    )


def _add_columns(
    collector: Collector,
    by_oid: dict[int, tuple[Identity, Any]],
    columns: dict[int, list[Any]],
    sequences: list[Any],
) -> None:
    not_nulls = {
        (row.relation, row.number): row
        for row in collector.rows(_NOT_NULLS)
        if collector.server_version >= facts.NAMED_NOT_NULLS
    }
    identities = {(row.table, row.column): row for row in sequences if row.deptype == "i"}
    for oid, (relation, table) in by_oid.items():
        for row in columns.get(oid, ()):
            column = Identity(Kind.COLUMN, (*relation.path, row.name))
            if relation.kind in {Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.COMPOSITE}:
                collector.add(
                    "pg_class",
                    oid,
                    column,
                    facts.ViewColumn(row.type),
                    part=row.number,
                    owner=table.owner,
                    acl=row.acl,
                    acl_kind=None if relation.kind is Kind.COMPOSITE else "c",
                    parent=relation,
                    implied_by=relation,
                )
            else:
                sequence = identities.get((oid, row.number))
                named = not_nulls.get((oid, row.number))
                collector.add(
                    "pg_class",
                    oid,
                    column,
                    _column(row, table, named, sequence),
                    part=row.number,
                    owner=table.owner,
                    acl=row.acl,
                    acl_kind="c",
                    parent=relation,
                )
                if sequence is not None:
                    collector.add(
                        "pg_class",
                        sequence.oid,
                        Identity(Kind.IDENTITY_SEQUENCE, (sequence.schema, sequence.name)),
                        facts.IdentitySequence(),
                        owner=table.owner,
                        acl=sequence.acl,
                        acl_kind="s",
                        parent=column,
                    )
            if row.default_oid is None:
                continue
            if row.generated:
                collector.alias("pg_attrdef", row.default_oid, column)
            else:
                collector.add(
                    "pg_attrdef",
                    row.default_oid,
                    Identity(Kind.DEFAULT, column.path),
                    facts.Default(row.expression),
                    parent=column,
                )


def _column(row: Any, table: Any, named: Any, sequence: Any) -> facts.Column:
    not_null = None
    if row.not_null or named is not None:
        default = automatic_name(table.name, row.name, "not_null")
        # A partition's constraint may be called as that of the table above, or by its own name.
        own = None
        if named is not None and (named.local or table.is_partition):
            own = named.name
        # As with CHECK: whether what a child inherits has been validated follows from which table
        # was there first; it is validated, and dumped, with that above. Partitions tell it.
        from_above = named is not None and not named.local and not table.is_partition
        not_null = facts.NotNull(
            name=None if own == default else own,
            valid=True if named is None or from_above else named.valid,
            no_inherit=False if named is None else named.no_inherit,
            inherited=row.inherited > 0 if named is None else named.inherited > 0,
        )
    identity = None
    if row.identity and sequence is not None:  # a partition's is its parent's
        name = sequence.name
        if sequence.schema != table.schema:
            name = f"{sequence.schema}.{name}"
        identity = facts.IdentityColumn(
            row.identity == "a",
            "" if name == automatic_name(table.name, row.name, "seq") else name,
            _sequence_options(sequence),
        )
    return facts.Column(
        type=row.type,
        collation=row.collation,
        not_null=not_null,
        identity=identity,
        generated=row.expression if row.generated else None,
        stored=row.generated == "s",
        storage=row.storage,
        compression=row.compression,
        statistics=row.statistics,
        options=Options(row.options or ()),
        foreign_options=Options(row.foreign_options or ()),
        local=row.local,
        inherited=row.inherited > 0,
    )


def _sequence_options(row: Any) -> facts.SequenceOptions:
    return facts.SequenceOptions(
        row.type, row.start, row.increment, row.minimum, row.maximum, row.cache, row.cycle
    )


def _add_sequences(collector: Collector, rows: list[Any]) -> None:
    for row in rows:
        if row.deptype == "i" or collector.is_member("pg_class", row.oid):
            continue
        identity = Identity(Kind.SEQUENCE, (row.schema, row.name))
        collector.add(
            "pg_class",
            row.oid,
            identity,
            facts.Sequence(_sequence_options(row), row.persistence == "u"),
            owner=row.owner,
            acl=row.acl,
            acl_kind="s",
        )
        owner = collector.identity("pg_class", row.table, row.column) if row.table else None
        if owner is not None:
            collector.ignore("pg_class", row.oid, "pg_class", row.table, row.column)
            collector.add_derived(
                Identity(Kind.SEQUENCE_OWNER, identity.path),
                facts.SequenceOwner(owner),
                parent=identity,
                needs=[owner],
            )


def _add_inheritance(collector: Collector, by_oid: dict[int, tuple[Identity, Any]]) -> None:
    for row in collector.rows(_INHERITANCE):
        if row.child not in by_oid or row.parent not in by_oid:
            continue
        child, parent = by_oid[row.child][0], by_oid[row.parent][0]
        collector.ignore("pg_class", row.child, "pg_class", row.parent)
        collector.add_derived(
            Identity(Kind.INHERITANCE, (*child.path, *parent.path)),
            facts.Inheritance(parent, row.number, row.bound),
            parent=child,
            needs=[parent],
        )


def _add_types_of_tables(
    collector: Collector, by_oid: dict[int, tuple[Identity, Any]], columns: dict[int, list[Any]]
) -> None:
    """A typed table's columns have to be as the type's attributes, so they come first."""
    for oid, (table, row) in by_oid.items():
        if row.reloftype:
            collector.ignore("pg_class", oid, "pg_type", row.reloftype)
            collector.add_derived(
                Identity(Kind.TABLE_TYPE, table.path),
                facts.TableType(row.of_type),
                parent=table,
                needs=[
                    collector.address("pg_type", row.reloftype),
                    *(
                        Identity(Kind.COLUMN, (*table.path, column.name))
                        for column in columns.get(oid, ())
                    ),
                ],
            )


def _add_index_choices(collector: Collector, by_oid: dict[int, tuple[Identity, Any]]) -> None:
    """REPLICA IDENTITY and CLUSTER ON: choices of a table that need an index to be there."""
    replica: dict[int, Any] = {}
    for row in collector.rows(_CLUSTERED):
        if row.relation not in by_oid:
            continue
        if row.replica:
            replica[row.relation] = row
        if row.clustered:
            relation = by_oid[row.relation][0]
            collector.add_derived(
                Identity(Kind.CLUSTER, relation.path),
                facts.Cluster(row.name),
                parent=relation,
                needs=[collector.address("pg_class", row.index)],
            )
    for oid, (relation, row) in by_oid.items():
        form = row.relreplident
        if relation.kind is Kind.TABLE and form != "d":
            index = replica.get(oid)
            collector.add_derived(
                Identity(Kind.REPLICA_IDENTITY, relation.path),
                facts.ReplicaIdentity(form, None if index is None else index.name),
                parent=relation,
                needs=[] if index is None else [collector.address("pg_class", index.index)],
            )
