create function touch_updated_at() returns trigger
language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end;
$$;
comment on function touch_updated_at() is 'Sets updated_at whenever a row changes';

create function event_length(event event) returns interval
language sql stable
begin atomic
    select upper((event).during) - lower((event).during);
end;
comment on function event_length(event) is 'How long an event takes; null when it has no end';

create function notify_contact_changed() returns trigger
language plpgsql as $$
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
$$;
comment on function notify_contact_changed() is 'Tells the channel contact_changed what a statement has changed';

create procedure prune_activity(before timestamptz, batch_size integer, inout pruned bigint default 0)
language plpgsql as $$
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
$$;
comment on procedure prune_activity(timestamptz, integer, bigint) is 'Deletes old activity, a batch a transaction, so that nobody waits long for its locks';
