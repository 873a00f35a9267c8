SET LOCAL lock_timeout = '5s';

ALTER INDEX public.invoice_contact_id RENAME TO invoice_contact_id__old;
ALTER INDEX public.invoice_contact_id__new RENAME TO invoice_contact_id;
