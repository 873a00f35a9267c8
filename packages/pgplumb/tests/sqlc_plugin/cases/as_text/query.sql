-- name: SignLease :one
insert into lease (tenant, signed_at, expires_at, paused_at, held, breaks, spans, span, due, notice, born, rent)
values (@tenant, @signed_at, @expires_at, @paused_at, @held, @breaks, @spans, @span, @due, @notice, @born, @rent)
returning *;

-- name: ListLeases :many
-- stream: 1
select * from lease order by id;

-- name: CopyLeases :copyfrom
insert into lease (tenant, signed_at, expires_at, rent) values ($1, $2, $3, $4);

-- name: ListEnds :many
select expires_at from lease where expires_at = @expires_at;

-- name: FindLeases :batchone
select id, signed_at, expires_at, now() as seen_at from lease where id = @id;

-- name: ListBorn :many
select tenant, born, signed_at from lease;

-- name: Latest :one
select max(expires_at) as latest, max(signed_at) as signed from lease;

-- name: CreateFounding :one
insert into founding (place, founded, chartered, lasting) values ($1, $2, $3, $4) returning *;
