-- name: ListSingers :many
-- dimensions: name 2
select id, name from singer;
