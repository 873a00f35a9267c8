-- name: Any :many
select * from item where id = any(sqlc.slice('ids'));
