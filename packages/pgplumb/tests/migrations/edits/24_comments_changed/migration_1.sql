COMMENT ON TABLE public.attendance IS NULL;
COMMENT ON TABLE public.contact IS 'A person, an organisation or something unknown';
COMMENT ON INDEX public.event_organiser_id IS 'For the organiser''s page';
