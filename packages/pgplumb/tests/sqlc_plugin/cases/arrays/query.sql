-- name: ListSingers :many
select * from singer order by id;

-- name: ListTagged :many
select * from tagged order by id;

-- name: ListArchived :many
select * from archive order by id;

-- name: Gather :one
select
    array_agg(id) as ids,
    array_agg(tags) as tags,
    array_agg(array[id, 0]) as pairs,
    array(select moods from singer as s where s.moods is not null) as moods,
    string_to_array('a b', ' ') as words
from singer;

-- name: Paths :many
with recursive step as (
    select 1 as n, array[1] as path
    union all
    select n + 1, path || (n + 1) from step where n < 3
)
select path from step;

-- name: Joined :one
select grid || prices::integer[] as both, moods || array[array['calm'::mood]] as moods, prices[1:] as rest
from singer where id = @id;

-- name: Labels :one
select labels(@id);

-- name: AssertedLabels :one
-- dimensions: labels 2
select labels(@id) as labels;

-- name: AddSinger :one
insert into singer (id, tags, moods, grid, prices) values (@id, @tags, @moods, @grid, @prices) returning *;

-- name: Archive :exec
insert into archive (id, tags, moods, grid, prices) values (@id, @tags, @moods, @grid, @prices);
