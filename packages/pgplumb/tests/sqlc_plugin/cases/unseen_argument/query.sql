-- name: JsonTable :many
select * from json_table(@document::jsonb, '$[*]' columns (id integer, name text));
