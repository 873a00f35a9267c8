-- name: Six :one
select name from item where id = @id;
