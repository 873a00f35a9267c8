CREATE TABLE public.activity_2028 PARTITION OF public.activity FOR VALUES FROM ('2028-01-01 00:00:00+00') TO ('2029-01-01 00:00:00+00');
REVOKE SELECT ON TABLE public.activity_2028 FROM plumb_test_report;
