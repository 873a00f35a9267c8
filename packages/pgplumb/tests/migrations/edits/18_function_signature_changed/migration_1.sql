DROP VIEW public.unpaid_invoice;
DROP FUNCTION public.invoice_reference(bigint);

CREATE FUNCTION public.invoice_reference(number bigint, prefix text DEFAULT 'INV'::text)
 RETURNS character varying
 LANGUAGE sql
 IMMUTABLE
RETURN ((prefix || '-'::text) || lpad((number)::text, 8, '0'::text));

CREATE VIEW public.unpaid_invoice AS
 SELECT invoice.number,
    public.invoice_reference(invoice.number) AS reference,
    contact.full_name,
    invoice.amount,
    invoice.billed
   FROM public.invoice
     JOIN public.contact ON contact.id = invoice.contact_id
  WHERE invoice.paid_at IS NULL;
REVOKE SELECT ON TABLE public.unpaid_invoice FROM plumb_test_report;
