ALTER TYPE public.postal_address ADD ATTRIBUTE region text;
