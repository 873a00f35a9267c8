-- name: CopyTallies :copyfrom
-- A domain goes over the wire as what it is based on, and a tuple has methods "index" and "count".
insert into tally (name, is_open, index, count) values ($1, $2, $3, $4);

-- name: InsertTallies :batchexec
insert into tally (name, is_open, index, count) values (@name, @is_open, @index, @count);

-- name: ListTallies :many
select * from tally order by index;
