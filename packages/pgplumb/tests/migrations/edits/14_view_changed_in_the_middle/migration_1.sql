DROP VIEW public.next_event;

DROP VIEW public.upcoming_event;
CREATE VIEW public.upcoming_event WITH (security_invoker = true) AS
 SELECT event.id,
    event.title,
    lower(event.during) AS starts_at,
    upper(event.during) AS ends_at,
    event.tags,
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
