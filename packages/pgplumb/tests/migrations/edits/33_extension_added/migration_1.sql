CREATE EXTENSION hstore SCHEMA public;

ALTER TABLE public.contact ADD COLUMN labels public.hstore;
