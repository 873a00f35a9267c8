DROP STATISTICS public.invoice_contact_paid;

ALTER TABLE public.audit SET UNLOGGED;

ALTER TABLE public.invoice
    SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05),
    ALTER COLUMN reference SET STATISTICS 500;

ALTER TABLE public.location REPLICA IDENTITY USING INDEX location_title_key;

ALTER TABLE public.note REPLICA IDENTITY FULL;

CREATE STATISTICS public.invoice_contact_paid ON amount, contact_id, paid_at FROM public.invoice;
