-- name: One :one
select name from item where id = @id;
