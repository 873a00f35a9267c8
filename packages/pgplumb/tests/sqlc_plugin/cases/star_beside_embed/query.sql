-- name: ItemsWithParts :many
select sqlc.embed(item), p.* from item, parts(item.id) as p;
