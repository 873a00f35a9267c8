-- name: CreateBook :one
-- no-rows: raise
insert into book (author_id, isbn, title, price, sold_during, metadata, reviews, labels, ratings, place, flags, seen_at)
values (@author_id, @isbn, @title, @price, @sold_during, @metadata, @reviews, @labels, @ratings, @place, @flags, @seen_at)
returning *;

-- name: GetBook :one
select * from book where isbn = @isbn;

-- name: GetMetadata :one
select metadata from book where id = @id;

-- name: ListBooks :many
-- stream: 2
select * from book order by id;

-- name: BooksWithAuthors :many
select sqlc.embed(book), sqlc.embed(author), book.reviews[1] as first_review
from book left join author on author.id = book.author_id order by book.id;

-- name: FindBooks :many
select id, title, place from book where id in (sqlc.slice('ids'));

-- name: Rename :execrows
update book set title = @title where id = @id;

-- name: Reprice :execresult
update book set price = sqlc.narg('price') where id = @id;

-- name: Forget :exec
delete from book where id = @id;

-- name: Notify :exec
select pg_notify(@channel, 'x');

-- name: CopyAuthors :copyfrom
insert into public.author (name, born) values ($1, $2);

-- name: CopyBooks :copyfrom
insert into book (isbn, title, metadata) values ($1, $2, $3);

-- name: AddAuthors :batchexec
insert into author (name, born) values (@name, @born);

-- name: GetAuthors :batchone
select * from author where id = @id;

-- name: FindAuthors :batchmany
select id, name from author where name = @name order by id;

-- name: SayNothing :batchone
select pg_notify(@channel, 'x') as nothing;

-- name: FindIsbns :many
select id from book where isbn = any(@isbns::citext[]);
