ALTER TABLE public.contact ADD COLUMN nickname text;
COMMENT ON COLUMN public.contact.nickname IS 'What friends say';
