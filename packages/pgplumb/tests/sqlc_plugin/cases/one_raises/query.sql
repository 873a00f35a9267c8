-- name: GetItem :one
select * from item where name = @name;

-- name: FindItem :one
-- no-rows: none
select id from item where name = @name;
