-- name: ListFields :many
select id, note, 1 as one from field;

-- name: ListRows :many
select * from list_fields_row;

-- name: GetNote :one
select note from field where id = @id;

-- name: ListValues :many
select * from get_note_value;

-- name: ListAB :many
select sqlc.embed(a_b), sqlc.embed(ab) from a_b, ab;

-- name: ListMoods :many
select * from moods;

-- name: ListDecimals :many
select * from "decimal";
