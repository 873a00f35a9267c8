-- name: ListAnything :many
select share, annotated, literal, "numeric" from "any";

-- name: ListFields :many
select sqlc.embed(field), sqlc.embed(base_model)
from field join base_model on base_model.id = field.base_model;

-- name: ListDocuments :many
select * from document;
