-- name: Some :many
select * from item where id in (sqlc.slice('ids'));

-- name: Others :many
select id from item where id not in (sqlc.slice(ids)) and name in (sqlc.slice('names')) and name <> @excluded;
