-- name: CreateBook :one
insert into book (id, isbn, price, metadata, extra, revisions, editions)
values (@id, @isbn, @price, @metadata, @extra, @revisions, @editions)
returning *;

-- name: CopyBooks :copyfrom
insert into book (id, isbn, price, metadata, extra, revisions, editions)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: SetMetadata :execrows
update book set metadata = @metadata, extra = sqlc.narg('extra') where id = any(@ids::bigint[]);

-- name: GetMetadata :one
select metadata from book where id = $1;

-- name: GetSummary :one
select jsonb_build_object('title', 'x', 'pages', count(*)) as summary, max(price) as highest from book;
