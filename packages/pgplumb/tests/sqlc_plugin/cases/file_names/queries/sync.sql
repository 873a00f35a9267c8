-- name: Three :one
select name from item where id = @id;
