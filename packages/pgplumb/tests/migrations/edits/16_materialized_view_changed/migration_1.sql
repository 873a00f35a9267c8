DROP MATERIALIZED VIEW public.organiser_statistics;
CREATE MATERIALIZED VIEW public.organiser_statistics AS
 SELECT contact.id AS contact_id,
    contact.full_name,
    count(event.id) AS event_count,
    count(event.id) FILTER (WHERE event.status = 'cancelled'::public.event_status) AS cancelled_count,
    sum(event.ticket_price) AS ticket_price_sum,
    max(upper(event.during)) AS last_event_ends_at
   FROM public.contact
     JOIN public.event ON event.organiser_id = contact.id
  GROUP BY contact.id;
COMMENT ON MATERIALIZED VIEW public.organiser_statistics IS 'Figures for each organiser; refresh concurrently';

CREATE UNIQUE INDEX organiser_statistics_contact_id ON public.organiser_statistics USING btree (contact_id);
