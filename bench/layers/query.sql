-- name: GetItem :one
select * from item where id = $1;

-- name: ListItems :many
-- stream: 2000
select * from item where id <= $1 order by id;

-- name: ListPlainItems :many
select id, name, title, note, kind, code, price, made_at, made_on, active, tags
from item where id <= $1 order by id;

-- name: GetItems :batchone
select * from item where id = $1;

-- name: ListWide :many
select * from wide where id <= $1 order by id;

-- name: LoadItems :copyfrom
insert into incoming (id, name, title, note, kind, code, price, made_at, made_on, active, tags, data)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: ListIncoming :many
select * from incoming order by id;
