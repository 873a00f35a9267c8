grant usage on schema public to plumb_test_report;
grant select on upcoming_event, next_event, organiser_statistics to plumb_test_report;
grant select on next_event to plumb_test_billing with grant option;
grant select, insert, update (amount, paid_at) on invoice to plumb_test_billing;
grant usage on sequence invoice_number to plumb_test_billing;
alter default privileges in schema public grant select on tables to plumb_test_report;
