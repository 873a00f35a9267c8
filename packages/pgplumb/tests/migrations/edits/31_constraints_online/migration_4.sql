-- atlas:txmode none

-- Rows that are there already have no who yet, and the validation of NOT NULL fails on them.
-- To fill them in, say with what, and take the "-- " away:
-- DO $$
-- BEGIN
--     LOOP
--         UPDATE public.audit SET who = ...
--         WHERE who IS NULL
--             AND ctid = ANY (ARRAY(SELECT ctid FROM public.audit WHERE who IS NULL LIMIT 10000));
--         EXIT WHEN NOT FOUND;
--         COMMIT;
--     END LOOP;
-- END
-- $$;
ALTER TABLE public.audit ADD CONSTRAINT audit_who_not_null NOT NULL who NOT VALID;
