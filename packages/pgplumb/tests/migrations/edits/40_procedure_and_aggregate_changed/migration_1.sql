DROP PROCEDURE public.close_events(timestamp with time zone);
CREATE PROCEDURE public.close_events(IN until timestamp with time zone)
 LANGUAGE sql
BEGIN ATOMIC
 UPDATE public.event SET status = 'done'::public.event_status
   WHERE ((upper(event.during) < close_events.until) AND (event.status = 'scheduled'::public.event_status));
END;
COMMENT ON PROCEDURE public.close_events(timestamp with time zone) IS 'Marks what is over as done';
GRANT EXECUTE ON PROCEDURE public.close_events(timestamp with time zone) TO plumb_test_billing;

CREATE OR REPLACE AGGREGATE public.longest(interval) (
    SFUNC = interval_larger,
    STYPE = interval,
    COMBINEFUNC = interval_larger,
    SORTOP = OPERATOR(pg_catalog.>),
    PARALLEL = SAFE
);
