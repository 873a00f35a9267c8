-- name: Two :one
select name from item where id = @id;
