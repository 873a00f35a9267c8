SET LOCAL lock_timeout = '5s';

ALTER TABLE public.activity ADD CONSTRAINT activity_details_not_null NOT NULL details NOT VALID;
ALTER TABLE public.activity ADD CONSTRAINT activity_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contact(id) NOT VALID;

ALTER TABLE public.audit
    ADD COLUMN who text,
    ADD COLUMN token uuid,
    ALTER COLUMN token SET DEFAULT gen_random_uuid();
