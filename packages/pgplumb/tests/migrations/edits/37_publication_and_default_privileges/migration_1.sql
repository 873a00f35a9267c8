ALTER PUBLICATION contacts DROP TABLE public.contact;

ALTER PUBLICATION contacts DROP TABLE public.location;

GRANT INSERT ON TABLE public.activity TO plumb_test_report;

GRANT INSERT ON TABLE public.activity_2026 TO plumb_test_report;

GRANT INSERT ON TABLE public.activity_2027 TO plumb_test_report;

GRANT INSERT ON TABLE public.activity_2028 TO plumb_test_report;

GRANT INSERT ON TABLE public.activity_other TO plumb_test_report;

GRANT INSERT ON TABLE public.attendance TO plumb_test_report;

GRANT INSERT ON TABLE public.audit TO plumb_test_report;

GRANT INSERT ON TABLE public.contact TO plumb_test_report;

GRANT INSERT ON TABLE public.event TO plumb_test_report;

REVOKE EXECUTE ON FUNCTION public.event_length(public.event) FROM PUBLIC;

GRANT INSERT ON TABLE public.invoice TO plumb_test_report;

GRANT INSERT ON TABLE public.location TO plumb_test_report;

GRANT INSERT ON TABLE public.note TO plumb_test_report;

GRANT INSERT ON TABLE public.next_event TO plumb_test_report;

GRANT INSERT ON TABLE public.unpaid_invoice TO plumb_test_report;

GRANT INSERT ON TABLE public.upcoming_event TO plumb_test_report;

GRANT INSERT ON TABLE public.organiser_statistics TO plumb_test_report;

ALTER PUBLICATION contacts ADD TABLE public.contact (id, public_id, given_name, family_name);

ALTER PUBLICATION contacts ADD TABLE public.location WHERE ((capacity > 10));

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO plumb_test_report;
