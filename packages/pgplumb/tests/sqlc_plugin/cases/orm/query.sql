-- name: Get :one
select name from person where id = @id;
