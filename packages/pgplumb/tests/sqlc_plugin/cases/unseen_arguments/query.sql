-- name: MergeItem :execrows
merge into item as t using (select @id::integer as id) as s on t.id = s.id
when matched and t.name <> @name then update set name = @name, note = @note
when not matched then insert (id, name, note) values (s.id, sqlc.arg(name), sqlc.narg('note'));

-- name: Steps :many
with recursive step as (select 1 as id union all select id + @size::integer from step where id < @size)
cycle id set is_cycle using path
select id from step;

-- name: HasItem :one
select exists(select from item where id=@id) as found;

-- name: RenameItem :execrows
merge into item as t using (select $1::integer as id) as s on t.id = s.id
when matched then update set name = upper($2);
