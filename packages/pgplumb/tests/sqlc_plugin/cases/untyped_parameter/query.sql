-- name: Untyped :many
select id from item where $1 is null;
