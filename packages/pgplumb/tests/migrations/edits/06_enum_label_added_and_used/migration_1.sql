ALTER TYPE public.contact_kind ADD VALUE 'unknown';
