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

-- name: BooksWithRemarks :many
-- Of a remark, nothing is ever sure not to be NULL.
select book.title, other.note, sqlc.embed(remark), latest."from" from book
left join remark on remark.book_id is not distinct from nullif(book.id, 1)
left join remark as other on other.book_id = book.id
left join latest on latest.book_id = book.id
order by book.id;

-- name: BooksWithLatestRemark :many
select sqlc.embed(book), sqlc.embed(latest), book.title is distinct from 'x' as other
from book left join latest on latest.book_id = book.id
order by 1;

-- name: RetitleBooks :many
update book set title = upper(book.title) from book as same left join remark on remark.book_id = same.id
where same.id = book.id
returning book.id, sqlc.embed(remark);

-- name: DistinctRemarks :many
select distinct sqlc.embed(remark) from book left join remark on remark.book_id = book.id;

-- name: RemarksOfBooks :many
select sqlc.embed(remark), sqlc.embed(book) from remark join book on book.id = remark.book_id;
