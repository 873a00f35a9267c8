-- name: ListIds :many
select id from item;
