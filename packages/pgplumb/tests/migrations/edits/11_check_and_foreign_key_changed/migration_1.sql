ALTER TABLE public.event
    DROP CONSTRAINT event_location_id_fkey,
    ADD CONSTRAINT event_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.location(id) ON DELETE SET NULL;

ALTER TABLE public.contact
    DROP CONSTRAINT contact_credit_limit_is_not_negative,
    ADD CONSTRAINT contact_credit_limit_is_not_negative CHECK (credit_limit >= 0::numeric AND credit_limit <= 1000000::numeric);
