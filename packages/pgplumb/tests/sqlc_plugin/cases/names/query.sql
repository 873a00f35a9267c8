-- name: List :many
-- A comment with """quotes""", a \backslash and 'apostrophes'.
select * from "Order";

-- name: GetOrder :one
select * from "Order" where "from" = sqlc.arg('from') and list = @list and id = @self and str = @conn;

-- name: SameNames :many
select "Order".id, models.id, 'a\b' as "class", '"""' as "x y" from "Order", models;

-- name: models :many
select * from models;

-- name: FetchAll :many
select id from query;

-- name: GetHTTPOrder :one
select id from "Order" where "two words" = @two_words;

-- name: ListStates :many
select unnest(enum_range(null::state)) as state;
