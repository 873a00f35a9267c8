ALTER DOMAIN public.email_address DROP CONSTRAINT email_address_has_one_at;
ALTER DOMAIN public.email_address ADD CONSTRAINT email_address_has_one_at CHECK (VALUE OPERATOR(public.~) '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'::public.citext);
ALTER DOMAIN public.email_address ADD CONSTRAINT email_address_is_not_long CHECK (length(VALUE::text) < 255);
