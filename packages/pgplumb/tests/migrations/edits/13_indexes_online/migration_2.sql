-- atlas:txmode none

CREATE INDEX CONCURRENTLY invoice_amount ON public.invoice USING btree (amount);
