-- atlas:txmode none

-- Rows that are there already have no token yet, and the validation of NOT NULL fails on them.
-- To fill them in, say with what, and take the "-- " away:
-- DO $$
-- BEGIN
--     LOOP
--         UPDATE public.audit SET token = DEFAULT
--         WHERE token IS NULL
--             AND ctid = ANY (ARRAY(SELECT ctid FROM public.audit WHERE token IS NULL LIMIT 10000));
--         EXIT WHEN NOT FOUND;
--         COMMIT;
--     END LOOP;
-- END
-- $$;
ALTER TABLE public.audit ADD CONSTRAINT audit_token_not_null NOT NULL token NOT VALID;
