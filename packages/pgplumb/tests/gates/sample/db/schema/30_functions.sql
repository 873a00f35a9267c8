create function is_good(customer customer) returns boolean
language sql stable
return (customer).credit > 0;

create function keep_name() returns trigger
language plpgsql as $$
begin
    new.name := trim(new.name);
    return new;
end;
$$;

create procedure forget(older_than interval)
language sql
begin atomic
    delete from event_log where at < now() - older_than;
end;

create aggregate longest (text) (sfunc = textcat, stype = text);

create trigger customer_keep_name before insert on customer
for each row execute function keep_name();
