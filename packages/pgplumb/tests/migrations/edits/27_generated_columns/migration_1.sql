ALTER TABLE public.contact ALTER COLUMN full_name SET EXPRESSION AS ((given_name || COALESCE((' ('::text || nickname) || ')'::text, ''::text)) || COALESCE(' '::text || family_name, ''::text));

ALTER TABLE public.invoice ADD COLUMN vat numeric(10,2) GENERATED ALWAYS AS ((amount * 0.25)) VIRTUAL;
