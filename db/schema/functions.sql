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
