-- name: CountItems :one
select count(*) from item;

-- name: Broken :one
select id + true from item;
