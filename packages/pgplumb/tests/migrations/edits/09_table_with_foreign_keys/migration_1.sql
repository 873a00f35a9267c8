CREATE TABLE public.payment (
    id bigint GENERATED ALWAYS AS IDENTITY,
    invoice_number bigint NOT NULL,
    paid_by bigint,
    amount numeric(10,2) NOT NULL,
    paid_on date NOT NULL DEFAULT CURRENT_DATE,
    CONSTRAINT payment_pkey PRIMARY KEY (id),
    CONSTRAINT payment_once_a_day UNIQUE (invoice_number, paid_on),
    CONSTRAINT payment_amount_check CHECK (amount > 0::numeric),
    CONSTRAINT payment_invoice_number_fkey FOREIGN KEY (invoice_number) REFERENCES public.invoice(number) ON DELETE CASCADE,
    CONSTRAINT payment_paid_by_fkey FOREIGN KEY (paid_by) REFERENCES public.contact(id) ON DELETE SET NULL
);
COMMENT ON TABLE public.payment IS 'What was paid of an invoice';
REVOKE SELECT ON TABLE public.payment FROM plumb_test_report;
GRANT INSERT, SELECT ON TABLE public.payment TO plumb_test_billing;

CREATE INDEX payment_paid_by ON public.payment USING btree (paid_by) WHERE paid_by IS NOT NULL;
