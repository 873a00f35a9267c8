-- name: GetItem :one
-- no-row: raise
select * from item where id = 1;
