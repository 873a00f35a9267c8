-- name: Add :one
insert into metadata (id, document, isbn) values (@id, @document, @isbn) returning *;

-- name: Isbn :many
select isbn, document from metadata;
