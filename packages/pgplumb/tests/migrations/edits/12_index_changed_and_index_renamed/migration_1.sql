ALTER INDEX public.attendance_contact_id RENAME TO attendance_of_contact;

DROP INDEX public.invoice_contact_id;
CREATE INDEX invoice_contact_id ON public.invoice USING btree (contact_id, paid_at);
