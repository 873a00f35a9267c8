-- name: ListItems :many
select * from item;
