-- name: InsertItems :batchexec
insert into item (name, note) values (@name, @note);

-- name: GetItems :batchone
select * from item where id = $1;

-- name: FindItems :batchmany
-- The items of each name.
select id, note from item where name = @name and id = any(@ids::bigint[]) order by id;

-- name: RenameItem :execresult
update item set name = @name where id = @id;
