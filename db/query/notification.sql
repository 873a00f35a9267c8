-- name: Notify :exec
-- Those who listen hear of it when the transaction commits.
select pg_notify(@channel, @payload);
