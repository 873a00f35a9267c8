-- name: GetItem :one
select id from item where id = 1;
