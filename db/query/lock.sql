-- name: LockInTransaction :exec
-- Waits for the advisory lock of that name and holds it until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(@name, 0));

-- name: TryLockInTransaction :one
-- Takes the advisory lock of that name until the transaction ends, if nobody holds it.
-- non-null: is_held
select pg_try_advisory_xact_lock(hashtextextended(@name, 0)) as is_held;

-- name: LockSession :exec
select pg_advisory_lock(hashtextextended(@name, 0));

-- name: TryLockSession :one
-- non-null: is_held
select pg_try_advisory_lock(hashtextextended(@name, 0)) as is_held;

-- name: UnlockSession :one
-- Whether the session held the lock.
-- non-null: was_held
select pg_advisory_unlock(hashtextextended(@name, 0)) as was_held;
