-- name: Nothing :one
delete from item where id = $1;
