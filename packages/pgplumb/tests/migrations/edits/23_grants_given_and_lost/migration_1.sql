REVOKE EXECUTE ON PROCEDURE public.close_events(timestamp with time zone) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE public.close_events(timestamp with time zone) TO plumb_test_billing;

REVOKE INSERT ON TABLE public.invoice FROM plumb_test_billing;
REVOKE UPDATE (amount) ON TABLE public.invoice FROM plumb_test_billing;
