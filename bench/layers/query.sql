-- name: GetItem :one
select * from item where id = $1;

-- name: ListItems :many
-- stream: 2000
select * from item where id <= $1 order by id;

-- name: ListPlainItems :many
select id, name, title, note, kind, code, price, made_at, made_on, active, tags
from item where id <= $1 order by id;
