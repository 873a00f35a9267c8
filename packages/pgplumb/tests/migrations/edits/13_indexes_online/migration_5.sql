-- atlas:txmode none

DROP INDEX CONCURRENTLY public.invoice_contact_id__old;
