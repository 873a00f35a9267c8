ALTER TABLE public.contact ALTER COLUMN kind SET DEFAULT 'unknown'::public.contact_kind;
