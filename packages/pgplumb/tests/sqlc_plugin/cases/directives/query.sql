-- name: CountNotes :one
-- How long the notes are.
-- non-null: total
-- nullable: items
-- no-rows: raise
select sum(length(note)) as total, count(*) as items from item;

-- name: ListItems :many
-- All items.
-- stream: 1000
select * from item order by id;

-- name: ListNotes :many
-- stream: 2
-- non-null: note
select note from item where id > @after order by id;

-- name: GetItem :one
-- no-rows: none
select * from item where name = @name;

-- name: Pairs :many
-- non-null: other
select sqlc.embed(item), sqlc.embed(other) from item left join item as other on other.id = item.id + 1;

-- name: NotedItems :many
-- non-null: note
select * from item where exists (select where note is not null);
