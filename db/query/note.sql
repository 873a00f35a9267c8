-- name: WriteNote :one
insert into note (contact_id, body) values ($1, $2) returning *;

-- name: ListNotes :many
select * from note where contact_id = $1 order by written_at desc, id desc;
