CREATE FUNCTION public.notify_contact_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
    total bigint;
    -- A payload has to be shorter than 8,000 bytes: of many rows only the number is told.
    most constant integer := 100;
    public_ids uuid[];
begin
    select count(*), (array_agg(public_id))[1:most] into total, public_ids from changed;
    if total > 0 then
        perform pg_notify('contact_changed', json_build_object(
            'operation', lower(tg_op),
            'count', total,
            'public_ids', case when total <= most then public_ids else '{}' end
        )::text);
    end if;
    return null;
end;
$function$;
COMMENT ON FUNCTION public.notify_contact_changed() IS 'Tells the channel contact_changed what a statement has changed';

CREATE PROCEDURE public.prune_activity(IN before timestamp with time zone, IN batch_size integer, INOUT pruned bigint DEFAULT 0)
 LANGUAGE plpgsql
AS $procedure$
declare
    batch bigint;
begin
    loop
        delete from activity
        where (id, occurred_at) in (
            select id, occurred_at from activity where occurred_at < before limit batch_size
        );
        get diagnostics batch = row_count;
        exit when batch = 0;
        pruned := pruned + batch;
        commit;
    end loop;
end;
$procedure$;
COMMENT ON PROCEDURE public.prune_activity(timestamp with time zone, integer, bigint) IS 'Deletes old activity, a batch a transaction, so that nobody waits long for its locks';

-- The table is still small: building the index blocks writers for a moment only.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX contact_full_name ON public.contact USING btree (full_name, public_id);

CREATE TRIGGER contact_notify_delete AFTER DELETE ON public.contact REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
CREATE TRIGGER contact_notify_insert AFTER INSERT ON public.contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
CREATE TRIGGER contact_notify_update AFTER UPDATE ON public.contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.notify_contact_changed();
