-- name: ListSingers :many
-- dimensions: ids 7
select array_agg(id) as ids from singer;
