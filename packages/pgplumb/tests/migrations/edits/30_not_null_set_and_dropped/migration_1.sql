ALTER TABLE public.attendance ALTER COLUMN roles DROP NOT NULL;

ALTER TABLE public.contact ALTER COLUMN family_name SET NOT NULL;
