-- name: CreateDocument :one
insert into document (embedding, half, embeddings) values ($1, $2, $3) returning *;

-- name: CopyDocuments :copyfrom
insert into document (embedding, half, embeddings) values ($1, $2, $3);

-- name: FindNearest :many
select sqlc.embed(document), embedding <-> @wanted as distance
from document order by distance limit 2;
