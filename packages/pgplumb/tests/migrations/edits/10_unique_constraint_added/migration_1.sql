ALTER TABLE public.invoice ADD CONSTRAINT invoice_reference_key UNIQUE (reference);
