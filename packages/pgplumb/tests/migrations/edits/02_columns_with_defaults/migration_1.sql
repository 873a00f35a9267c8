ALTER TABLE public.location
    ADD COLUMN is_accessible boolean NOT NULL DEFAULT false,
    ADD COLUMN opened_on date DEFAULT CURRENT_DATE;
