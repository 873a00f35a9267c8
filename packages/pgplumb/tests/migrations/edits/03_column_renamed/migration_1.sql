ALTER TABLE public.location RENAME COLUMN name TO title;
ALTER TABLE public.location RENAME CONSTRAINT location_name_key TO location_title_key;
ALTER TABLE public.location RENAME CONSTRAINT location_name_not_null TO location_title_not_null;
