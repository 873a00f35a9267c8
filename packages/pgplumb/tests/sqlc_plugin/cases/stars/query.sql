-- name: Today :one
select * from current_date;

-- name: TodayWithItems :many
select * from current_date as today, item;

-- name: Values :many
values (1, 'a'), (2, null);

-- name: ValuesOfArguments :one
values (@one::integer, @other::text);

-- name: NamedValues :many
select * from (values (1, 'a'), (2, 'b')) as v (id, name);

-- name: Pairs :many
select * from pairs();

-- name: Parts :many
select p.*, item.name from item, parts(item.id) as p where item.id in (sqlc.slice('ids'));

-- name: Items :many
select * from items();

-- name: Numbered :many
select * from unnest(array['a', 'b']) with ordinality;

-- name: Records :many
select * from jsonb_to_recordset(@documents::jsonb) as x (a integer, b text);

-- name: Rows :many
select * from rows from (generate_series(1, 2), generate_series(1, 3)) as r (a, b);

-- name: Both :one
select (pairs()).*, 1 as number;

-- name: Inner :many
select x.* from (select * from parts(1)) as x;

-- name: Ordinary :many
select *, name as again, count(*) over () * 2 as twice from item;
