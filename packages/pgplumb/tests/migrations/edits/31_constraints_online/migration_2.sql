-- atlas:txmode none

CREATE UNIQUE INDEX CONCURRENTLY audit_token_key ON public.audit (token);
