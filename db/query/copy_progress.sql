-- name: GetBackendPid :one
-- Behind a pooler only PostgreSQL knows it.
-- no-rows: raise
-- non-null: pid
select pg_backend_pid() as pid;

-- name: GetCopyProgress :one
-- How far the COPY of that session has come; nothing when it runs none.
-- non-null: bytes_processed, tuples_processed
select bytes_processed, tuples_processed
from pg_catalog.pg_stat_progress_copy
where pid = @pid::integer;
