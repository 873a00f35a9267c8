DROP MATERIALIZED VIEW public.organiser_statistics;
DROP VIEW public.next_event;
DROP VIEW public.upcoming_event;

ALTER TABLE public.event
    ALTER COLUMN ticket_price TYPE numeric(12,4),
    ALTER COLUMN title TYPE character varying(200);

CREATE VIEW public.upcoming_event WITH (security_invoker = true) AS
 SELECT event.id,
    event.title,
    lower(event.during) AS starts_at,
    upper(event.during) AS ends_at,
    organiser.full_name AS organiser_name,
    location.title AS location_name,
    count(attendance.contact_id) AS attendee_count
   FROM public.event
     JOIN public.contact organiser ON organiser.id = event.organiser_id
     LEFT JOIN public.location ON location.id = event.location_id
     LEFT JOIN public.attendance ON attendance.event_id = event.id
  WHERE event.status = 'scheduled'::public.event_status AND upper(event.during) > now()
  GROUP BY event.id, organiser.id, location.id;
COMMENT ON VIEW public.upcoming_event IS 'Scheduled events that have not ended, with the number of attendees';

CREATE VIEW public.next_event AS
 SELECT id,
    title,
    starts_at,
    attendee_count
   FROM public.upcoming_event
  ORDER BY starts_at
 LIMIT 10;
COMMENT ON VIEW public.next_event IS 'The ten events that are next';
GRANT SELECT ON TABLE public.next_event TO plumb_test_billing WITH GRANT OPTION;

CREATE MATERIALIZED VIEW public.organiser_statistics AS
 SELECT contact.id AS contact_id,
    contact.full_name,
    count(event.id) AS event_count,
    sum(event.ticket_price) AS ticket_price_sum,
    max(upper(event.during)) AS last_event_ends_at
   FROM public.contact
     JOIN public.event ON event.organiser_id = contact.id
  GROUP BY contact.id;
COMMENT ON MATERIALIZED VIEW public.organiser_statistics IS 'Figures for each organiser; refresh concurrently';

CREATE UNIQUE INDEX organiser_statistics_contact_id ON public.organiser_statistics USING btree (contact_id);
