-- name: GetBook :one
select * from book where id = 1;
