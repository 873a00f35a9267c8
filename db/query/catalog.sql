-- name: ListConstraintColumns :many
-- The columns of each constraint, which an error names only by the constraint.
select
    relation.relname::text as table_name,
    checked.conname::text as constraint_name,
    array_agg(attribute.attname::text order by array_position(checked.conkey, attribute.attnum)) as column_names
from pg_catalog.pg_constraint as checked
join pg_catalog.pg_class as relation on relation.oid = checked.conrelid
join pg_catalog.pg_attribute as attribute
    on attribute.attrelid = checked.conrelid and attribute.attnum = any(checked.conkey)
where relation.relnamespace = 'public'::regnamespace
group by relation.relname, checked.conname;
