-- atlas:txmode none

DROP INDEX CONCURRENTLY public.event_starts_at;
