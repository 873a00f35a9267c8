-- name: CreateClock :one
insert into clock (id, local_at, moment, clock_time, zoned_time, due, local_ats, moments, span, spans, many_spans)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning *;

-- name: CopyClocks :copyfrom
insert into clock (id, local_at, moment, clock_time, zoned_time, due, local_ats, moments, span, spans, many_spans)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: CopyTimes :copyfrom
insert into clock (id, local_at, moment, clock_time, due) values ($1, $2, $3, $4, $5);

-- name: FindClocks :many
select id from clock where local_at = @local_at and moment = @moment;
