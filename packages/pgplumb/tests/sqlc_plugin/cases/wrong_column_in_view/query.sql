-- name: FromView :many
select * from described
where exists (select from item as other where other.id = described.id and lower(other.name) = other.nam);
