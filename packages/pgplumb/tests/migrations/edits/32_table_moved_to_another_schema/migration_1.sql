CREATE SCHEMA finance;

ALTER TABLE public.payment SET SCHEMA finance;
