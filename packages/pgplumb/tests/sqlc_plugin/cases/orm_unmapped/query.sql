-- name: Get :one
select id from place;
