-- name: One :many
select id, lowr(name) as n from item where id = @id;

-- name: Two :exec
update item set name = 1 + @number where id = @id and name = 5;
