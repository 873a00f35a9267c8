SET LOCAL lock_timeout = '5s';

ALTER TABLE public.activity VALIDATE CONSTRAINT activity_details_not_null;
ALTER TABLE public.activity VALIDATE CONSTRAINT activity_contact_id_fkey;

ALTER TABLE public.audit VALIDATE CONSTRAINT audit_who_not_null;
ALTER TABLE public.audit VALIDATE CONSTRAINT audit_token_not_null;
ALTER TABLE public.audit VALIDATE CONSTRAINT audit_what_is_short;
