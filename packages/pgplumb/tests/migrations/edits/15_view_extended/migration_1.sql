CREATE OR REPLACE VIEW public.unpaid_invoice AS
 SELECT invoice.number,
    public.invoice_reference(invoice.number) AS reference,
    contact.full_name,
    invoice.amount,
    invoice.billed
   FROM public.invoice
     JOIN public.contact ON contact.id = invoice.contact_id
  WHERE invoice.paid_at IS NULL;
