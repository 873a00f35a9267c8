-- name: ListNotes :many
select * from note;
