"""Types and relations of a database, read from the system catalogs in a few bulk queries."""

from itertools import groupby
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

# Schemas that PostgreSQL keeps for itself (manual, chapter 5.10.5 and 54.1).
_SYSTEM_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast")


class PostgresType(NamedTuple):
    """One row of pg_type, with what belongs to it.

    kind: pg_type.typtype: b(ase), c(omposite), d(omain), e(num), m(ultirange), p(seudo), r(ange).
    constraints: a domain's, as PostgreSQL writes them. checks: the conditions of those CHECKs that
    hold for every value and use nothing but what PostgreSQL itself provides, in a database whose
    characters are Unicode's. element: the element type of an array, 0 for others. base: a domain's
    base type, else 0. subtype: the element type of a range or multirange, else 0. relation: a
    composite's pg_class row.
    """

    oid: int
    schema: str
    name: str
    kind: str
    element: int
    base: int
    base_dimensions: int
    subtype: int
    relation: int
    labels: tuple[str, ...]
    constraints: tuple[str, ...]
    checks: tuple[str, ...]
    comment: str | None


class Column(NamedTuple):
    """One attribute of a relation; `dimensions` is as declared: PostgreSQL won't enforce it."""

    number: int
    name: str
    type: int
    not_null: bool
    dimensions: int
    comment: str | None


class Relation(NamedTuple):
    """A table, view, materialized view, foreign table or composite type.

    kind: pg_class.relkind: r(ular table), p(artitioned table), v(iew), m(aterialized view),
    f(oreign table), c(omposite type).
    """

    oid: int
    schema: str
    name: str
    kind: str
    is_partition: bool
    is_extension_member: bool
    comment: str | None
    columns: tuple[Column, ...]


class Catalog(NamedTuple):
    """The types and relations of a database by OID."""

    types: dict[int, PostgresType]
    relations: dict[int, Relation]

    def user_relations(self) -> list[Relation]:
        """Tables and views that a person made, by schema and name, without partitions."""
        return sorted(
            (
                relation
                for relation in self.relations.values()
                if relation.kind in "rpvmf"
                and not relation.is_partition
                and not relation.is_extension_member
            ),
            key=lambda relation: (relation.schema, relation.name),
        )


_TYPES = """
select
    t.oid::int8 as oid, n.nspname as schema, t.typname as name, t.typtype::text as kind,
    case when t.typinput = 'array_in'::regproc then t.typelem::int8 else 0 end as element,
    t.typbasetype::int8 as base, t.typndims as base_dimensions,
    coalesce(r.rngsubtype, 0)::int8 as subtype, t.typrelid::int8 as relation,
    coalesce(e.labels, '{}') as labels,
    -- NOT NULL is a constraint in pg_constraint only since PostgreSQL 17.
    case when t.typnotnull then '{NOT NULL}'::text[] else '{}' end
        || coalesce(k.constraints, '{}') as constraints,
    case when getdatabaseencoding() = 'UTF8' and coalesce(l.collisdeterministic, true)
        then coalesce(k.checks, '{}') else '{}' end as checks,
    d.description as comment
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
left join pg_collation as l on l.oid = t.typcollation
left join (
    select rngtypid as type, rngsubtype from pg_range
    union all select rngmultitypid, rngsubtype from pg_range
) as r on r.type = t.oid
left join pg_description as d
    on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
left join (
    select enumtypid, array_agg(enumlabel::text order by enumsortorder) as labels
    from pg_enum group by enumtypid
) as e on e.enumtypid = t.oid
left join (
    select k.contypid,
        array_agg(pg_get_constraintdef(k.oid) order by k.conname) as constraints,
        array_agg(pg_get_expr(k.conbin, 0) order by k.conname) filter (
            where k.convalidated and not exists (
                select from pg_depend as d
                where d.classid = 'pg_constraint'::regclass and d.objid = k.oid
                    and d.refclassid in (
                        'pg_proc'::regclass, 'pg_operator'::regclass, 'pg_collation'::regclass
                    )
            )
        ) as checks
    from pg_constraint as k where k.contypid <> 0 and k.contype = 'c' group by k.contypid
) as k on k.contypid = t.oid
"""

_RELATIONS = """
select
    c.oid::int8, n.nspname, c.relname, c.relkind::text, c.relispartition,
    exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    ),
    coalesce(
        own.description,
        case when c.relkind = 'c' then obj_description(c.reltype, 'pg_type') end
    ),
    a.attnum, a.attname, a.atttypid::int8, a.attnotnull, a.attndims, of_column.description
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_description as own
    on own.classoid = 'pg_class'::regclass and own.objoid = c.oid and own.objsubid = 0
left join pg_description as of_column
    on of_column.classoid = 'pg_class'::regclass and of_column.objoid = c.oid
    and of_column.objsubid = a.attnum
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
    and n.nspname <> all (%s) and n.nspname !~ '^pg_(temp|toast)'
order by c.oid, a.attnum
"""


def read_catalog(connection: Connection[Any]) -> Catalog:
    """Read every type and every relation outside PostgreSQL's own schemas.

    Raises psycopg.Error when the database can't be read.
    """
    types: dict[int, PostgresType] = {}
    relations: dict[int, Relation] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for row in cursor.execute(_TYPES):
            *facts, labels, constraints, checks, comment = row
            lists = (tuple(labels), tuple(constraints), tuple(checks))
            whole: tuple[Any, ...] = (*facts, *lists, comment)
            types[row[0]] = PostgresType(*whole)
        rows = cursor.execute(_RELATIONS, [list(_SYSTEM_SCHEMAS)])
        for (oid, *facts), own in groupby(rows, key=lambda row: row[:7]):
            columns = tuple(Column(*row[7:]) for row in own if row[7] is not None)
            schema, name, kind, is_partition, is_member, comment = facts
            relations[oid] = Relation(
                oid, schema, name, kind, is_partition, is_member, comment, columns
            )
    return Catalog(types, relations)
