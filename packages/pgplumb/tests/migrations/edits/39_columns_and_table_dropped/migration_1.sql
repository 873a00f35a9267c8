ALTER TABLE public.contact DROP COLUMN last_seen_from;

DROP TABLE finance.payment;
