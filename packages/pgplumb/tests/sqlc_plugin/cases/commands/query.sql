-- name: GetItem :one
select * from item where id = $1;

-- name: GetName :one
select name from item where id = $1;

-- name: GetNote :one
select note from item where id = $1;

-- name: ListItems :many
select * from item order by id;

-- name: DeleteItem :exec
delete from item where id = $1;

-- name: RenameItem :execrows
update item set name = @name, note = sqlc.narg('note') where id = @id;

-- name: CopyItems :copyfrom
insert into item (name, note) values ($1, $2);

-- name: Tidy :exec
analyze item;

-- name: Format :one
-- A percent sign, a question mark and a jsonb operator are just SQL.
select '%s %(a)s ?' as text, '{"a": 1}'::jsonb ? @key::text as has_key, 7 % 4 as rest;

-- name: Notify :one
select pg_notify(@channel::text, 'x');

-- name: Sleep :one
select pg_sleep(0), 1 as one;
