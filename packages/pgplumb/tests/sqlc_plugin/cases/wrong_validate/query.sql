-- name: ListItems :many
select id, name, 1 as one from item where id > @id and name like @name;
