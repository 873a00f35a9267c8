-- name: FindByShape :many
select id from thing where shape = @shape;
