CREATE EXTENSION hstore SCHEMA public;
COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';

ALTER TABLE public.contact ADD COLUMN labels public.hstore;
