-- name: GetItem :one
select * from item where id = $1;
