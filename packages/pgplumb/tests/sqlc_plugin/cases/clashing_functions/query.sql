-- name: GetUser :one
select id from item where id = @id;

-- name: get_user :one
select name from item where id = @id;

-- name: ListItems :many
-- stream: 10
select * from item;

-- name: StreamListItems :many
select * from item;

-- name: Load :copyfrom
insert into item (id, name) values ($1, $2);

-- name: load :one
select id, name, 1 as one from item;

-- name: Broken :one
select id + true from item;

-- name: LastId :execlastid
insert into item (id, name) values (1, 'x');
