-- name: GetItem :one
-- non-null: title
select * from item where id = 1;
