-- name: ListNames :many
select name from item;
