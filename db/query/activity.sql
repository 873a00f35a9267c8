-- name: RecordActivity :one
insert into activity (contact_id, action, address, details)
values (@contact_id, @action, sqlc.narg('address'), sqlc.narg('details'))
returning id, occurred_at;

-- name: ListActivityOfContact :many
select * from activity
where contact_id = @contact_id and occurred_at >= @since
order by occurred_at desc
limit @page_size::integer;

-- name: ImportActivity :copyfrom
insert into activity (contact_id, action, address, details, occurred_at)
values ($1, $2, $3, $4, $5);

-- name: PruneActivity :execrows
delete from activity where occurred_at < @before;

-- name: PruneActivityInBatches :one
-- Commits as it goes, so it can't be part of a transaction. Gives how many it has deleted.
-- no-rows: raise
-- non-null: pruned
call prune_activity(@before, @batch_size, 0);
