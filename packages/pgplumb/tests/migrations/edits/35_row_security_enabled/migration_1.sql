ALTER TABLE public.invoice
    ENABLE ROW LEVEL SECURITY,
    FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_billing ON public.invoice TO plumb_test_billing USING (paid_at IS NULL) WITH CHECK (true);
