-- name: Four :one
select name from item where id = @id;
