ALTER PUBLICATION contacts DROP TABLE public.location;
ALTER PUBLICATION contacts ADD TABLE public.location WHERE ((capacity > 10));

ALTER PUBLICATION contacts DROP TABLE public.contact;
ALTER PUBLICATION contacts ADD TABLE public.contact (family_name, given_name, id, public_id);

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO plumb_test_report;
