CREATE SCHEMA finance;

ALTER TABLE public.payment SET SCHEMA finance;
REVOKE SELECT ON TABLE finance.payment FROM plumb_test_report;
