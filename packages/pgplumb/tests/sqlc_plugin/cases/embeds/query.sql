-- name: BooksWithAuthors :many
select sqlc.embed(book), sqlc.embed(author) from book join author on author.id = book.author_id;

-- name: BooksWithPerhapsAuthors :many
select sqlc.embed(book), sqlc.embed(author) from book left join author on author.id = book.author_id order by book.id;

-- name: BooksWithBoth :many
select book.title, sqlc.embed(writer), sqlc.embed(editor)
from book
join author as writer on writer.id = book.author_id
left join author as editor on editor.id = book.editor_id;

-- name: Remarks :many
select sqlc.embed(remark), 1 as one from remark;

-- name: Shelves :many
select sqlc.embed(shelf), author.name from shelf, author;
