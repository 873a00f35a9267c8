-- name: Five :one
select name from item where id = @id;
