-- name: Seven :one
select name from item where id = @id;
