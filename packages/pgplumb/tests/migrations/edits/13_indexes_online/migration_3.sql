-- atlas:txmode none

CREATE INDEX CONCURRENTLY invoice_contact_id__new ON public.invoice USING btree (contact_id, paid_at DESC);
