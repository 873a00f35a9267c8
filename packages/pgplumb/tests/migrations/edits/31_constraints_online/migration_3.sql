SET LOCAL lock_timeout = '5s';

ALTER TABLE public.audit ADD CONSTRAINT audit_token_key UNIQUE USING INDEX audit_token_key;
ALTER TABLE public.audit ADD CONSTRAINT audit_what_is_short CHECK (length(what) < 100) NOT VALID;
