-- name: CreateThing :one
insert into thing (mood, moods, amount, amounts, code, shape, shapes, speeds, many_speeds, some_speeds)
values (@mood, @moods, @amount, @amounts, @code, @shape, @shapes, @speeds, @many_speeds, @some_speeds)
returning *;

-- name: CopyThings :copyfrom
insert into thing (mood, moods, amount, amounts, code, shape, shapes, speeds, many_speeds, some_speeds)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: ListThings :many
select * from thing order by id;

-- name: Corners :many
select (shape).corners, (shape).mood, array_agg(mood) as all_moods from thing group by id;

-- name: AShape :one
select a_shape();

-- name: FindByShape :many
select id from thing where shape = @shape::shape or shape = any(@shapes::shape[]);
